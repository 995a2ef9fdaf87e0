// Traces that programs write of themselves, on one and several Ps, whole and broken off: read by
// golab's own reader, and by Go's tool where it is installed.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/trace/execution.h"
#include "runtime/bench/find_go.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;
using tests::FindGo;

class Traces : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/golab-traces-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file() const { return folder_ + "/trace.out"; }

  /// Its wait status.
  int Run(const std::string& mode, const std::string& environment, int n = 40) {
    const std::string command = environment + " " TRACED_PROGRAM " " + mode + " " + file() + " " +
                                std::to_string(n) + " 2>" + folder_ + "/err";
    return std::system(("exec env " + command).c_str());
  }

  std::string Bytes() const {
    std::ifstream in(file(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  Execution Read() {
    auto execution = ReadExecution(Bytes());
    EXPECT_TRUE(execution) << execution.error().Text();
    return execution ? std::move(*execution) : Execution();
  }

  /// What Go's own reader says against it; "" if nothing, or if there is none.
  std::string GoSays() const {
    static const std::string go = FindGo();
    if (go.empty()) return "";
    const std::string said = folder_ + "/said";
    const std::string command =
        "GOTOOLCHAIN=local " + go + " tool trace -d=parsed " + file() + " >" + said + " 2>&1";
    if (std::system(command.c_str()) == 0) return "";
    std::ifstream in(said);
    std::string line, last;
    while (std::getline(in, line)) {
      if (!line.empty()) last = line;
    }
    return "go tool trace: " + last;
  }

  static int Ended(const Execution& execution) {
    int ended = 0;
    for (const GoLife& life : execution.lives) ended += life.ended;
    return ended;
  }

  std::string folder_;
};

class OnProcs : public Traces, public testing::WithParamInterface<const char*> {};

TEST_P(OnProcs, AllThatGoroutinesDidIsThere) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(Run("mix", GetParam()), 0);
    const Execution execution = Read();
    EXPECT_EQ(execution.summary.cut, "");
    EXPECT_EQ(GoSays(), "");
    // 40 workers, each of which starts one more, and one that selects.
    EXPECT_EQ(Ended(execution), 81);
    int regions = 0, logs = 0;
    for (const GoNote& note : execution.notes) {
      regions += note.kind == GoTraceEvent::Kind::kRegionBegin;
      logs += note.kind == GoTraceEvent::Kind::kLog;
    }
    EXPECT_EQ(regions, 40);
    EXPECT_EQ(logs, 40);
    for (const GoLife& life : execution.lives) {
      if (life.IsMain()) continue;
      EXPECT_TRUE(life.created);
      EXPECT_NE(life.creator, kNoResource);
      // One state begins where the other ends.
      for (std::size_t i = 1; i < life.spans.size(); ++i)
        ASSERT_EQ(life.spans[i - 1].end_ns, life.spans[i].begin_ns);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OnProcs,
                         testing::Values("GOMAXPROCS=1", "GOMAXPROCS=2", "GOMAXPROCS=4",
                                         "GOMAXPROCS=8", "GOLAB_WORLD=virtual"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) {
                             if (c == '=') c = '_';
                           }
                           return name;
                         });

TEST_F(Traces, NothingIsLostWhereEventsComeFast) {
  constexpr int kRounds = 300'000;
  for (const char* procs : {"GOMAXPROCS=1", "GOMAXPROCS=2"}) {
    ASSERT_EQ(Run("pingpong", procs, kRounds), 0);
    const std::string bytes = Bytes();
    const auto execution = ReadExecution(bytes);
    ASSERT_TRUE(execution) << execution.error().Text();
    std::size_t waits = 0, events = execution->summary.events;
    for (const GoLife& life : execution->lives) {
      for (const GoSpan& span : life.spans) waits += span.phase == Phase::kWaiting;
    }
    // Each round both wait once at least.
    EXPECT_GE(waits, 2U * kRounds - 2);
    EXPECT_LE(static_cast<double>(bytes.size()), 8.0 * static_cast<double>(events));
  }
}

TEST_F(Traces, AGenerationASecond) {
  ASSERT_EQ(Run("generations", "GOMAXPROCS=2"), 0);
  const Execution execution = Read();
  EXPECT_GE(execution.summary.generations, 2U);
  EXPECT_EQ(GoSays(), "");
  EXPECT_EQ(Ended(execution), 5 * 81);
}

TEST_F(Traces, ASecondTraceBeginsWithWhatIsThere) {
  for (const char* world : {"GOMAXPROCS=2", "GOLAB_WORLD=virtual"}) {
    ASSERT_EQ(Run("twice", world), 0);
    EXPECT_EQ(Ended(Read()), 81);
    EXPECT_EQ(GoSays(), "");
  }
}

// 40 times 200 texts are more than a log in private memory holds.
TEST_F(Traces, NoTraceTakesRoomFromALaterOne) {
  for (const auto& [world, traces] : {std::pair("GOMAXPROCS=1", 2), {"GOLAB_WORLD=virtual", 40}}) {
    SCOPED_TRACE(world);
    ASSERT_EQ(Run("again", world, traces), 0);
    const Execution execution = Read();
    EXPECT_EQ(GoSays(), "");
    std::vector<std::string> messages;
    for (const GoNote& note : execution.notes) {
      if (note.kind == GoTraceEvent::Kind::kLog) messages.push_back(execution.Text(note.message));
    }
    ASSERT_EQ(messages.size(), 200U);
    for (std::size_t i = 0; i < messages.size(); ++i)
      EXPECT_EQ(messages[i], "trace " + std::to_string(traces - 1) + ", tick " + std::to_string(i));
    for (const GoSpan& span : execution.Find(1)->spans) {
      if (span.phase == Phase::kWaiting) {
        EXPECT_NE(span.stack, 0U);
      }
    }
  }
}

TEST_F(Traces, AnyWriterGetsAllOfItWhenTheTraceStops) {
  for (const char* world : {"GOMAXPROCS=2", "GOLAB_WORLD=virtual"}) {
    ASSERT_EQ(Run("writer", world), 0);
    EXPECT_EQ(Ended(Read()), 81);
    EXPECT_EQ(GoSays(), "");
  }
}

TEST_F(Traces, APanicAFaultAndAnExitLeaveAWholeTrace) {
  for (const char* mode : {"panic", "fault", "returns", "asleep"}) {
    SCOPED_TRACE(mode);
    const int status = Run(mode, "GOMAXPROCS=2");
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), std::string(mode) == "returns" ? 0 : 2);
    EXPECT_EQ(Ended(Read()), 81);
    EXPECT_EQ(GoSays(), "");
  }
}

TEST_F(Traces, AKilledProgramLeavesAReadableTrace) {
  const int status = Run("killed", "GOMAXPROCS=2");
  ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 128 + 9);
  EXPECT_EQ(Ended(Read()), 81);
  EXPECT_EQ(GoSays(), "");
}

TEST_F(Traces, GosOwnReaderIsAsked) {
  if (FindGo().empty()) GTEST_SKIP() << "no Go here: runtime/bench/find-go fetches one";
  std::ofstream(file()) << "go 1.23 trace, but no more";
  EXPECT_THAT(GoSays(), HasSubstr("go tool trace: "));
}

}  // namespace
}  // namespace golab::lab
