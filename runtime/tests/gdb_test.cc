// golab's commands in the real gdb, on a process and on a core dump of it.

#include <fcntl.h>
#include <glob.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

/// What gdb prints for each of these commands, after those in `first`.
std::vector<std::string> Gdb(std::vector<std::string> arguments,
                             const std::vector<std::string>& first,
                             const std::vector<std::string>& commands) {
  std::vector<std::string> all = {"/usr/bin/gdb", "-nx", "-batch", "-iex",
                                  "add-auto-load-safe-path " GOLAB_BINARY_DIR};
  for (const char* setting : {"set debuginfod enabled off", "set width 0", "set style enabled off"})
    all.insert(all.end(), {"-iex", setting});
  all.insert(all.end(), arguments.begin(), arguments.end());
  for (const std::string& command : first) all.insert(all.end(), {"-ex", command});
  for (const std::string& command : commands)
    all.insert(all.end(), {"-ex", "echo \\n<<<>>>\\n", "-ex", command});
  std::vector<char*> raw;
  for (std::string& argument : all) raw.push_back(argument.data());
  raw.push_back(nullptr);
  const ChildResult got = RunFunction([&] {
    dup2(1, 2);  // what gdb refuses stands where it was asked
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, 0);
    execv(raw[0], raw.data());
  });
  EXPECT_FALSE(got.timed_out) << got.out;
  // This gdb does not know all that this kernel writes of a thread's registers.
  const std::string out = std::regex_replace(
      got.out, std::regex("warning: Section `\\.reg-xstate/[0-9]+' in core file too small\\.\n"),
      "");
  std::vector<std::string> parts;
  const std::string mark = "\n<<<>>>\n";
  std::size_t at = out.find(mark);
  while (at != std::string::npos) {
    const std::size_t start = at + mark.size();
    at = out.find(mark, start);
    parts.push_back(out.substr(start, at == std::string::npos ? at : at - start));
  }
  EXPECT_EQ(parts.size(), commands.size()) << got.out;
  parts.resize(commands.size());
  return parts;
}

struct Expected {
  int id;
  const char* line;      ///< how `info goroutines` begins it
  const char* function;  ///< of the program: in the line and in the backtrace
};

const Expected kAll[] = {
    {1, "  1 waiting  [sync.WaitGroup.Wait] ", "GolabMain_"},
    {6, "  6 waiting  [chan receive] ", "Receiver"},
    {7, "  7 waiting  [select] ", "Selector"},
    {8, "  8 waiting  [sync.Mutex.Lock] ", "Locker"},
    {9, "  9 waiting  [sleep] ", "Sleeper"},
    {10, "  10 waiting  [chan receive] ", "Catcher"},
    {11, "  11 waiting  [chan receive] ", "Deep"},
    {13, "* 13 running  ", "AllAreThere"},
    {14, "  14 runnable ", "Yielder"},
    {15, "  15 runnable [not started] ", "Unstarted"},
};

/// From the newest frame to the goroutine's entry, numbered, with nothing that gdb doubts.
void ExpectWhole(const std::string& trace, const std::string& function) {
  std::istringstream lines(trace);
  std::string line, last;
  int level = 0;
  while (std::getline(lines, line)) {
    if (line.empty()) continue;
    EXPECT_EQ(line.rfind("#" + std::to_string(level++) + " ", 0), 0u) << trace;
    last = line;
  }
  EXPECT_NE(last.find("golab_entry"), std::string::npos) << trace;
  EXPECT_NE(trace.find(function), std::string::npos) << trace;
  for (const char* doubt : {"corrupt", "identical", "Backtrace stopped", "??", "Cannot access"})
    EXPECT_EQ(trace.find(doubt), std::string::npos) << trace;
}

void ExpectTwoFrames(const std::string& trace) {
  EXPECT_EQ(trace.rfind("#0 ", 0), 0u) << trace;
  EXPECT_NE(trace.find("\n#1 "), std::string::npos) << trace;
  EXPECT_EQ(trace.find("\n#2 "), std::string::npos) << trace;
}

