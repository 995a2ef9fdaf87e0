#include "lab/program/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/event/record.h"

namespace golab::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ProcessTest : public testing::Test {
 protected:
  ProcessTest() {
    recording_ = ::memfd_create("recording", MFD_CLOEXEC);
    EXPECT_EQ(::ftruncate(recording_, 4096), 0);
  }

  ~ProcessTest() override {
    ::close(recording_);
    EXPECT_EQ(ProgramsLeft(), 0) << "a process was left behind";
  }

  static ImageSpec Spec(std::vector<std::string> flags) {
    ImageSpec spec;
    spec.path = BEHAVIOURS;
    spec.flags = std::move(flags);
    return spec;
  }

  std::unique_ptr<Process> Start(std::vector<std::string> flags, RunLimits limits = {}) {
    auto process = Process::Start(Spec(std::move(flags)), recording_, limits);
    EXPECT_TRUE(process.has_value()) << process.error().Text();
    return process ? std::move(*process) : nullptr;
  }

  RunResult RunOnce(std::vector<std::string> flags, RunLimits limits = {}) {
    auto process = Start(std::move(flags), limits);
    auto result = process->Run();
    EXPECT_TRUE(result.has_value()) << result.error().Text();
    return *result;
  }

  // Processes that run the image and are not yet reaped by whoever has to: none of ours may be
  // left.
  static int ProgramsLeft(int wanted = 0) {
    int count = 0;
    for (int round = 0; round < 100; ++round) {
      count = 0;
      for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::error_code error;
        const auto exe = std::filesystem::read_symlink(entry.path() / "exe", error);
        if (!error && exe == BEHAVIOURS) ++count;
      }
      if (count == wanted) break;
      std::this_thread::sleep_for(10ms);  // a killed process takes a moment to be gone
    }
    return count;
  }

  int recording_ = -1;
};

TEST_F(ProcessTest, RunsManyTimesFromOneStart) {
  auto process = Start({});
  for (int i = 0; i < 50; ++i) {
    auto result = process->Run();
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->Exited(0));
    EXPECT_EQ(result->out, "hello from program\n");
    EXPECT_EQ(result->err, "");
    EXPECT_FALSE(result->out_truncated || result->out_rewound);
  }
}

TEST_F(ProcessTest, TellsHowItEnded) {
  EXPECT_TRUE(RunOnce({"exit", "3"}).Exited(3));
  const RunResult crash = RunOnce({"crash"});
  EXPECT_EQ(crash.TermSignal(), SIGSEGV);
  EXPECT_EQ(crash.killed, Killed::kNo);
}

TEST_F(ProcessTest, HasAFixedEnvironment) {
  ::setenv("GOLAB_TEST_SECRET", "1", 1);
  const int stray = ::open("/dev/null", O_RDONLY);  // without close-on-exec
  auto process = Start({"environment"});
  const std::string first = process->Run()->out;
  const std::string second = process->Run()->out;
  ::close(stray);
  EXPECT_EQ(first, second);
  EXPECT_THAT(first, HasSubstr("env GOLAB_LAB=1\n"));
  EXPECT_THAT(first, Not(HasSubstr("SECRET")));
  EXPECT_THAT(first, HasSubstr("fd 2\n"));
  EXPECT_THAT(first, HasSubstr("fd 6\n"));  // the stand-in leaves it open
  EXPECT_THAT(first, Not(HasSubstr("fd 7\n")));
  EXPECT_THAT(first, HasSubstr("cwd " + process->folder() + "\n"));
  // Another process has the same addresses.
  const std::string other = RunOnce({"environment"}).out;
  EXPECT_EQ(first.substr(first.find("address")), other.substr(other.find("address")));
}

TEST_F(ProcessTest, FolderIsEmptyAtEachRunAndGoneAtTheEnd) {
  auto process = Start({"file"});
  EXPECT_EQ(process->Run()->out, "clean\n");
  EXPECT_TRUE(std::filesystem::exists(process->folder() + "/left-over"));
  EXPECT_EQ(process->Run()->out, "clean\n");
  const std::string folder = process->folder();
  process.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(ProcessTest, WallLimit) {
  RunLimits limits;
  limits.wall = 200ms;
  for (const char* how : {"wait", "spin-events", "stop"}) {
    auto process = Start({how}, limits);
    const auto before = std::chrono::steady_clock::now();
    auto result = process->Run();
    const auto took = std::chrono::steady_clock::now() - before;
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->killed, Killed::kWall) << how;
    EXPECT_FALSE(result->killed_runner);
    EXPECT_GE(took, 200ms);
    EXPECT_LT(took, 2s);
    // And the runner is still good.
    EXPECT_EQ(process->Run()->killed, Killed::kWall);
  }
}

