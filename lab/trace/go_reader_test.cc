#include "lab/trace/go_reader.h"

#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/recording/recording_script.h"
#include "lab/trace/chrome.h"
#include "lab/trace/execution.h"
#include "lab/trace/go_trace_of.h"
#include "runtime/go_trace/writer.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;

std::string FileOf(const std::string& name) {
  std::ifstream in(GOLAB_SOURCE_DIR "/lab/trace/testdata/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

/// "1:NotExist>Runnable ..." of each goroutine: the order between goroutines is open where times
/// are equal.
class Transitions final : public GoTraceVisitor {
 public:
  void Visit(const GoTraceEvent& e) override {
    if (e.kind != GoTraceEvent::Kind::kGoroutine) {
      ++others;
      return;
    }
    static constexpr const char* kNames[] = {"?",       "runnable", "running",
                                             "syscall", "waiting",  "none"};
    of[e.id] += std::string(kNames[static_cast<int>(e.to)]) +
                (e.reason.empty() ? "" : "(" + std::string(e.reason) + ")") + " ";
    EXPECT_GT(e.time, last);
    last = e.time;
  }

  std::map<std::uint64_t, std::string> of;
  std::uint64_t last = 0;
  int others = 0;
};

std::string ErrorOf(const std::string& bytes) {
  Transitions transitions;
  const auto summary = ReadGoTrace(bytes, transitions);
  return summary ? "" : summary.error().Text();
}

TEST(GoReader, ReadsTheWorkedExample) {
  Transitions transitions;
  const auto summary = ReadGoTrace(FileOf("minimal-trace.out"), transitions);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->version, 23);
  EXPECT_EQ(summary->generations, 1U);
  EXPECT_EQ(transitions.of[1], "runnable running waiting(chan receive) runnable running none ");
  EXPECT_EQ(transitions.of[2], "runnable running none ");
}

TEST(GoReader, ReadsWhatGoWrites) {
  const auto execution = ReadExecution(FileOf("go-1.24-task9.out"));
  ASSERT_TRUE(execution) << execution.error().Text();
  int workers = 0, sleeps = 0;
  for (const GoLife& life : execution->lives) {
    workers += life.name == "main.main.func1" && life.ended;
    for (const GoSpan& span : life.spans) sleeps += execution->Text(span.reason) == "sleep";
  }
  EXPECT_EQ(workers, 5);
  EXPECT_EQ(sleeps, 15);
  const GoLife* main = execution->Find(1);
  ASSERT_NE(main, nullptr);
  EXPECT_FALSE(main->created);
  // The tracer's own goroutines are Go's, and not shown unless asked for.
  const auto shown = TimelineOfExecution(*execution, {}, false);
  const auto all = TimelineOfExecution(*execution, {}, true);
  EXPECT_LT(shown.rows.size(), all.rows.size());
  EXPECT_EQ(shown.rows.front().label, "main");
}

TEST(GoReader, ReadsStealsCollectionsTasksAndSwitches) {
  Transitions transitions;
  const auto summary = ReadGoTrace(FileOf("rich-trace.out"), transitions);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->generations, 2U);
  EXPECT_GT(transitions.others, 10);
}

TEST(GoReader, SaysWhatAFileIsNot) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("not a Go execution trace"));
  EXPECT_THAT(ErrorOf("hello, this is no trace"), HasSubstr("not a Go execution trace"));
  std::string old = FileOf("minimal-trace.out");
  old.replace(0, 16, std::string("go 1.19 trace\0\0\0", 16));
  EXPECT_THAT(ErrorOf(old), HasSubstr("a trace of Go 1.19"));
  old.replace(0, 16, std::string("go 1.25 trace\0\0\0", 16));
  EXPECT_THAT(ErrorOf(old), HasSubstr("golab reads those of Go 1.22 to 1.24"));
  EXPECT_THAT(ErrorOf(std::string(rt::kGoTraceHeader, 16)), HasSubstr("empty"));
}

TEST(GoReader, EachCutAndEachChangedByteIsAnErrorOrATrace) {
  const std::string good = FileOf("minimal-trace.out");
  for (std::size_t size = 0; size < good.size(); ++size) (void)ErrorOf(good.substr(0, size));
  for (std::size_t at = 16; at < good.size(); ++at) {
    for (const int change : {1, 2, 0x80, 0xff}) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      const auto execution = ReadExecution(bytes);
      EXPECT_TRUE(execution || !execution.error().Text().empty());
    }
  }
}

