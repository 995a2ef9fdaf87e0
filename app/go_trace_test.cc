// The traces that golab check writes, opened by Go's own tool where Go is installed.

#include <gmock/gmock.h>

#include "app/command_line_suite.h"
#include "runtime/bench/find_go.h"

namespace golab::app {
namespace {

using testing::HasSubstr;
using tests::FindGo;

class GoTrace : public CommandLine {
 protected:
  /// Runs `go tool trace -d=parsed FILE`.
  Outcome GoTool(const std::string& go, const std::string& file) {
    const std::string out = folder_ + "/go.out", err = folder_ + "/go.err";
    const std::string command = "GOTOOLCHAIN=local '" + go + "' tool trace -d=parsed '" + file +
                                "' >'" + out + "' 2>'" + err + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, ReadAll(out), ReadAll(err)};
  }
};

TEST_F(GoTrace, OpensTheTracesOfTasks) {
  const std::string go = FindGo();
  if (go.empty()) GTEST_SKIP() << "no Go here: runtime/bench/find-go fetches one";
  for (const char* task : {"task2", "task6", "task8", "task11"}) {
    SCOPED_TRACE(task);
    const std::string file = folder_ + "/" + task + ".trace";
    const Outcome check = Golab("check " + std::string(task) + " --seeds 1 --trace '" + file + "'");
    EXPECT_EQ(check.status, 0) << check.out << check.err;
    const Outcome opened = GoTool(go, file);
    EXPECT_EQ(opened.status, 0) << opened.err;
    // main runs, and somebody else was created.
    EXPECT_THAT(opened.out, HasSubstr("StateTransition"));
    EXPECT_THAT(opened.out, HasSubstr("GoID=1 "));
    EXPECT_THAT(opened.out, HasSubstr("NotExist->Runnable"));
  }
  Write("broken.trace", "go 1.23 trace, but no more");
  EXPECT_NE(GoTool(go, folder_ + "/broken.trace").status, 0) << "the tool takes anything";
}

}  // namespace
}  // namespace golab::app