std::vector<std::string> BacktraceOfEach() {
  std::vector<std::string> commands;
  for (const Expected& e : kAll) commands.push_back("goroutine " + std::to_string(e.id) + " bt");
  return commands;
}

/// Where the program has been left running, 13 and those after it have gone on.
void ExpectAll(const std::string& list, const std::vector<std::string>& traces,
               bool is_stopped_there = true) {
  std::istringstream lines(list);
  std::string line;
  for (std::size_t i = 0; i < std::size(kAll); ++i) {
    const Expected& e = kAll[i];
    if (e.id >= 13 && !is_stopped_there) break;
    ASSERT_TRUE(std::getline(lines, line)) << list;
    EXPECT_EQ(line.rfind(e.line, 0), 0u) << line;
    EXPECT_TRUE(std::regex_search(
        line, std::regex(std::string(" ") + e.function + " at gdb_program.cc:[0-9]+$")))
        << line;
    ExpectWhole(traces[i], e.function);
  }
  EXPECT_EQ(is_stopped_there, !(std::getline(lines, line) && !line.empty())) << list;
}

const std::vector<std::string> kToAllAreThere = {"break AllAreThere", "run"};

class GdbTest : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Programs, GdbTest, testing::Values(GDB_PROGRAM_SHARED, GDB_PROGRAM_STATIC),
                         [](const auto& one) {
                           const std::string path = one.param;
                           return path.substr(path.rfind('_') + 1);
                         });

TEST_P(GdbTest, ListsAndShowsEveryGoroutineAtABreakpoint) {
  std::vector<std::string> commands = BacktraceOfEach();
  commands.insert(commands.begin(), "info goroutines");
  commands.insert(commands.end(), {"bt", "info goroutines", "goroutine all bt", "continue"});
  std::vector<std::string> got = Gdb({GetParam()}, kToAllAreThere, commands);
  const std::string list = got[0];
  const std::string after = got[got.size() - 1];
  const std::string of_all = got[got.size() - 2];
  EXPECT_EQ(list, got[got.size() - 3]);
  ExpectWhole(got[got.size() - 4], "AllAreThere");  // the thread is where it was
  got.erase(got.begin());
  ExpectAll(list, got);
  EXPECT_NE(of_all.find("\ngoroutine 7 [select]:\n#0 "), std::string::npos) << of_all;
  EXPECT_NE(of_all.find("\ngoroutine 13 [running]:\n#0 "), std::string::npos) << of_all;
  EXPECT_NE(of_all.find("\ngoroutine 15 [not started]:\n#0 "), std::string::npos) << of_all;
  EXPECT_NE(after.find("exited normally"), std::string::npos) << after;  // and goes on from there
}

TEST_P(GdbTest, AnyCommandRunsInAGoroutinesContext) {
  const std::vector<std::string> got = Gdb(
      {GetParam()}, kToAllAreThere,
      {"goroutine 11 bt 2", "goroutine 11 bt -1", "goroutine 6 frame 2", "goroutine 3+3 print 7",
       "goroutine 6 print $sp == $rsp", "goroutine 7 nonsense", "info registers rip"});
  ExpectTwoFrames(got[0]);
  EXPECT_TRUE(std::regex_search(got[1], std::regex("^#[23][0-9] +[^\n]*golab_entry"))) << got[1];
  EXPECT_EQ(got[2].rfind("#2 ", 0), 0u) << got[2];
  EXPECT_EQ(got[3], "$1 = 7\n");
  EXPECT_EQ(got[4], "$2 = true\n");
  EXPECT_EQ(got[5], "Undefined command: \"nonsense\".  Try \"help\".\n");
  EXPECT_NE(got[6].find("AllAreThere"), std::string::npos) << got[6];
}

