// A goroutine's stack ends cleanly, at its entry, for whoever walks it while it runs: the C++
// unwinder from a signal handler, and the real perf, by frame pointers and by unwind tables.

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

TEST(Profile, TheUnwinderEndsAtTheEntry) {
  const ChildResult got = RunChild({PROFILED_PROGRAM, "unwind"});
  EXPECT_EQ(got.out, "ended at the entry deep\n") << got.err;
}

/// Stacks of samples, innermost first.
std::vector<std::vector<std::string>> Samples(const std::string& script) {
  std::vector<std::vector<std::string>> samples(1);
  std::istringstream lines(script);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string address, name;
    if (!(words >> address)) {
      samples.emplace_back();
      continue;
    }
    std::getline(words >> std::ws, name);
    samples.back().push_back(name);
  }
  return samples;
}

bool Has(const std::vector<std::string>& stack, const std::string& function) {
  for (const std::string& name : stack)
    if (name.find(function) != std::string::npos) return true;
  return false;
}

class Perf : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(CallGraphs, Perf, testing::Values("fp", "dwarf"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(Perf, StacksEndAtTheEntry) {
  constexpr const char* kPerf = "/usr/bin/perf";
  if (access(kPerf, X_OK) != 0) GTEST_SKIP() << "NOT TESTED: no perf here (linux-perf)";
  char file[] = "/tmp/golab_perf_XXXXXX";
  const int fd = mkstemp(file);
  ASSERT_GE(fd, 0);
  close(fd);
  const ChildResult recorded = RunChild({kPerf, "record", "-q", "-F", "199", "-e", "cpu-clock:u",
                                         "--call-graph", GetParam(), "-o", file, PROFILED_PROGRAM});
  const ChildResult script = RunChild({kPerf, "script", "-i", file, "-F", "ip,sym"});
  unlink(file);
  if (recorded.status != 0)
    GTEST_SKIP() << "NOT TESTED: perf may not sample here: " << recorded.err;
  int busy = 0;
  for (const std::vector<std::string>& stack : Samples(script.out)) {
    if (stack.empty() || stack[0].find("Burn") == std::string::npos) continue;
    ++busy;
    std::string all;
    for (const std::string& name : stack) all += name + "\n";
    EXPECT_EQ(stack.back(), "golab_entry") << all;
    EXPECT_TRUE(Has(stack, "Outer")) << all;
    EXPECT_FALSE(Has(stack, "[unknown]")) << all;
  }
  EXPECT_GT(busy, 10) << script.out << script.err;  // of some 60
}

}  // namespace
}  // namespace golab::tests