TEST(GoReader, KeepsCompleteGenerationsOfACutFile) {
  const std::string good = FileOf("rich-trace.out");
  Transitions transitions;
  const auto summary = ReadGoTrace(good.substr(0, good.size() - 3), transitions);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->generations, 1U);
  EXPECT_THAT(summary->cut, HasSubstr("ends within a batch"));
}

// What is said of a forged history names the place.
TEST(GoReader, RefusesWhatCannotHaveHappened) {
  const auto trace = [](std::string events) {
    std::string bytes(rt::kGoTraceHeader, 16);
    bytes += std::string("\1\1\0\1", 4) + static_cast<char>(events.size()) + events;
    return bytes + std::string("\1\1\0\0\2\10\144", 7);  // 100 ticks a second
  };
  const std::string on_p("\15\1\0\1", 4);      // ProcStatus 0 running
  const std::string create("\16\1\1\0\0", 5);  // GoCreate 1
  const std::string start("\20\1\1\1", 4);     // GoStart 1, number 1
  const std::string start_again("\20\1\1\3", 4);
  EXPECT_EQ(ErrorOf(trace(on_p + create + start)), "");
  EXPECT_THAT(ErrorOf(trace(create)), HasSubstr("needs a processor"));
  EXPECT_THAT(ErrorOf(trace(on_p + create + create)), HasSubstr("goroutine 1 is created twice"));
  EXPECT_THAT(ErrorOf(trace(on_p + start)), HasSubstr("follows nothing that happened"));
  EXPECT_THAT(ErrorOf(trace(on_p + create + start_again)),
              HasSubstr("follows nothing that happened"));
  EXPECT_THAT(ErrorOf(trace(on_p + create + start + std::string("\24\1\7\0", 4))),
              HasSubstr("string 7 is not defined"));
  EXPECT_THAT(ErrorOf(trace("\177\1")), HasSubstr("unknown type 127"));
}

// The writer
// ---------------------------------------------------------------------------------------

class NoNames final : public rt::Symbolizer {
 public:
  std::size_t Lookup(std::uintptr_t pc, rt::Frame* out, std::size_t) const noexcept override {
    *out = {};
    out->function = pc < 0x400010 ? "main.main" : "main.worker";
    out->file = "p.cc";
    out->line = static_cast<std::uint32_t>(pc & 0xff);
    return 1;
  }
};

rt::Record At(std::uint64_t time, rt::EventType type, std::uint32_t g, std::uint64_t arg = 0,
              std::uint8_t reason = 0, std::uint64_t stack = 0) {
  return {time, g, 0, static_cast<std::uint8_t>(type), reason, arg, stack};
}

std::string Hex(std::string_view bytes) {
  std::string text;
  char digits[4];
  for (const char c : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(c));
    text += digits;
  }
  return text;
}

rt::GoTraceSink Into(std::string* trace) {
  return {[](void* out, const char* data, std::size_t size) {
            static_cast<std::string*>(out)->append(data, size);
          },
          trace};
}

std::string WorkedExample() {
  std::string trace;
  const NoNames names;
  rt::GoTraceWriter writer(Into(&trace), &names);
  using rt::EventType;
  const std::uint64_t pcs[] = {0x40000c + 1};
  writer.AddStack(77, pcs, 1);
  writer.AddProc(0, true, 1);
  writer.Take(At(2, EventType::kGoFunction, 0, 1, 0, 0x400000));
  writer.Take(At(2, EventType::kCreate, 0, 1));
  writer.Take(At(3, EventType::kStart, 1));
  writer.Take(At(1003, EventType::kGoFunction, 0, 2, 0, 0x400014));
  writer.Take(At(1003, EventType::kCreate, 1, 2, 0, 77));
  writer.Take(At(2003, EventType::kBlock, 1, 0,
                 static_cast<std::uint8_t>(rt::WaitReason::kChanReceive), 77));
  writer.Take(At(2503, EventType::kStart, 2));
  writer.Take(At(4503, EventType::kUnblock, 2, 1));
  writer.Take(At(5003, EventType::kEnd, 2));
  writer.Take(At(5103, EventType::kRun, 1));
  writer.Take(At(6103, EventType::kEnd, 1));
  writer.Finish(6113);
  EXPECT_EQ(writer.left_out(), 0U);
  return trace;
}