TEST_F(ProcessTest, SilentProcessorTime) {
  RunLimits limits;
  limits.silent_cpu = 200ms;
  limits.wall = 20s;
  EXPECT_EQ(RunOnce({"spin"}, limits).killed, Killed::kSilent);
  limits.wall = 700ms;
  EXPECT_EQ(RunOnce({"spin-events"}, limits).killed, Killed::kWall);
  EXPECT_EQ(RunOnce({"wait"}, limits).killed, Killed::kWall);
}

TEST_F(ProcessTest, ProcessorTimeOfTheKernel) {
  RunLimits limits;
  limits.cpu_seconds = 1;
  const RunResult result = RunOnce({"spin-events"}, limits);
  EXPECT_EQ(result.killed, Killed::kNo);
  EXPECT_EQ(result.TermSignal(), SIGXCPU);
}

TEST_F(ProcessTest, MemoryLimit) {
  RunLimits limits;
  limits.memory_bytes = 64 << 20;
  const RunResult result = RunOnce({"memory"}, limits);
  EXPECT_EQ(result.killed, Killed::kMemory);
  EXPECT_LT(result.max_rss_kib, 512u << 10);
}

TEST_F(ProcessTest, OutputLimit) {
  RunLimits limits;
  limits.output_bytes = 64 << 10;
  const RunResult result = RunOnce({"flood"}, limits);
  EXPECT_EQ(result.killed, Killed::kOutput);
  EXPECT_TRUE(result.out_truncated);
  EXPECT_EQ(result.out.size(), limits.output_bytes);
  EXPECT_FALSE(result.err_truncated);
}

TEST_F(ProcessTest, OutputOfOneRunIsNotThatOfTheNext) {
  RunLimits limits;
  limits.output_bytes = 64 << 10;
  auto process = Start({"flood"}, limits);
  EXPECT_EQ(process->Run()->out.size(), limits.output_bytes);
  const RunResult result = *process->Run();
  EXPECT_EQ(result.out.size(), limits.output_bytes);
  EXPECT_FALSE(result.out_rewound);
}

TEST_F(ProcessTest, RewoundOutputIsNoticed) {
  auto process = Start({"rewind"});
  for (int i = 0; i < 2; ++i) {
    const RunResult result = *process->Run();
    EXPECT_TRUE(result.out_rewound);
    EXPECT_FALSE(result.err_rewound);
    EXPECT_EQ(result.out, "PASS\n");
  }
}

TEST_F(ProcessTest, KilledRunnerVoidsTheRunAndIsReplaced) {
  for (const char* how : {"kill-runner", "kill-runner-daemon"}) {
    auto process = Start({how});
    for (int i = 0; i < 2; ++i) {
      auto result = process->Run();
      ASSERT_TRUE(result.has_value()) << result.error().Text();
      EXPECT_TRUE(result->killed_runner);
      EXPECT_EQ(result->killed, Killed::kNo);
      EXPECT_FALSE(result->Exited(0));
    }
  }
}

TEST_F(ProcessTest, ForkBombAndDaemonLeaveNothing) {
  RunLimits limits;
  limits.wall = 300ms;
  limits.cpu_seconds = 5;
  EXPECT_TRUE(RunOnce({"daemon"}).Exited(0));
  EXPECT_EQ(RunOnce({"fork-bomb"}, limits).killed, Killed::kWall);
  EXPECT_EQ(ProgramsLeft(), 0);
  {
    auto process = Start({"fork-bomb"}, limits);
    ASSERT_TRUE(process->Begin());
    EXPECT_FALSE(*process->Wait(20ms));
  }
  EXPECT_EQ(ProgramsLeft(), 0);
  {
    auto process = Start({"wait"}, limits);
    ASSERT_TRUE(process->Begin());
  }  // destroyed in the middle of a run
  EXPECT_EQ(ProgramsLeft(), 0);
}

