// Files in testdata: go-1.24-* were written by programs of Go 1.24; the others are small, with
// what those do not have.

#include <zlib.h>

#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/profile/profile.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string FileOf(const std::string& name) {
  std::ifstream in(GOLAB_SOURCE_DIR "/lab/profile/testdata/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

Profile Read(const std::string& bytes) {
  auto profile = ReadProfile(bytes, "input");
  EXPECT_TRUE(profile) << (profile ? "" : profile.error().Text());
  return profile ? *std::move(profile) : Profile{.types = {{}}};
}

std::string ErrorOf(const std::string& bytes) {
  const auto profile = ReadProfile(bytes, "input");
  return profile ? "" : profile.error().Text();
}

/// "main.worker main.main.func1", innermost first.
std::string FunctionsOf(const ProfileStack& stack) {
  std::string names;
  for (const ProfileFrame& frame : stack.frames)
    names += (names.empty() ? "" : " ") + std::string(frame.function);
  return names;
}

std::string Gunzipped(const std::string& packed) {
  std::string out(1 << 20, '\0');
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, 31), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  return out;
}

std::string Gzipped(const std::string& plain) {
  std::string out(plain.size() + 4096, '\0');
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

// profile.proto, field by field.

std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string Number(unsigned field, std::uint64_t value) {
  return Varint(field << 3) + Varint(value);
}

std::string Bytes(unsigned field, const std::string& bytes) {
  return Varint(field << 3 | 2) + Varint(bytes.size()) + bytes;
}

/// Strings of all these profiles: "", goroutine, count, main.f, /src/main.cc
const std::string kStrings = Bytes(6, "") + Bytes(6, "goroutine") + Bytes(6, "count") +
                             Bytes(6, "main.f") + Bytes(6, "/src/main.cc");
const std::string kType = Bytes(1, Number(1, 1) + Number(2, 2));
const std::string kFunction = Bytes(5, Number(1, 1) + Number(2, 3) + Number(4, 4));
const std::string kLocation =
    Bytes(4, Number(1, 9) + Number(3, 0x400) + Bytes(4, Number(1, 1) + Number(2, 12)));

TEST(ProfileReader, ReadsGosProto) {
  const Profile profile = Read(FileOf("go-1.24-goroutine.pb.gz"));
  EXPECT_EQ(profile.form, ProfileForm::kProto);
  EXPECT_TRUE(profile.OfGoroutines());
  EXPECT_EQ(profile.types.front().unit, "count");
  EXPECT_EQ(profile.Total(), 104);
  ASSERT_EQ(profile.stacks.size(), 5U);
  const ProfileStack& most = profile.stacks.front();
  EXPECT_EQ(most.Count(), 100);
  EXPECT_EQ(FunctionsOf(most),
            "runtime.gopark runtime.chanrecv runtime.chanrecv1 main.waitForever");
  EXPECT_EQ(most.frames.back().file, "lab/t5/main.go");
  EXPECT_EQ(most.frames.back().line, 10);
  EXPECT_EQ(most.frames.back().address, 0x660684U);
  // Two functions at one address, the inlined one first.
  EXPECT_THAT(FunctionsOf(profile.stacks[2]), HasSubstr("net/http.ListenAndServe main.main.func1"));
  EXPECT_THAT(profile.stacks.back().frames, IsEmpty()) << "it never ran";
}

TEST(ProfileReader, ReadsProtoWithoutGzip) {
  const std::string plain = Gunzipped(FileOf("go-1.24-goroutine.pb.gz"));
  EXPECT_EQ(Read(plain).Total(), 104);
}

TEST(ProfileReader, ReadsLabelsOfProto) {
  const Profile profile = Read(FileOf("goroutine.pb.gz"));
  ASSERT_EQ(profile.stacks.size(), 3U);
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  EXPECT_EQ(profile.stacks[0].labels, (Labels{{"lesson", "leak"}, {"state", "chan receive"}}));
  EXPECT_EQ(profile.stacks[1].labels, (Labels{{"lesson", "leak"}, {"waitms", "1500"}}));
  EXPECT_EQ(FunctionsOf(profile.stacks[0]), "golab.park golab.(*Chan[...]).Recv main.worker");
}

TEST(ProfileReader, ReadsProtoWhoseNumbersAreNotPacked) {
  const Profile profile = Read(Bytes(2, Number(1, 9) + Number(1, 9) + Number(2, 7)) + kLocation +
                               kFunction + kType + kStrings);
  ASSERT_EQ(profile.stacks.size(), 1U);
  EXPECT_EQ(profile.stacks[0].Count(), 7);
  EXPECT_EQ(FunctionsOf(profile.stacks[0]), "main.f main.f");
}

TEST(ProfileReader, ReadsOtherProtoProfiles) {
  const std::string sample = Bytes(2, Number(1, 9) + Number(2, 3) + Number(2, 4096));
  const Profile profile =
      Read(kType + kType + sample + kLocation + kFunction + Bytes(6, "") + Bytes(6, "inuse_space") +
           Bytes(6, "bytes") + Bytes(6, "main.f") + Bytes(6, "/src/main.cc"));
  EXPECT_FALSE(profile.OfGoroutines());
  EXPECT_EQ(profile.types.size(), 2U);
  EXPECT_EQ(profile.stacks.at(0).values, (std::vector<std::int64_t>{3, 4096}));
}

TEST(ProfileReader, ReadsAnEmptyProto) {
  const Profile profile = Read(kType + kStrings);
  EXPECT_THAT(profile.stacks, IsEmpty());
  EXPECT_EQ(profile.Total(), 0);
}

TEST(ProfileReader, TotalDoesNotOverflow) {
  const std::string most = Bytes(2, Number(2, INT64_MAX)), least = Bytes(2, Number(2, 1ULL << 63));
  EXPECT_EQ(Read(kType + kStrings + most + most).Total(), INT64_MAX);
  EXPECT_EQ(Read(kType + kStrings + least + least).Total(), INT64_MIN);
  EXPECT_EQ(Read(kType + kStrings + most + most + least + least).Total(), -2);
}

TEST(ProfileReader, ReadsGosCounts) {
  const Profile profile = Read(FileOf("go-1.24-goroutine-debug1.txt"));
  EXPECT_EQ(profile.form, ProfileForm::kCounts);
  EXPECT_TRUE(profile.OfGoroutines());
  EXPECT_EQ(profile.Total(), 104);
  ASSERT_EQ(profile.stacks.size(), 5U);
  EXPECT_EQ(profile.stacks[0].Count(), 100);
  EXPECT_EQ(FunctionsOf(profile.stacks[0]), "main.waitForever");
  EXPECT_EQ(profile.stacks[0].frames[0].file, "/src/t5/main.go");
  EXPECT_EQ(profile.stacks[0].frames[0].line, 10);
  EXPECT_EQ(profile.stacks[0].frames[0].address, 0x660684U);
}

TEST(ProfileReader, ReadsLabelsOfCounts) {
  const Profile profile = Read(FileOf("goroutines-debug1.txt"));
  ASSERT_EQ(profile.stacks.size(), 2U);
  ASSERT_EQ(profile.stacks[0].labels.size(), 1U);
  EXPECT_EQ(profile.stacks[0].labels[0].second, "leak");
  const Profile quoted = Read(
      "goroutine profile: total 1\n1 @ 0x10\n# labels: {\"b\":\"a \\\"b\\\"\\n\\\\n\", "
      "\"a\":\"\"}\n");
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  EXPECT_EQ(quoted.stacks[0].labels, (Labels{{"a", ""}, {"b", "a \"b\"\n\\n"}}));
}

TEST(ProfileReader, ReadsCountsWithoutNames) {
  const Profile profile = Read("threadcreate profile: total 3\r\n2 @ 0x10 0x20\r\n\r\n1 @\r\n");
  EXPECT_EQ(profile.types.front().type, "threadcreate");
  ASSERT_EQ(profile.stacks.size(), 2U);
  EXPECT_EQ(profile.stacks[0].frames.size(), 2U);
  EXPECT_EQ(profile.stacks[0].frames[1].address, 0x20U);
  EXPECT_THAT(profile.stacks[1].frames, IsEmpty());
}

TEST(ProfileReader, ReadsGosDump) {
  const Profile profile = Read(FileOf("go-1.24-goroutine-debug2.txt"));
  EXPECT_EQ(profile.form, ProfileForm::kDump);
  std::map<std::string, int> by_state;
  for (const ProfileStack& g : profile.stacks) by_state[std::string(g.state)] += 1;
  EXPECT_EQ(by_state["running"], 1);
  EXPECT_EQ(by_state["select (no cases)"], 1);
  const ProfileStack& waits = profile.stacks.at(3);
  EXPECT_EQ(waits.goroutine, 21U);
  EXPECT_EQ(waits.state, "chan receive");
  EXPECT_EQ(FunctionsOf(waits), "main.waitForever");
  EXPECT_EQ(waits.created_at.function, "main.main");
  EXPECT_EQ(waits.created_at.file, "/src/t5/main.go");
  EXPECT_EQ(waits.created_at.line, 19);
  EXPECT_EQ(waits.creator, 1U);
  EXPECT_EQ(profile.stacks.at(1).created_at.function, "") << "main has no creator";
  EXPECT_EQ(FunctionsOf(profile.stacks.at(0)).substr(0, 33), "runtime/pprof.writeGoroutineStack");
}

TEST(ProfileReader, ReadsWhatDumpsSayBesides) {
  const Profile profile = Read(FileOf("goroutines-debug2.txt"));
  ASSERT_EQ(profile.stacks.size(), 2U);
  EXPECT_EQ(profile.stacks[0].minutes, 2);
  EXPECT_FALSE(profile.stacks[0].locked);
  EXPECT_EQ(profile.stacks[1].state, "chan receive (leaked)");
  EXPECT_TRUE(profile.stacks[1].locked);
  EXPECT_EQ(FunctionsOf(profile.stacks[1]), "golab.(*Chan[...]).Recv main.main.func1");
}

TEST(ProfileReader, ReadsCrashDumps) {
  const Profile profile = Read(FileOf("go-1.24-signal-quit-dump.txt"));
  ASSERT_GE(profile.stacks.size(), 3U);
  EXPECT_EQ(profile.stacks[0].goroutine, 0U);
  EXPECT_EQ(profile.stacks[0].state, "idle");
  EXPECT_EQ(profile.stacks[0].frames.at(0).function, "internal/runtime/syscall.Syscall6");
  EXPECT_EQ(profile.stacks[0].frames.at(0).line, 36);
}

TEST(ProfileReader, ReadsDumpsWithinOtherText) {
  const Profile profile = Read(
      "2026/01/01 panic: x\r\n\r\n"
      "  goroutine 5 [chan send (scan), synctest group 7, 3 minutes, locked to thread]:\r\n"
      "  main.f({0x1, 0x2}, ...)\r\n  \t/src/a b.cc:7 +0x1a\r\n  ...23 frames elided...\r\n"
      "  main.(*T).g(0x1)\r\n  \t/src/main.cc:9 +0x2\r\n"
      "  created by main.start\r\n  \t/src/main.cc:3 +0x1\r\n"
      "goroutine 6 [running]:\n\tgoroutine running on other thread; stack unavailable\n"
      "created by main.main in goroutine 1\n\t/src/main.cc:4\n"
      "exit status 2\n");
  ASSERT_EQ(profile.stacks.size(), 2U);
  const ProfileStack& first = profile.stacks[0];
  EXPECT_EQ(first.state, "chan send");
  EXPECT_EQ(first.minutes, 3);
  EXPECT_TRUE(first.locked);
  EXPECT_EQ(FunctionsOf(first), "main.f main.(*T).g");
  EXPECT_EQ(first.frames[0].file, "/src/a b.cc");
  EXPECT_EQ(first.created_at.function, "main.start");
  EXPECT_EQ(first.creator, 0U) << "older Go does not say";
  EXPECT_THAT(profile.stacks[1].frames, IsEmpty());
  EXPECT_EQ(profile.stacks[1].created_at.line, 4);
}

// The three forms of one server agree.
TEST(ProfileReader, FormsAgree) {
  const Profile proto = Read(FileOf("go-1.24-goroutine.pb.gz"));
  const Profile counts = Read(FileOf("go-1.24-goroutine-debug1.txt"));
  EXPECT_EQ(proto.Total(), counts.Total());
  EXPECT_EQ(proto.stacks[0].frames.back().line, counts.stacks[0].frames.back().line);
}

TEST(ProfileReader, ErrorsNameThePlace) {
  const std::string whole = kType + kLocation + kFunction + kStrings;
  const auto sample = [](const std::string& fields) { return Bytes(2, fields); };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "input: no profile: it is empty"},
      {"goroutine profile: total x\n", "line 1: it does not say how many there are"},
      {"goroutine profile: total 2\n1 @ 0x10\n",
       "line 2: the counts up to here add up to 1, line 1 says 2: it is cut off"},
      {"goroutine profile: total 1\n1 @ 0x10 y\n", "line 2: it has what is no address"},
      {"goroutine profile: total 1\n#\t0x10\n", "line 2: no stack is before it"},
      {"goroutine profile: total 1\n1 @ 0x10\n#\tx\n", "line 3: it is no frame of a stack"},
      {"goroutine profile: total 1\n-1 @ 0x10\n", "line 2: it is no count of a stack"},
      {"goroutine profile: total 1\n1 @ 0x10\n# labels: {\"a\":\"b}\n",
       "line 3: its labels are damaged"},
      {"goroutine 7 [running]:\nmain.f()\n",
       "line 2: it is cut off within the stack of goroutine 7"},
      {"goroutine 7 [running]:\nmain.f()\n\t/src/ma", "line 3: it is cut off within the stack"},
      {"goroutine 1 [running]:\nmain.f()\n\t/src/m.cc:3\n\ngoroutine 7 [running]:\n",
       "line 5: it is cut off before the stack of goroutine 7"},
      {"hello\n", "it is a text without goroutines, which begins 'hello'"},
      {"Unknown profile\n", "begins 'Unknown profile'"},
      {"<!DOCTYPE html>\n", "it is a web page"},
      {"{\"a\":1}", "it is JSON"},
      {"heap profile: 1: 2 [3: 4] @ heap/1048576\n", "it is a profile of another kind as text"},
      {"--- mutex:\ncycles/second=1\n", "it is a profile of another kind as text"},
      {"go 1.23 trace" + std::string(3, '\0'), "it is an execution trace: golab trace shows it"},
      {"\x7f"
       "ELF\x02\x01",
       "it is a program"},
      {"\x1f\x8b\x08", "byte 3: its gzip data is cut off"},
      {"\x1f\x8bxxxxxxxxxxxxx", "its gzip data is damaged"},
      {kType, "its table of strings does not begin with an empty one"},
      {kType + Bytes(6, "x"), "its table of strings does not begin with an empty one"},
      {kStrings, "it does not say what it counts"},
      {whole + sample(Number(1, 8) + Number(2, 1)), "there is no location 8"},
      {whole + sample(Number(1, 9)), "a stack has not one value of each of its 1 types"},
      {whole + sample(Number(2, 1) + Number(2, 1)), "a stack has not one value"},
      {whole + sample(Number(2, 1) + Bytes(3, Number(1, 77))), "there is no string 77"},
      {kType + kLocation + kStrings, "there is no function 1"},
      {kType + kStrings + Bytes(4, Number(3, 1)), "a location has no id"},
      {kType + kStrings + Bytes(5, Number(2, 1)), "a function has no id"},
      {whole + "\x12\x7f", "its protobuf data is damaged"},
      {whole + sample("\x0a\x01\xff"), "its protobuf data is damaged"},
      {kType + std::string(3, '\xff'), "byte 6: its protobuf data is damaged"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_THAT(ErrorOf(bytes), HasSubstr(text));
}

TEST(ProfileReader, CutOffAnywhereItFailsOrHasLess) {
  for (const std::string name :
       {"go-1.24-goroutine.pb.gz", "goroutine.pb.gz", "go-1.24-goroutine-debug1.txt",
        "goroutines-debug1.txt", "go-1.24-goroutine-debug2.txt", "goroutines-debug2.txt"}) {
    const std::string whole = FileOf(name);
    const std::int64_t total = Read(whole).Total();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto cut = ReadProfile(whole.substr(0, size), name);
      if (!cut) continue;
      EXPECT_LE(cut->Total(), total) << name << " " << size;
      EXPECT_FALSE(name.ends_with("gz")) << name << " cut to " << size << " is read";
    }
  }
}

