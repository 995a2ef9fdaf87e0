#include "lab/judge/lanes.h"

#include <numeric>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

constexpr char kHead[] =
    "[limits]\nwall = \"20s\"\ncpu = \"10s\"\nmemory = 256\nvirtual = \"60s\"\noutput = 1048576\n"
    "[[task]]\nid = \"task1\"\ntitle = \"T\"\nfolder = \"tasks/x\"\nrequired = true\nfiles = "
    "[\"main.cc\"]\n"
    "hints = [\"a\", \"b\", \"c\"]\n";
constexpr char kParameters[] =
    "[[task.parameter]]\nname = \"workers\"\ntype = \"int\"\ndefault = 10\nrange = [1, "
    "1000]\ncheck_range = [1, 200]\n"
    "help = \"h\"\n"
    "[[task.parameter]]\nname = \"sleep\"\ntype = \"duration\"\ndefault = \"1s\"\nrange = "
    "[\"1ms\", \"1h\"]\n"
    "check_range = [\"200ms\", \"3s\"]\nhelp = \"h\"\n"
    "[[task.variation]]\nid = \"leak\"\ntitle = \"t\"\nargs = [\"--leak\"]\nflag = \"leak\"\nshows "
    "= \"s\"\n"
    "common = [\"leak_allowed\"]\n";
constexpr char kCases[] =
    "[[task.case]]\nid = \"own\"\ntitle = \"t\"\nshare = 0.5\n"
    "[[task.case]]\nid = \"other\"\ntitle = \"t\"\nwith = [\"cases/a.cc\"]\n"
    "[[task.case]]\nid = \"third\"\ntitle = \"t\"\nargs = [\"--x\"]\n";

Catalogue Read(const std::string& text) {
  auto catalogue = ParseCatalogue(text, "labs.toml");
  EXPECT_TRUE(catalogue) << catalogue.error().Text();
  return *catalogue;
}

int Runs(const std::vector<LanePlan>& lanes) {
  int runs = 0;
  for (const LanePlan& lane : lanes)
    runs += lane.overrun ? 0 : static_cast<int>(lane.schedules.size());
  return runs;
}

TEST(Lanes, GiveEachParameterAnotherValueInSomeSchedules) {
  const Catalogue catalogue = Read(std::string(kHead) + kParameters);
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 100});
  ASSERT_EQ(lanes.size(), 4U);  // as it is, workers, sleep, overrun
  EXPECT_EQ(Runs(lanes), 100);
  EXPECT_TRUE(lanes[0].changed.empty());
  EXPECT_EQ(lanes[0].params.at("workers"), "10");
  EXPECT_EQ(lanes[1].changed.size(), 1U);
  EXPECT_EQ(lanes[1].changed.count("workers"), 1U);
  const int workers = std::stoi(lanes[1].params.at("workers"));
  EXPECT_TRUE(workers >= 1 && workers <= 200 && workers != 10) << workers;
  EXPECT_EQ(lanes[1].flags, std::vector<std::string>{"--workers=" + lanes[1].params.at("workers")});
  EXPECT_EQ(lanes[2].changed.count("sleep"), 1U);
  EXPECT_TRUE(lanes[3].overrun);
  EXPECT_EQ(PlanLanes(catalogue.tasks[0], {.seeds = 100})[1].flags, lanes[1].flags) << "drawn anew";
}

TEST(Lanes, KeepWhatWasGiven) {
  const Catalogue catalogue = Read(std::string(kHead) + kParameters);
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 100, .params = {{"workers", "7"}}});
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(lanes[0].flags, std::vector<std::string>{"--workers=7"});
  EXPECT_EQ(lanes[0].schedules.size(), 100U);
}

TEST(Lanes, AVariationAddsItsFlagsAndExemptions) {
  const Catalogue catalogue = Read(std::string(kHead) + kParameters);
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 10, .variation = "leak"});
  ASSERT_EQ(lanes.size(), 1U);
  EXPECT_EQ(lanes[0].flags, std::vector<std::string>{"--leak"});
  EXPECT_TRUE(lanes[0].common.contains(Exemption::kLeakAllowed));
}

TEST(Lanes, OneScheduleIsOneInEachCase) {
  const Catalogue catalogue = Read(std::string(kHead) + kParameters + kCases);
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 100, .schedule = ScheduleName{0, 41}});
  ASSERT_EQ(lanes.size(), 3U);
  for (const LanePlan& lane : lanes)
    EXPECT_EQ(lane.schedules, std::vector<ScheduleName>{ScheduleName(0, 41)});
}

