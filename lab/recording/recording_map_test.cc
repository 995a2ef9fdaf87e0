#include "lab/recording/recording_map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

/// The program's side: its own mapping of the same memory.
class Writer {
 public:
  explicit Writer(const RecordingMap& map)
      : size_(map.size()),
        base_(static_cast<char*>(
            mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd(), 0))) {}

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  ~Writer() { munmap(base_, size_); }

  rt::Header& header() { return *reinterpret_cast<rt::Header*>(base_); }

  rt::Plan& plan() { return *reinterpret_cast<rt::Plan*>(base_ + header().plan.offset); }

  void Write(std::uint64_t arg) {
    rt::Area& area = header().records;
    auto* records = reinterpret_cast<rt::Record*>(base_ + area.offset);
    records[area.used & (area.capacity - 1)].arg = arg;
    ++area.used;
  }

  template <typename T>
  void Fill(rt::Area& area, std::initializer_list<T> values) {
    std::memcpy(base_ + area.offset, values.begin(), values.size() * sizeof(T));
    area.used = values.size();
  }

 private:
  std::size_t size_;
  char* base_;
};

RecordingMap Make(const RecordingSizes& sizes = {
                      .records = 5, .stack_words = 16, .blob_bytes = 16}) {
  auto map = RecordingMap::Create(sizes);
  EXPECT_TRUE(map.has_value());
  return std::move(*map);
}

TEST(RecordingMap, LaysOutWhatTheRuntimeReads) {
  RecordingMap map = Make();
  Writer program(map);
  const rt::Header& h = program.header();
  EXPECT_EQ(h.magic, rt::kMagic);
  EXPECT_EQ(std::memcmp(&h.magic, "\x1a\ngolab1", 8), 0);
  EXPECT_EQ(h.version, rt::kVersion);
  EXPECT_EQ(h.map_size, map.size());
  EXPECT_EQ(h.records.capacity, 8u);  // the next power of two
  EXPECT_EQ(h.records.offset % 4096, 0u);
  EXPECT_LE(h.plan.offset + sizeof(rt::Plan), map.size());
}