TEST(GoWriter, GivesTheWorkedExample) {
  Transitions transitions;
  const auto summary = ReadGoTrace(WorkedExample(), transitions);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(transitions.of[1], "runnable running waiting(chan receive) runnable running none ");
  EXPECT_EQ(transitions.of[2], "runnable running none ");
}

TEST(GoWriter, ByteForByte) {
  EXPECT_EQ(Hex(WorkedExample()),
            "676f20312e32332074726163650000000101ffffffffffffffffff01e80706088094ebdc030101ff"
            "ffffffffffffffff01e80731040501096d61696e2e6d61696e050204702e636305030b6d61696e2e"
            "776f726b657205040c6368616e20726563656976650101ffffffffffffffffff01e8071f02030101"
            "80808002010200030201948080020302140303018c80800201020c010100e9072f0d0000010e0101"
            "0100100101010ee80702020314e807040310f403020115d00f01020011f4031064010311e8070b0a");
}

TEST(GoWriter, LeavesOutWhatFitsNothing) {
  std::string trace;
  const NoNames names;
  rt::GoTraceWriter writer(Into(&trace), &names);
  using rt::EventType;
  writer.AddProc(0, true, 1);
  writer.Take(At(1, EventType::kCreate, 0, 1));
  writer.Take(At(2, EventType::kStart, 1));
  for (int type = 0; type < 256; ++type) {
    for (const std::uint64_t arg :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{9}, ~std::uint64_t{0}}) {
      rt::Record r = At(3, static_cast<EventType>(type), 9, arg, 255, 5);
      writer.Take(r, "short");
      r.p = 60'000;
      writer.Take(r);
    }
  }
  writer.Finish(10);
  EXPECT_GT(writer.left_out(), 0U);
  EXPECT_EQ(ErrorOf(trace), "");
}

TEST(GoWriter, StatesEverythingAnewInEachGeneration) {
  std::string trace;
  const NoNames names;
  rt::GoTraceWriter writer(Into(&trace), &names);
  using rt::EventType;
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  writer.AddProc(0, true, 1);
  writer.Take(At(1, EventType::kCreate, 0, 1));
  writer.Take(At(2, EventType::kStart, 1));
  writer.Take(At(2, EventType::kCreate, 1, 2));
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto sleep = static_cast<std::uint8_t>(rt::WaitReason::kSleep);
    writer.Take(At(i * kSecondNs, EventType::kBlock, 1, 0, sleep));
    writer.Take(At(i * kSecondNs + 1, EventType::kUnblock, 0, 1));
    writer.Take(At(i * kSecondNs + 2, EventType::kRun, 1));
  }
  writer.Finish(6 * kSecondNs);
  Transitions transitions;
  const auto summary = ReadGoTrace(trace, transitions);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_GE(summary->generations, 5U);
}

// Recordings
// ---------------------------------------------------------------------------------------

TEST(GoTraceOf, TellsARunUpToMainsReturn) {
  RecordingScript run;
  run.Main().Go(1, 5).Sleep(1, 10 * kMs).Run(5).Block(5, rt::WaitReason::kChanReceive);
  run.Clock(10 * kMs).Wake(1).MainReturn().Rest().Exit();
  RunEvidence evidence;
  evidence.recording = run.Take();
  const auto execution = ReadExecution(GoTraceOf(HistoryBuilder::Build(std::move(evidence))));
  ASSERT_TRUE(execution) << execution.error().Text();
  ASSERT_NE(execution->Find(5), nullptr);
  EXPECT_FALSE(execution->Find(5)->ended);
  EXPECT_EQ(execution->Text(execution->Find(5)->spans.back().reason), "chan receive");
}

TEST(Chrome, IsJsonWithTracksAndArrows) {
  const auto execution = ReadExecution(FileOf("minimal-trace.out"));
  ASSERT_TRUE(execution);
  std::string text;
  EXPECT_FALSE(WriteChrome(*execution, {}, [&](std::string_view piece) { text += piece; }));
  EXPECT_THAT(text, HasSubstr("\"name\":\"G2 main.worker\""));
  EXPECT_THAT(text, HasSubstr("\"name\":\"unblock (chan receive)\""));
  EXPECT_THAT(text, HasSubstr("\"ts\":1.002,\"dur\":"));
  EXPECT_EQ(text.find("e+"), std::string::npos);
}

}  // namespace
}  // namespace golab::lab