TEST(Lanes, CasesShareTheSchedules) {
  const Catalogue catalogue = Read(std::string(kHead) + kCases);
  for (const int seeds : {1, 2, 3, 7, 100, 1001}) {
    SCOPED_TRACE(seeds);
    const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = seeds});
    EXPECT_EQ(Runs(lanes), std::max(seeds, 3)) << "each case runs at least once";
  }
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 100});
  EXPECT_EQ(lanes[0].schedules.size(), 50U);
  EXPECT_EQ(lanes[1].schedules.size(), 25U);
  EXPECT_EQ(lanes[2].flags, std::vector<std::string>{"--x"});
}

TEST(Lanes, CasesInRealTimeComeLastAndHaveFewRuns) {
  constexpr char kReal[] =
      "[[task.case]]\nid = \"real\"\ntitle = \"t\"\nshare = 0.5\nprocs = 2\n"
      "[[task.case]]\nid = \"virtual\"\ntitle = \"t\"\n";
  const Catalogue catalogue = Read(std::string(kHead) + kParameters + kReal);
  const auto lanes = PlanLanes(catalogue.tasks[0], {.seeds = 100});
  ASSERT_EQ(lanes.size(), 2U) << "other values of parameters are for the first case, if virtual";
  EXPECT_EQ(lanes[0].of_case->id, "virtual");
  EXPECT_FALSE(lanes[0].InRealTime());
  EXPECT_EQ(lanes[0].schedules.size(), 50U);
  EXPECT_TRUE(lanes[1].InRealTime());
  EXPECT_LE(lanes[1].schedules.size(), 3U);
}

TEST(Lanes, ALiveCaseIsForRunAlone) {
  constexpr char kLive[] = "[[task.case]]\nid = \"yours\"\ntitle = \"t\"\nlive = true\n";
  const Catalogue catalogue = Read(std::string(kHead) + kParameters + kCases + kLive);
  const auto checked = PlanLanes(catalogue.tasks[0], {.seeds = 100});
  EXPECT_EQ(Runs(checked), 100);
  for (const LanePlan& lane : checked) EXPECT_NE(lane.of_case->id, "yours");
  const auto watched =
      PlanLanes(catalogue.tasks[0], {.seeds = 1, .variation = "leak", .live = true});
  ASSERT_EQ(watched.size(), 1U);
  EXPECT_EQ(watched[0].of_case->id, "yours");
  EXPECT_EQ(watched[0].flags, std::vector<std::string>{"--leak"});
  constexpr char kOwn[] = "[[task.case]]\nid = \"driven\"\ntitle = \"t\"\nvariation = \"leak\"\n";
  const Catalogue with_own = Read(std::string(kHead) + kParameters + kCases + kLive + kOwn);
  const auto played = PlanLanes(with_own.tasks[0], {.seeds = 1, .variation = "leak", .live = true});
  ASSERT_EQ(played.size(), 1U);
  EXPECT_EQ(played[0].of_case->id, "driven") << "a variation with cases of its own is those";
  const Catalogue asked = Read(std::string(kHead) + kCases + kLive + "serve = true\n");
  EXPECT_NE(PlanLanes(asked.tasks[0], {.seeds = 1, .live = true})[0].of_case->id, "yours");
  EXPECT_EQ(PlanLanes(asked.tasks[0], {.seeds = 1, .serve = true, .live = true})[0].of_case->id,
            "yours");
  const Catalogue without = Read(std::string(kHead) + kCases);
  EXPECT_EQ(PlanLanes(without.tasks[0], {.seeds = 3, .live = true}).size(), 3U)
      << "where there is none, run shows what check judges";
}

TEST(Lanes, AVariationWithCasesOfItsOwnIsThose) {
  const auto ids = [](const std::vector<LanePlan>& lanes) {
    std::vector<std::string> found;
    for (const LanePlan& lane : lanes) found.push_back(lane.of_case->id);
    return found;
  };
  constexpr char kOwn[] =
      "[[task.case]]\nid = \"leaks\"\ntitle = \"t\"\nvariation = \"leak\"\nargs = [\"--y\"]\n";
  const Catalogue with = Read(std::string(kHead) + kParameters + kCases + kOwn);
  EXPECT_EQ(ids(PlanLanes(with.tasks[0], {.seeds = 3})),
            (std::vector<std::string>{"own", "other", "third"}))
      << "a program that lacks the flag is not judged by it";
  const auto lanes = PlanLanes(with.tasks[0], {.seeds = 10, .variation = "leak"});
  EXPECT_EQ(ids(lanes), std::vector<std::string>{"leaks"});
  EXPECT_EQ(lanes[0].flags, (std::vector<std::string>{"--leak", "--y"}));
  EXPECT_EQ(Runs(lanes), 10);
  const Catalogue without = Read(std::string(kHead) + kParameters + kCases);
  EXPECT_EQ(ids(PlanLanes(without.tasks[0], {.seeds = 3, .variation = "leak"})),
            (std::vector<std::string>{"own", "other", "third"}));
}

}  // namespace
}  // namespace golab::lab