TEST(RecordingMap, IsSealed) {
  RecordingMap map = Make();
  EXPECT_EQ(ftruncate(map.fd(), 0), -1);
  EXPECT_EQ(ftruncate(map.fd(), 1 << 30), -1);
  EXPECT_EQ(fcntl(map.fd(), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST(RecordingMap, RefusesSizesThatCannotBe) {
  EXPECT_FALSE(RecordingMap::Create({.records = 0}).has_value());
  EXPECT_FALSE(RecordingMap::Create({.records = UINT64_MAX}).has_value());
  EXPECT_FALSE(RecordingMap::Create({.blob_bytes = std::uint64_t{1} << 40}).has_value());
}

TEST(RecordingMap, HandsThePlanOver) {
  RecordingMap map = Make();
  const rt::WorkEntry work[] = {{1, 2, 3}};
  const rt::Deviation deviations[] = {{.path = 7,
                                       .pc = 8,
                                       .occurrence = 9,
                                       .turn = 4,
                                       .kind = 0,
                                       .by_index = 1,
                                       .late_timer = 0,
                                       .used = 1,
                                       .choice = 2}};
  map.Reset(
      {.strategy = rt::Strategy::kDeviations, .seed = 41, .work = work, .deviations = deviations});
  Writer program(map);
  EXPECT_EQ(program.plan().seed, 41u);
  EXPECT_EQ(program.plan().quantum, 50'000u);
  EXPECT_EQ(program.plan().work_count, 1u);
  EXPECT_EQ(program.plan().work[0].points, 3u);
  ASSERT_EQ(program.plan().deviation_count, 1u);
  EXPECT_EQ(program.plan().deviations[0].used, 0u);
  program.plan().deviations[0].used = 1;
  EXPECT_EQ(map.Take().deviations_used, std::vector<bool>{true});
}

TEST(RecordingMap, TakesARunAndForgetsIt) {
  RecordingMap map = Make();
  Writer program(map);
  program.Write(11);
  program.Write(12);
  program.Fill<std::uint64_t>(program.header().stacks, {3, 2, 100, 200});
  program.Fill<char>(program.header().blobs, {'h', 'e', 'l', 'l', 'o', ' ', 'y', 'o', 'u'});
  program.Fill<rt::WorkEntry>(program.header().work, {{5, 6, 7}});
  program.header().finished = 1;
  program.header().image_bias = 0x1000;
  const Recording run = map.Take();
  ASSERT_EQ(run.records.size(), 2u);
  EXPECT_EQ(run.records[1].arg, 12u);
  ASSERT_EQ(run.stacks.Pcs(3).size(), 2u);
  EXPECT_EQ(run.stacks.Pcs(3)[1], 200u);
  EXPECT_TRUE(run.stacks.Pcs(4).empty());
  EXPECT_EQ(run.blobs, "hello you");
  EXPECT_EQ(run.Blob(ArgOf(rt::BlobRef{6, 3})), "you");
  EXPECT_EQ(run.Blob(ArgOf(rt::BlobRef{6, 4})), "");
  EXPECT_EQ(run.work[0].points, 7u);
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.image_bias, 0x1000u);
  EXPECT_EQ(run.damage, "");

  map.Reset({});
  program.header().records.used = 2;  // claims the run before as its own
  EXPECT_EQ(map.Take().records[1].arg, 0u);
}

TEST(RecordingMap, DrainLetsALongRunGoOn) {
  RecordingMap map = Make();
  Writer program(map);
  for (std::uint64_t i = 0; i < 30; ++i) {
    if (i % 7 == 6) {
      EXPECT_TRUE(map.Drain());
    }
    ASSERT_LT(program.header().records.used - program.header().consumed, 8u);
    program.Write(i);
  }
  const Recording run = map.Take();
  ASSERT_EQ(run.records.size(), 30u);
  for (std::uint64_t i = 0; i < 30; ++i) EXPECT_EQ(run.records[i].arg, i);
  EXPECT_EQ(run.truncated, 0u);
}

TEST(RecordingMap, StopsAtTheMostRecordsOfARun) {
  RecordingMap map = Make({.records = 8, .stack_words = 1, .blob_bytes = 1, .max_records = 10});
  Writer program(map);
  for (std::uint64_t i = 0; i < 8; ++i) program.Write(i);
  EXPECT_TRUE(map.Drain());
  for (std::uint64_t i = 0; i < 8; ++i) program.Write(i);
  EXPECT_FALSE(map.Drain());
  const Recording run = map.Take();
  EXPECT_EQ(run.records.size(), 10u);
  EXPECT_EQ(run.truncated, kTruncatedRecords);
}

TEST(RecordingMap, BelievesNoCountAndNoHeader) {
  struct {
    const char* name;
    void (*forge)(rt::Header&);
    const char* damage;
  } const cases[] = {
      {"records", [](rt::Header& h) { h.records.used = UINT64_MAX; },
       "the recording counts more events than were ever in it"},
      {"stacks", [](rt::Header& h) { h.stacks.used = 17; },
       "an area of the recording holds more than fits"},
      {"blobs", [](rt::Header& h) { h.blobs.used = UINT64_MAX; },
       "an area of the recording holds more than fits"},
      {"work", [](rt::Header& h) { h.work.used = rt::kMaxWork + 1; },
       "an area of the recording holds more than fits"},
      {"offset", [](rt::Header& h) { h.blobs.offset = 0; },
       "the program wrote over the recording's header"},
      {"capacity", [](rt::Header& h) { h.records.capacity = UINT64_MAX; },
       "the program wrote over the recording's header"},
      {"magic", [](rt::Header& h) { h.magic = 0; },
       "the program wrote over the recording's header"},
  };

  RecordingMap map = Make();
  Writer program(map);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    map.Reset({});
    program.Write(1);
    c.forge(program.header());
    EXPECT_EQ(map.Take().damage, c.damage);
  }
  map.Reset({});
  EXPECT_EQ(map.Take().damage, "");
}

}  // namespace
}  // namespace golab::lab
