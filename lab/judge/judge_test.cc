// A task that only this test knows, judged over real programs.

#include "lab/judge/judge.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/judge/fold.h"
#include "lab/report/formats.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;

constexpr CauseText kAllDoneCauses[] = {
    {"left", "the program ended with status {status}: jobs were left over", "what is taken is done",
     "who takes the rest?"},
    {}};

GOLAB_CHECK(AllDone, "kernel.all-done", "every job is done", info.causes = kAllDoneCauses) {
  const Ending& ending = evidence.history.ending();
  if (ending.kind != Ending::Kind::kExit) return Pass("every job was done");
  return Fail("left")
      .Set("status", ending.status)
      .Expected("3 jobs")
      .Actual("fewer")
      .At(ending.at)
      .Show(Picture::kStory);
}

constexpr CauseText kNeedsCauses[] = {{"never", "never shown", "", ""}, {}};

GOLAB_CHECK(NeedsIt, "kernel.needs-it", "needs the other", info.needs = "all-done",
            info.causes = kNeedsCauses) {
  return evidence.history.ending().kind == Ending::Kind::kExit ? Fail("never") : Pass("fine");
}

GOLAB_ADVICE(Talks, "kernel.talks", "prints nothing", info.causes = kNeedsCauses) {
  return evidence.history.out().empty() ? Pass("") : Fail("never");
}

class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    task_.id = "kernel";
    task_.title = "A kernel";
    task_.required = true;
    task_.files = {"main.cc"};
    task_.points["kernel.all-done"] = 3;
    task_.limits = {20'000'000'000, 10'000'000'000, 256, 60'000'000'000, 1 << 20};
    Case one;
    one.id = "main";
    one.share = 1;
    task_.cases = {one};
  }

  /// As golab's own solution, whose memory is known to be free of races.
  Result<TaskReport> JudgeReference(const std::string& kernel, JudgeOptions options = {}) {
    return Judge(kernel, std::move(options), {"", "reference", ""});
  }

  Result<TaskReport> Judge(const std::string& kernel, JudgeOptions options = {},
                           const JudgedSubject& subject = {"dir", "dir", "dir"}) {
    Programs programs;
    RunnerSpec spec;
    spec.image.path = std::string(KERNELS) + kernel;
    programs.by_case["main"] = spec;
    if (options.jobs == 1) options.jobs = 2;
    return JudgePrograms(task_, subject, programs, options);
  }

  static const CheckReport& CheckOf(const TaskReport& report, const std::string& id) {
    const auto it = std::find_if(report.checks.begin(), report.checks.end(),
                                 [&](const CheckReport& c) { return c.id == "kernel." + id; });
    if (it == report.checks.end()) throw std::runtime_error("no check " + id);
    return *it;
  }

  Task task_;
};

TEST_F(JudgeTest, ARightProgramPasses) {
  const auto report = Judge("right");
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_EQ(report->outcome, Outcome::kPass);
  EXPECT_EQ(report->root, "");
  EXPECT_EQ(report->schedules, 100);
  EXPECT_GT(report->distinct_schedules, 10);
  EXPECT_EQ(report->points, report->max_points) << "skipped race images cost nothing";
  EXPECT_EQ(CheckOf(*report, "all-done").message, "every job was done");
  ASSERT_EQ(report->advice.size(), 1U);
  EXPECT_EQ(report->advice[0].id, "kernel.talks");
}

JudgeOptions With(int seeds, int jobs = 1) {
  JudgeOptions options;
  options.lanes.seeds = seeds;
  options.jobs = jobs;
  return options;
}

TEST_F(JudgeTest, AProgramWhoseSchedulesAreAllTriedIsProved) {
  const auto report = JudgeReference("two_orders");
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_EQ(report->outcome, Outcome::kPass);
  EXPECT_EQ(report->proved_schedules, report->distinct_schedules);
  EXPECT_GT(report->proved_schedules, 1);
  EXPECT_LT(report->schedules, 20) << "checking stops";
  EXPECT_THAT(ProofInWords(*report), HasSubstr("schedules that differ (this input, exact timers, "
                                               "switches at runtime calls) pass"));
  for (const int jobs : {1, 3, 8}) {
    const auto again = JudgeReference("two_orders", With(100, jobs));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->schedules, report->schedules) << jobs << " jobs";
    EXPECT_EQ(again->proved_schedules, report->proved_schedules);
  }
  JudgeOptions all_runs;
  all_runs.all_runs = true;
  const auto all = JudgeReference("two_orders", all_runs);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->schedules, 100);
  EXPECT_EQ(all->proved_schedules, report->proved_schedules);
}