TEST_P(GdbTest, SaysWhatCannotBe) {
  const std::vector<std::string> before =
      Gdb({GetParam()}, {"set breakpoint pending on", "break golab::rt::InitRuntime"},
          {"info goroutines", "starti", "info goroutines", "continue", "info goroutines"});
  if (std::string(GetParam()) == GDB_PROGRAM_STATIC) {  // else nothing loaded has the commands
    EXPECT_EQ(before[0], "The program is not being run.\n");
  }
  EXPECT_TRUE(before[2].find(
                  "No goroutines: this program has no golab runtime, or has not loaded it yet.") ==
                  0 ||
              before[2].find("golab has not started yet") == 0 ||
              before[2].find("Undefined info command") == 0)
      << before[2];
  EXPECT_EQ(before[4],
            "golab has not started yet: there are goroutines from main on (break GolabMain_, then "
            "continue).\n");

  const std::vector<std::string> got =
      Gdb({GetParam()}, kToAllAreThere,
          {"goroutine 12 bt", "goroutine 99 bt", "goroutine 3 bt", "goroutine x bt", "goroutine",
           "goroutine 6", "goroutine 6 next", "goroutine 6 c", "info goroutines 6", "kill",
           "info goroutines"});
  EXPECT_EQ(got[0], "Goroutine 12 has ended.\n");
  EXPECT_EQ(got[1], "No such goroutine: 99. info goroutines lists them.\n");
  EXPECT_EQ(got[2], "No such goroutine: 3. info goroutines lists them.\n");
  const std::string usage =
      "goroutine ID COMMAND, or goroutine all COMMAND. For example: goroutine 6 bt\n";
  EXPECT_EQ(got[3], "'x' is no goroutine's id. Usage: " + usage);
  EXPECT_EQ(got[4], "Usage: " + usage);
  EXPECT_EQ(got[5], "Usage: " + usage);
  EXPECT_EQ(got[6], "`next` would run the program on the wrong stack: goroutine is for looking.\n");
  EXPECT_EQ(got[7], "`c` would run the program on the wrong stack: goroutine is for looking.\n");
  EXPECT_NE(got[8].find("takes no argument"), std::string::npos) << got[8];
  EXPECT_EQ(got[10], "The program is not being run.\n");
}

TEST(Gdb, SaysThatAProgramHasNoRuntime) {
  const std::vector<std::string> got = Gdb({"/usr/bin/env"}, {"source " GDB_SCRIPT, "starti"},
                                           {"info goroutines", "goroutine 1 bt"});
  for (const std::string& said : got) {
    EXPECT_EQ(said,
              "No goroutines: this program has no golab runtime, or has not loaded it yet.\n");
  }
}

TEST_P(GdbTest, SeesTheGoroutineUnderASignalHandler) {
  const std::vector<std::string> got =
      Gdb({GetParam()}, {"break AllAreThere", "run", "break OnQuit", "signal SIGQUIT"},
          {"info goroutines", "goroutine 13 bt"});
  EXPECT_NE(got[0].find("* 13 running  AllAreThere at "), std::string::npos) << got[0];
  EXPECT_NE(got[1].find("<signal handler called>"), std::string::npos) << got[1];
  ExpectWhole(got[1], "AllAreThere");
}

