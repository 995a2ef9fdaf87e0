// `go tool pprof` takes the profiles. Where there is no Go, it says so.

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/bench/find_go.h"
#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

namespace fs = std::filesystem;

class GoTool : public testing::Test {
 protected:
  void SetUp() override {
    go_ = FindGo();
    if (go_.empty()) {
      GTEST_SKIP() << "NOT TESTED: no Go on this machine (runtime/bench/find-go fetches Go 1.24)";
    }
    char name[] = "/tmp/golab_pprof_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }

  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  /// Runs the program and keeps what it writes; gives the file.
  std::string Profile(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {PPROF_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ChildResult got = RunChild(command);
    EXPECT_EQ(got.status, 0) << got.err;
    const std::string file = folder_ / (std::to_string(files_++) + ".pb.gz");
    std::ofstream(file) << got.out;
    return file;
  }

  std::string Pprof(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {go_, "tool", "pprof", "-symbolize=none"});
    const std::string home = folder_;
    const ChildResult got =
        RunChild(arguments, {.environment = {"GOTOOLCHAIN=local", "HOME=" + home,
                                             "PPROF_TMPDIR=" + home, "GOCACHE=" + home}});
    EXPECT_EQ(got.status, 0) << got.err;
    return got.out;
  }

 private:
  std::string go_;
  fs::path folder_;
  int files_ = 0;
};

bool Has(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

TEST_F(GoTool, ShowsGoroutines) {
  const std::string ten = Profile({"goroutine", "10"});
  const std::string top = Pprof({"-top", "-cum", ten});
  EXPECT_TRUE(Has(top, "Type: goroutine\n")) << top;
  EXPECT_TRUE(Has(top, "Showing nodes accounting for 12, 100% of 12 total\n")) << top;
  EXPECT_TRUE(Has(top, " 10 83.33%  main.Worker\n")) << top;
  const std::string traces = Pprof({"-traces", ten});
  EXPECT_TRUE(Has(traces, "\n +lesson:  leak\n +1 +")) << traces;
  EXPECT_TRUE(Has(traces, "\n +10 +golab/rt[^\n]+\n[^\n]*Recv[^\n]*\n +main.Worker\n")) << traces;
  EXPECT_TRUE(Has(traces, "runtime/pprof.\\(\\*Profile\\).WriteTo\n")) << traces;
  EXPECT_FALSE(Has(traces, "golab_entry")) << traces;
  const std::string tags = Pprof({"-tags", ten});
  EXPECT_TRUE(Has(tags, "lesson: Total 1")) << tags;
}

TEST_F(GoTool, SubtractsGoroutines) {
  const std::string three = Profile({"goroutine", "3"});
  const std::string ten = Profile({"goroutine", "10"});
  const std::string more = Pprof({"-top", "-cum", "-diff_base", three, ten});
  EXPECT_TRUE(Has(more, " 7 +[0-9.]+%  main.Worker\n")) << more;
}

TEST_F(GoTool, ReadsTheText) {
  const std::string top = Pprof({"-top", Profile({"goroutine", "10", "1"})});
  EXPECT_TRUE(Has(top, "Showing nodes accounting for 12, 100% of 12 total\n")) << top;
}

TEST_F(GoTool, ShowsContention) {
  for (const char* name : {"block", "mutex"}) {
    const std::string top = Pprof({"-top", "-cum", Profile({name})});
    EXPECT_TRUE(Has(top, "Type: delay\n")) << top;
    EXPECT_TRUE(Has(top, name == std::string("block") ? "sync.\\(\\*Mutex\\).Lock\n"
                                                      : "sync.\\(\\*Mutex\\).Unlock\n"))
        << top;
  }
}

TEST_F(GoTool, TakesProfilesWithoutSamples) {
  EXPECT_TRUE(Has(Pprof({"-top", Profile({"heap"})}), "Type: inuse_space\n"));
  EXPECT_TRUE(Has(Pprof({"-top", Profile({"allocs"})}), "Type: alloc_space\n"));
  EXPECT_TRUE(Has(Pprof({"-top", Profile({"threadcreate"})}), "Type: threadcreate\n"));
}

TEST_F(GoTool, ShowsWhatComputes) {
  const std::string profile = Profile({"cpu"});
  const std::string top = Pprof({"-top", profile});
  EXPECT_TRUE(Has(top, "Type: cpu\n")) << top;
  std::smatch first;
  const std::regex row("\n +[0-9.]+m?s +([0-9.]+)%[^\n]+main.Compute");
  ASSERT_TRUE(std::regex_search(top, first, row)) << top;
  EXPECT_GT(std::stod(first[1]), 80) << top;
  const std::string cum = Pprof({"-top", "-cum", "-unit=ms", profile});
  std::smatch often;
  std::smatch seldom;
  ASSERT_TRUE(std::regex_search(cum, often, std::regex("([0-9.]+)ms [^\n]*main.Often\n"))) << cum;
  ASSERT_TRUE(std::regex_search(cum, seldom, std::regex("([0-9.]+)ms [^\n]*main.Seldom\n"))) << cum;
  const double ratio = std::stod(often[1]) / std::stod(seldom[1]);
  EXPECT_GT(ratio, 1.5) << cum;
  EXPECT_LT(ratio, 6) << cum;
}

}  // namespace
}  // namespace golab::tests