TEST(ProfileReader, DamagedAnywhereItDoesNotCrash) {
  const std::string plain = Gunzipped(FileOf("go-1.24-goroutine.pb.gz"));
  int errors = 0;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\x7f'}) {
      std::string damaged = plain;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      errors += ReadProfile(damaged, "input") ? 0 : 1;
    }
  }
  EXPECT_GT(errors, 500);
}

TEST(ProfileReader, LargeNamesAreThereOnce) {
  // 1 MiB of name, 100,000 times: 100 GiB, were it copied.
  std::string bytes = kType + Bytes(6, "") + Bytes(6, "goroutine") + Bytes(6, "count") +
                      Bytes(6, std::string(1 << 20, 'f')) + Bytes(6, "/src/main.cc") + kFunction +
                      kLocation;
  std::string ids;
  for (int i = 0; i < 100'000; ++i) ids += Varint(9);
  bytes += Bytes(2, Bytes(1, ids) + Number(2, 1));
  const Profile profile = Read(bytes);
  EXPECT_EQ(profile.stacks.at(0).frames.size(), 100'000U);
}

TEST(ProfileReader, FramesAreLimited) {
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += Bytes(4, Number(1, 1) + Number(2, 12));
  std::string ids;
  for (int i = 0; i < 3000; ++i) ids += Varint(9);
  const std::string bytes = kType + kStrings + kFunction + Bytes(4, Number(1, 9) + lines) +
                            Bytes(2, Bytes(1, ids) + Number(2, 1));
  EXPECT_THAT(ErrorOf(bytes), HasSubstr("it has more than 4,000,000 frames"));
}

TEST(ProfileReader, BombsAreLimited) {
  const std::string zeros(kMostProfileBytes + 1, '\0');
  EXPECT_EQ(ErrorOf(Gzipped(zeros)), "input: no profile: unpacked it is larger than 64 MiB");
  EXPECT_EQ(ErrorOf(zeros), "input: no profile: it is larger than 64 MiB");
}

TEST(ProfileReader, GzipMembersAreOneText) {
  const std::string text = FileOf("goroutines-debug1.txt");
  EXPECT_EQ(Read(Gzipped(text.substr(0, 40)) + Gzipped(text.substr(40))).Total(), 4);
}

}  // namespace
}  // namespace golab::lab
