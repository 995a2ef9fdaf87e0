// Races and dangling references of submissions, through the real golab.

#include <gmock/gmock.h>

#include "app/command_line_suite.h"

namespace golab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class RaceCheck : public CommandLine {
 protected:
  static std::string Solution() {
    return ReadAll(GOLAB_SOURCE_DIR "/tasks/task01_num_goroutine/solution/main.cc");
  }

  /// The solution of task1, which calls First before all else; `text` defines it.
  void WriteSolutionWith(const std::string& folder, const std::string& text) {
    std::string solution = Solution();
    const std::string main = "GOLAB_MAIN() {\n", parse = "  flag::Parse();\n";
    solution.insert(solution.find(parse) + parse.size(), "  First();\n");
    solution.insert(solution.find(main), text);
    Write(folder + "/main.cc", solution);
  }
};

TEST_F(RaceCheck, RacesAndDanglingReferencesOfASubmission) {
  Write("right/main.cc", Solution());
  Write("race/main.cc", ReadAll(GOLAB_SOURCE_DIR "/lab/judge/race/counter.cc"));
  Write("dangling/main.cc", ReadAll(GOLAB_SOURCE_DIR "/lab/judge/race/returned.cc"));
  const Outcome right = Golab("check task1 --in ../right --seeds 3 -v");
  EXPECT_EQ(right.status, 0) << right.out << right.err;
  for (const char* check : {"no-race", "no-dangling"}) EXPECT_THAT(right.out, HasSubstr(check));
  const Outcome racy = Golab("check task1 --in ../race --seeds 3 --only no-race");
  EXPECT_EQ(racy.status, 1);
  EXPECT_THAT(racy.out,
              HasSubstr("goroutine 6 reads 'counter' while goroutine 7 may be writing it"));
  const Outcome without = Golab("check task1 --in ../race --seeds 3 --only no-race --no-race");
  EXPECT_EQ(without.status, 1);  // the one check that was asked for was not judged
  EXPECT_THAT(without.out, Not(HasSubstr("counter")));
  // Always the root, though the task's own checks fail, too.
  const Outcome dangling = Golab("check task1 --in ../dangling --seeds 3");
  EXPECT_EQ(dangling.status, 1);
  EXPECT_THAT(dangling.out,
              HasSubstr("FAIL task1.no-dangling: goroutine 6 reads 'local' of Start"));
  EXPECT_THAT(dangling.out, HasSubstr("try: capture by value: [=] or [local]"));
  const Outcome reference = Golab("check task1 --race --seeds 3 --format json");
  EXPECT_EQ(reference.status, 0);
  EXPECT_THAT(reference.out, HasSubstr("no two accesses without an order"));
  EXPECT_THAT(Golab("check task1 --seeds 3 --format json").out,
              HasSubstr("of the reference only with --race"));
}

/// Four goroutines send their numbers; in Go's order 3 comes first, then 0, 1 and 2. Where Racy
/// says so of the order, two goroutines write one variable.
constexpr char kFirst[] = R"(
int shared = 0;

bool Racy(const int (&order)[4]);

bool First() {
  auto numbers = MakeChan<int>(4);
  for (int i = 0; i < 4; ++i) go([=] { numbers.Send(i); });
  int order[4];
  for (int& number : order) number = numbers.Recv();
  if (!Racy(order)) return false;
  sync::WaitGroup both;
  both.Add(2);
  go([&both] { ++shared; both.Done(); });
  go([&both] { ++shared; both.Done(); });
  both.Wait();
  return true;
}

)";

TEST_F(RaceCheck, GradingLooksUnderThreeSchedules) {
  WriteSolutionWith("rare", std::string(kFirst) +
                                "bool Racy(const int (&order)[4]) { return order[0] != 3; }\n\n");
  const std::string check = "check task1 --in ../rare --seeds 1 --only no-race";
  const Outcome in_go_order = Golab(check);
  EXPECT_EQ(in_go_order.status, 0) << in_go_order.out << in_go_order.err;
  const Outcome graded = Golab(check, "GOLAB_GRADING=1"), asked = Golab(check + " --race");
  for (const Outcome& outcome : {graded, asked}) {
    EXPECT_EQ(outcome.status, 1) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("FAIL task1.no-race: goroutine "));
    EXPECT_THAT(outcome.out, HasSubstr("'shared'"));
  }
}

// An exit that is not the program's to make; where it makes it, there is a race.
TEST_F(RaceCheck, TheFailureThatIsShownIsLookedAtForRaces) {
  WriteSolutionWith("rare", std::string(kFirst) + R"(
bool Racy(const int (&order)[4]) { return order[0] == 1 && order[1] == 3 && order[2] == 0; }
)");
  std::string text = ReadAll(folder_ + "/rare/main.cc");
  const std::string call = "  First();\n";
  text.replace(text.find(call), call.size(), "  if (First()) os::Exit(7);\n");
  Write("rare/main.cc", text);
  const Outcome alone = Golab("check task1 --in ../rare --seeds 1 --only no-race --race");
  EXPECT_EQ(alone.status, 0) << alone.out << "seeds 0 to 2 show no race";
  const Outcome all = Golab("check task1 --in ../rare --seeds 200 -v");
  EXPECT_EQ(all.status, 1);
  EXPECT_THAT(all.out, HasSubstr("no-race")) << all.out;
  EXPECT_THAT(all.out, HasSubstr("'shared'")) << all.out;
}

TEST_F(RaceCheck, MoreGoroutinesThanTsanCanFollowAreNoFailure) {
  Write("many/main.cc", Solution());
  const std::string check = "check task1 --in ../many --workers 5000 --seeds 1";
  const Outcome outcome = Golab(check);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("ERROR task1.no-race: not possible to judge: more than 4,000 "
                                     "goroutines are alive"));
  EXPECT_THAT(outcome.out, HasSubstr("--no-race"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("FAIL")));
  EXPECT_EQ(outcome.err, "");
  const Outcome without = Golab(check + " --no-race");
  EXPECT_EQ(without.status, 0) << without.out << without.err;
}

/// The caret is below the operator; g++ gives the place of the statement's end.
TEST_F(RaceCheck, AnOverflowIsShownAtItsOperator) {
  Write("sum/main.cc", ReadAll(GOLAB_SOURCE_DIR "/lab/judge/race/overflow.cc"));
  const Outcome outcome = Golab("check task1 --in ../sum --seeds 1 --only no-dangling");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("  main.cc:8 |   return sum + n;\n"
                                     "            |              ^ goroutine 7 does it here\n"));
}

}  // namespace
}  // namespace golab::app