TEST_P(GdbTest, ListsAndShowsEveryGoroutineInACoreDump) {
  char folder[] = "/tmp/golab_core_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string in = folder;
  const ChildResult died = RunChild(
      {"/bin/sh", "-c", "ulimit -c unlimited && cd " + in + " && exec " + GetParam() + " core"});
  EXPECT_EQ(died.status, 128 + SIGSYS) << died.err;
  glob_t found{};
  const bool is_there = glob((in + "/core*").c_str(), 0, nullptr, &found) == 0;
  const std::string core = is_there ? found.gl_pathv[0] : "";
  globfree(&found);
  if (!is_there) {
    rmdir(folder);
    GTEST_SKIP() << "NOT TESTED: programs leave no core dump in their folder here "
                    "(/proc/sys/kernel/core_pattern, ulimit -H -c)";
  }
  std::vector<std::string> commands = BacktraceOfEach();
  commands.insert(commands.begin(), "info goroutines");
  // 13 has called raise meanwhile.
  commands.insert(commands.end(), {"goroutine 11 bt 2", "goroutine 6 frame 2", "goroutine 6 up 2",
                                   "goroutine 6 frame 99", "goroutine 12 bt", "bt"});
  std::vector<std::string> got = Gdb({GetParam(), core}, {}, commands);
  unlink(core.c_str());
  rmdir(folder);
  std::string list = got[0];
  const std::size_t size = got.size();
  const std::regex runner("13 running  Runner at");
  EXPECT_TRUE(std::regex_search(list, runner)) << list;
  list = std::regex_replace(list, runner, "13 running  AllAreThere at");
  got[8] = std::regex_replace(got[8], std::regex("Runner"), "AllAreThere");
  ExpectTwoFrames(got[size - 6]);
  EXPECT_EQ(got[size - 5].rfind("#2 ", 0), 0u) << got[size - 5];
  EXPECT_EQ(got[size - 5], got[size - 4]);
  EXPECT_EQ(got[size - 3], "No frame at level 99.\n");
  EXPECT_EQ(got[size - 2], "Goroutine 12 has ended.\n");
  EXPECT_NE(got[size - 1].find("Runner"), std::string::npos) << got[size - 1];
  got.erase(got.begin());
  ExpectAll(list, got);
}

TEST(Gdb, NeedsNoSymbolsOfTheRuntime) {
  char folder[] = "/tmp/golab_stripped_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string in = folder;
  const std::string stripped = in + "/libgolab.so";
  ASSERT_EQ(RunChild({"/usr/bin/strip", "-o", stripped, GOLAB_SHARED}).status, 0);
  const std::vector<std::string> got = Gdb(
      {GDB_PROGRAM_SHARED},
      {"source " GDB_SCRIPT, "set environment LD_LIBRARY_PATH " + in, "break AllAreThere", "run"},
      {"info sharedlibrary libgolab", "info goroutines", "goroutine 8 bt", "goroutine 15 bt"});
  unlink(stripped.c_str());
  rmdir(folder);
  EXPECT_NE(got[0].find(stripped), std::string::npos) << got[0];
  std::istringstream lines(got[1]);
  std::string line;
  for (const Expected& e : kAll) {
    ASSERT_TRUE(std::getline(lines, line)) << got[1];
    EXPECT_EQ(line.rfind(std::string(e.line) + e.function + " at ", 0), 0u) << line;
  }
  for (const char* function : {"golab::sync::Mutex::Lock", "Locker"})
    EXPECT_NE(got[2].find(function), std::string::npos) << got[2];
  for (const std::string& trace : {got[2], got[3]}) {
    for (const char* doubt : {"corrupt", "identical", "Backtrace stopped"})
      EXPECT_EQ(trace.find(doubt), std::string::npos) << trace;
  }
}

/// A program that runs, has said that all are there, and is killed in the end.
class Running {
 public:
  explicit Running(const char* program) {
    int out[2];
    if (pipe(out) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], 1);
      execl(program, program, "wait", nullptr);
      _exit(126);
    }
    close(out[1]);
    char byte;
    while (read(out[0], &byte, 1) == 1 && byte != '\n') {
    }
    close(out[0]);
  }

  ~Running() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::string pid() const { return std::to_string(pid_); }

 private:
  pid_t pid_ = -1;
};

TEST_P(GdbTest, ListsAndShowsGoroutinesOfARunningProcess) {
  const Running program(GetParam());
  std::vector<std::string> commands = BacktraceOfEach();
  commands.insert(commands.begin(), "info goroutines");
  commands.push_back("info inferiors");
  std::vector<std::string> got = Gdb({"-p", program.pid(), GetParam()}, {}, commands);
  if (got.back().find("<null>") != std::string::npos ||
      got[0].find("not being run") != std::string::npos)
    GTEST_SKIP()
        << "NOT TESTED: a process may not attach to another here (kernel.yama.ptrace_scope)";
  const std::string list = got[0];
  got.erase(got.begin());
  ExpectAll(list, got, false);
}

}  // namespace
}  // namespace golab::tests