TEST_F(ProcessTest, StraysDoNotReachTheNextRun) {
  ImageSpec spec = Spec({"daemon"});
  spec.environment = {"STANDIN_LEAVES_STRAYS=1"};
  auto process = Process::Start(spec, recording_);
  ASSERT_TRUE(process.has_value());
  EXPECT_TRUE((*process)->Run()->Exited(0));
  EXPECT_EQ(ProgramsLeft(1), 1);  // the runner
  EXPECT_TRUE((*process)->Run()->Exited(0));
}

TEST_F(ProcessTest, RequestedKill) {
  auto process = Start({"wait"});
  ASSERT_TRUE(process->Begin());
  EXPECT_FALSE(*process->Wait(30ms));
  process->Kill();
  while (!*process->Wait(1s)) {
  }
  EXPECT_EQ(process->End().killed, Killed::kRequested);
}

TEST_F(ProcessTest, FullRecordingEndsTheRun) {
  auto process = Start({"spin-events"});
  int looks = 0;
  process->OnLook([&] { return ++looks < 5; });
  EXPECT_EQ(process->Run()->killed, Killed::kRecords);
  EXPECT_EQ(looks, 5);
}

TEST_F(ProcessTest, ShowsARunUnderWayAndPassesSignals) {
  auto process = Start({"signal"});
  ASSERT_TRUE(process->Begin());
  EXPECT_FALSE(process->Begin().has_value());
  std::string seen;
  while (seen != "ready\n") {
    auto progress = process->Poll();
    ASSERT_TRUE(progress.has_value());
    ASSERT_TRUE(progress->running);
    seen += progress->out;
    EXPECT_FALSE(*process->Wait(1ms));
  }
  EXPECT_EQ(process->Poll()->records, 1u);
  process->Signal(SIGTERM);
  while (!*process->Wait(100ms)) {
  }
  EXPECT_EQ(process->Poll()->out, "caught\n");
  const RunResult result = process->End();
  EXPECT_TRUE(result.Exited(7));
  EXPECT_EQ(result.out, "ready\ncaught\n");
}

TEST_F(ProcessTest, CannotStart) {
  ImageSpec spec = Spec({});
  spec.path = "/nowhere/program";
  auto missing = Process::Start(spec, recording_);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().Text(), "cannot start '/nowhere/program': No such file or directory");

  spec.path = "/bin/sh";  // ends, because it has nothing to read
  auto ended = Process::Start(spec, recording_);
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().Text(), "cannot start '/bin/sh': it ended with exit status 0");

  spec.path = "/bin/sleep";
  spec.flags = {"nonsense"};
  auto complains = Process::Start(spec, recording_);
  ASSERT_FALSE(complains.has_value());
  EXPECT_THAT(complains.error().Text(), HasSubstr("exit status 1: program: invalid time interval"));

  spec.flags = {"1000"};
  RunLimits limits;
  limits.start = 100ms;
  auto silent = Process::Start(spec, recording_, limits);
  ASSERT_FALSE(silent.has_value());
  EXPECT_THAT(silent.error().Text(), HasSubstr("it does not answer (is it a program of golab's?)"));
}

TEST_F(ProcessTest, KillAllProgramsEndsEverything) {
  auto one = Start({"wait"});
  auto two = Start({"spin-events"});
  ASSERT_TRUE(one->Begin());
  ASSERT_TRUE(two->Begin());
  KillAllPrograms();
  EXPECT_EQ(one->Run().has_value(), false);  // a run is under way
  while (!*one->Wait(1s)) {
  }
  while (!*two->Wait(1s)) {
  }
  // The runner may have told of its run's end before its own.
  for (Process* process : {one.get(), two.get()}) EXPECT_EQ(process->End().TermSignal(), SIGKILL);
}

TEST_F(ProcessTest, ProgramsEndWithGolab) {
  const pid_t golab = ::fork();
  if (golab == 0) {
    auto process = Process::Start(Spec({"wait"}), recording_);
    if (process && (*process)->Begin()) {
      (void)(*process)->Wait(50ms);
      ::raise(SIGKILL);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(golab, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(ProgramsLeft(), 0);
}

TEST_F(ProcessTest, ThreadsHaveProcessesOfTheirOwn) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      auto process = Process::Start(
          Spec(t == 0 ? std::vector<std::string>{"kill-runner"} : std::vector<std::string>{}),
          recording_);
      ASSERT_TRUE(process.has_value());
      for (int i = 0; i < 10; ++i) {
        auto result = (*process)->Run();
        ASSERT_TRUE(result.has_value()) << result.error().Text();
        EXPECT_EQ(result->killed_runner, t == 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace golab::lab