TEST_F(JudgeTest, NothingElseIsProved) {
  const auto failing = JudgeReference("lost_wakeup", With(600));
  ASSERT_TRUE(failing);
  EXPECT_EQ(failing->outcome, Outcome::kFail);
  EXPECT_EQ(failing->proved_schedules, 0) << "its schedules were all tried, and some fail";
  EXPECT_EQ(failing->schedules, 600);
  EXPECT_EQ(ProofInWords(*failing), "");

  const auto capped = JudgeReference("long_run");
  ASSERT_TRUE(capped);
  EXPECT_EQ(capped->outcome, Outcome::kPass);
  EXPECT_EQ(capped->proved_schedules, 0);
  EXPECT_EQ(capped->schedules, 100) << "walks take the search's place";

  const auto unfinished = JudgeReference("two_orders", With(2));
  ASSERT_TRUE(unfinished);
  EXPECT_EQ(unfinished->proved_schedules, 0);

  const auto no_race_image = Judge("two_orders");
  ASSERT_TRUE(no_race_image);
  EXPECT_EQ(no_race_image->proved_schedules, 0) << "nobody looked for races";
  EXPECT_EQ(no_race_image->schedules, 100);
}

TEST_F(JudgeTest, ASystematicScheduleReplaysAndShrinks) {
  JudgeOptions options;
  options.lanes.seeds = 300;
  const auto series = Judge("abba", options);
  ASSERT_TRUE(series);
  const CheckReport& check = CheckOf(*series, "no-crash");
  const auto systematic = std::find_if(check.failed_seeds.begin(), check.failed_seeds.end(),
                                       [](const std::string& seed) { return seed[0] == 'd'; });
  ASSERT_NE(systematic, check.failed_seeds.end());
  options.lanes.schedule = *ParseScheduleName(*systematic);
  const auto alone = Judge("abba", options);
  ASSERT_TRUE(alone) << alone.error().Text();
  EXPECT_EQ(alone->schedules, 1);
  const CheckReport& again = CheckOf(*alone, "no-crash");
  EXPECT_EQ(again.outcome, Outcome::kFail);
  EXPECT_EQ(again.message, check.message);
  EXPECT_EQ(again.note, "") << "repeatable";
  EXPECT_EQ(again.replay, "golab check kernel --in dir --seed " + *systematic);

  options.lanes.schedule = ScheduleName{0, 100'000, true};
  const auto none = Judge("abba", options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().exit_class, ExitClass::kUsage);
  EXPECT_THAT(none.error().Text(), HasSubstr("the systematic search ends with d"));
}

TEST_F(JudgeTest, ARareFailureIsFoundShrunkAndReplayed) {
  const auto report = Judge("missed_drain");
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_EQ(report->outcome, Outcome::kFail);
  EXPECT_EQ(report->root, "kernel.all-done");
  const CheckReport& check = CheckOf(*report, "all-done");
  EXPECT_EQ(check.message, "the program ended with status 3: jobs were left over");
  EXPECT_EQ(check.cause, "left");
  EXPECT_EQ(check.points, 0);
  EXPECT_EQ(check.max_points, 3);
  EXPECT_GT(check.failed_schedules, 0);
  EXPECT_LT(check.failed_schedules, 100);
  EXPECT_NE(check.seed, "0");
  EXPECT_EQ(check.replay, "golab check kernel --in dir --seed " + check.seed);
  EXPECT_FALSE(check.story.empty());
  EXPECT_EQ(CheckOf(*report, "needs-it").outcome, Outcome::kSkip);
  EXPECT_EQ(CheckOf(*report, "needs-it").message, "not judged: it needs all-done");

  JudgeOptions replay;
  replay.lanes.schedule = *ParseScheduleName(check.seed);
  const auto again = Judge("missed_drain", replay);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->root, report->root);
  EXPECT_EQ(again->schedules, 1);
  const CheckReport& same = CheckOf(*again, "all-done");
  ASSERT_EQ(same.story.size(), check.story.size());
  for (std::size_t i = 0; i < check.story.size(); ++i)
    EXPECT_EQ(same.story[i].what, check.story[i].what);
}

// The message comes in pieces under some seeds alone: no switch of goroutines makes it fail.
TEST_F(JudgeTest, AFailureOfTheNetworkKeepsItsNetworkWhenShrunk) {
  const auto report = Judge("one_read");
  ASSERT_TRUE(report) << report.error().Text();
  const CheckReport& check = CheckOf(*report, "all-done");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.message, "the program ended with status 1: jobs were left over");
  EXPECT_LT(check.failed_schedules, check.schedules);
  EXPECT_GT(check.switches, 0) << "nothing to shrink";
  EXPECT_EQ(check.shortest, 0);
  EXPECT_EQ(check.note, "");
  EXPECT_THAT(check.context,
              HasSubstr("delays and cuts and the random numbers of seed " + check.seed));
  EXPECT_THAT(check.replay, HasSubstr("--seed " + check.seed));

  JudgeOptions replay;
  replay.lanes.schedule = ParseScheduleName(check.seed).value();
  const auto again = Judge("one_read", replay);
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_EQ(CheckOf(*again, "all-done").outcome, Outcome::kFail);
  EXPECT_EQ(CheckOf(*again, "all-done").shortest, check.shortest);
}

TEST_F(JudgeTest, NothingDependsOnTheNumberOfJobs) {
  for (const char* kernel : {"missed_drain", "abba", "lost_wakeup"}) {
    SCOPED_TRACE(kernel);
    std::string first;
    for (const int jobs : {1, 2, 4, 7}) {
      Programs programs;
      RunnerSpec spec;
      spec.image.path = std::string(KERNELS) + kernel;
      programs.by_case["main"] = spec;
      JudgeOptions options;
      options.jobs = jobs;
      options.lanes.seeds = 60;
      auto report = JudgePrograms(task_, {"dir", "dir", "dir"}, programs, options);
      ASSERT_TRUE(report);
      Report whole;
      whole.reproducible = true;
      whole.tasks.push_back(*report);
      const std::string text = WriteJson(whole);
      if (first.empty()) first = text;
      EXPECT_EQ(text, first) << jobs << " jobs";
    }
  }
}

TEST_F(JudgeTest, ADeadlockIsExplained) {
  const auto report = Judge("abba");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->root, "kernel.no-crash");
  const CheckReport& check = CheckOf(*report, "no-crash");
  EXPECT_EQ(check.cause, "asleep-in-a-circle");
  EXPECT_GE(check.goroutines.size(), 2U);
  EXPECT_EQ(check.goroutines[0].status, "waiting");
  EXPECT_THAT(check.go_says, HasSubstr("all goroutines are asleep"));
}

TEST_F(JudgeTest, ALeakIsFoundInGosOrder) {
  const auto report = Judge("waits_for_ever");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->root, "kernel.no-leak");
  EXPECT_EQ(CheckOf(*report, "no-leak").seed, "0");
  EXPECT_EQ(CheckOf(*report, "no-leak").failed_schedules, CheckOf(*report, "no-leak").schedules);
}

TEST_F(JudgeTest, ARunInRealTimeIsReportedAsItWas) {
  task_.cases[0].procs = 2;
  const auto right = Judge("right");
  ASSERT_TRUE(right) << right.error().Text();
  EXPECT_EQ(right->outcome, Outcome::kPass);
  EXPECT_GE(right->schedules, 1);
  EXPECT_EQ(right->proved_schedules, 0);
  const auto leaks = Judge("waits_for_ever");
  ASSERT_TRUE(leaks) << leaks.error().Text();
  EXPECT_EQ(leaks->root, "kernel.no-leak");
  const CheckReport& check = CheckOf(*leaks, "no-leak");
  EXPECT_EQ(check.failed_schedules, leaks->schedules);
  EXPECT_FALSE(check.goroutines.empty());
  EXPECT_EQ(check.note, "") << "it cannot be made again, and need not be";
}

TEST_F(JudgeTest, OnlyReportsOneCheck) {
  JudgeOptions options;
  options.only = "all-done";
  const auto report = Judge("right", options);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->checks.size(), 1U);
  EXPECT_EQ(report->max_points, 3);
}

TEST_F(JudgeTest, AVariationWithoutItsFlagIsNotJudged) {
  Variation variation;
  variation.id = "v";
  variation.args = {"--v"};
  variation.flag = "v";
  task_.variations = {variation};
  JudgeOptions options;
  options.lanes.variation = "v";
  options.lanes.seeds = 5;
  const auto report = Judge("right", options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->outcome, Outcome::kSkip);
  EXPECT_EQ(report->checks[0].message, "not judged: the program defines no flag 'v'");
}

TEST_F(JudgeTest, AVoidRunIsAnErrorOfEnds) {
  const History history = HistoryBuilder::Build({});
  Evidence evidence{history};
  evidence.case_id = "main";
  for (const JudgedCheck& one :
       JudgeRun(ChecksOf(task_), evidence, "recording is not a possible history: x")) {
    const bool ends = one.info->ShortId() == "ends";
    EXPECT_EQ(one.finding.outcome, ends ? Outcome::kError : Outcome::kSkip) << one.info->id;
  }
}

TEST_F(JudgeTest, ChecksStandInTheOrderOfTheTask) {
  std::vector<std::string> ids;
  for (const CheckInfo* info : ChecksOf(task_)) ids.emplace_back(info->ShortId());
  EXPECT_EQ(ids, (std::vector<std::string>{"all-done", "needs-it", "builds", "flags", "ends",
                                           "no-leak", "no-crash", "no-race", "no-dangling", "talks",
                                           "foreign-sleep", "goexit-swallowed"}));
}

}  // namespace
}  // namespace golab::lab
