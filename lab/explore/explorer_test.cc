// Real programs under real schedules.

#include "lab/explore/explorer.h"

#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "lab/explore/shrink.h"

namespace golab::lab {
namespace {

RunnerSpec Kernel(const std::string& name) {
  RunnerSpec spec;
  spec.image.path = std::string(KERNELS) + name;
  return spec;
}

/// What each schedule did, by place.
std::map<std::size_t, std::uint64_t> Hashes(const std::string& kernel, int count, int jobs,
                                            bool stops = false) {
  const Lane lane{Kernel(kernel), FirstSchedules(count), /*adapts=*/true, stops};
  std::mutex mutex;
  std::map<std::size_t, std::uint64_t> hashes;
  const auto explored = Explore(
      std::span(&lane, 1), {.jobs = jobs},
      [&](std::size_t, std::size_t place, const ScheduleName&, lab::Run& run) {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(run.void_because, "");
        EXPECT_TRUE(hashes.emplace(place, run.hash).second) << "schedule " << place << " ran twice";
        return true;
      });
  EXPECT_TRUE(explored) << explored.error().Text();
  return hashes;
}

TEST(Explorer, SameSeedSameRun) {
  const auto once = Hashes("abba", 30, 1);
  EXPECT_EQ(once.size(), 30U);
  EXPECT_EQ(once, Hashes("abba", 30, 1));
}

TEST(Explorer, AnyNumberOfJobsGivesTheSame) {
  for (const char* kernel : {"abba", "missed_drain", "right"}) {
    SCOPED_TRACE(kernel);
    const auto one = Hashes(kernel, 40, 1);
    EXPECT_EQ(one, Hashes(kernel, 40, 2));
    EXPECT_EQ(one, Hashes(kernel, 40, 5));
  }
}

TEST(Explorer, WalksDiffer) {
  std::set<std::uint64_t> different;
  for (const auto& [place, hash] : Hashes("missed_drain", 40, 2)) different.insert(hash);
  EXPECT_GE(different.size(), 10U);
}

TEST(Explorer, ManyLanesEachGetTheirSchedules) {
  std::vector<Lane> lanes;
  for (int i = 1; i <= 7; ++i) lanes.push_back({Kernel("right"), FirstSchedules(i), true});
  std::mutex mutex;
  std::map<std::size_t, int> runs;
  const OnRun count = [&](std::size_t lane, std::size_t, const ScheduleName&, lab::Run&) {
    const std::lock_guard lock(mutex);
    ++runs[lane];
    return true;
  };
  const auto explored = Explore(lanes, {.jobs = 3}, count);
  ASSERT_TRUE(explored);
  for (std::size_t i = 0; i < lanes.size(); ++i) EXPECT_EQ(runs[i], static_cast<int>(i) + 1);
}

TEST(Explorer, AProgramThatReachesALimitIsRunOnce) {
  for (const int jobs : {1, 3}) {
    std::vector<Lane> lanes;
    for (int i = 0; i < 4; ++i) lanes.push_back({Kernel("never_ends"), FirstSchedules(20)});
    for (Lane& lane : lanes) lane.runner.limits.silent_cpu = std::chrono::milliseconds(50);
    lanes.push_back({Kernel("right"), FirstSchedules(2)});  // another program is run all the same
    std::mutex mutex;
    std::map<std::size_t, int> runs;
    const OnRun count = [&](std::size_t lane, std::size_t, const ScheduleName&, lab::Run&) {
      const std::lock_guard lock(mutex);
      ++runs[lane];
      return true;
    };
    ASSERT_TRUE(Explore(lanes, {.jobs = jobs}, count));
    EXPECT_EQ(runs, (std::map<std::size_t, int>{{0, 1}, {4, 2}})) << jobs << " jobs";
  }
}

TEST(Explorer, OneScheduleAloneIsTheOneOfASeries) {
  const auto series = Hashes("missed_drain", 20, 1);
  const auto names = FirstSchedules(20);
  for (const std::size_t place : {13U, 14U}) {
    SCOPED_TRACE(names[place].Text());
    const Lane lane{Kernel("missed_drain"), {names[place]}};
    std::uint64_t hash = 0;
    ASSERT_TRUE(Explore(std::span(&lane, 1), {},
                        [&](std::size_t, std::size_t, const ScheduleName&, lab::Run& run) {
                          hash = run.hash;
                          return true;
                        }));
    EXPECT_EQ(hash, series.at(place));
  }
}

TEST(Explorer, EveryThirdScheduleIsSystematic) {
  std::string text;
  for (const ScheduleName& name : FirstSchedules(10)) text += name.Text() + " ";
  EXPECT_EQ(text, "0 1 d1 2 3 d2 4 5 d3 6 ");
  int systematic = 0;
  for (const ScheduleName& name : FirstSchedules(100)) systematic += name.systematic ? 1 : 0;
  EXPECT_EQ(systematic, 33);
}

/// lost_wakeup has few schedules: the search ends before its share does.
TEST(Explorer, WhatTheSearchLeavesGoesToWalks) {
  const auto runs = Hashes("lost_wakeup", 60, 2);
  EXPECT_EQ(runs.size(), 60U);
  EXPECT_GT(runs.rbegin()->first, 60U) << "walks behind the list";
  EXPECT_EQ(runs, Hashes("lost_wakeup", 60, 1));
}

TEST(Explorer, ALaneStopsWhereAllIsTriedAndPasses) {
  const auto runs = Hashes("lost_wakeup", 60, 1, /*stops=*/true);
  EXPECT_LT(runs.size(), 60U);
  EXPECT_GT(runs.size(), 3U);
  for (const int jobs : {2, 4}) EXPECT_EQ(runs, Hashes("lost_wakeup", 60, jobs, true)) << jobs;
}

TEST(Explorer, AScheduleThatTheSearchDoesNotComeToIsNotRun) {
  const Lane lane{Kernel("lost_wakeup"), {{0, 500, true}}};
  int runs = 0;
  const auto explored = Explore(std::span(&lane, 1), {},
                                [&](std::size_t, std::size_t, const ScheduleName&, lab::Run&) {
                                  ++runs;
                                  return true;
                                });
  ASSERT_TRUE(explored);
  EXPECT_EQ(runs, 0);
  EXPECT_FALSE(explored->Has(0, lane.schedules[0]));
  EXPECT_TRUE(explored->searches[0].exhausted);
}

TEST(Explorer, AProgramThatIsNotThereIsAnError) {
  const Lane lane{Kernel("no_such_kernel"), FirstSchedules(3)};
  EXPECT_FALSE(
      Explore(std::span(&lane, 1), {.jobs = 2},
              [](std::size_t, std::size_t, const ScheduleName&, lab::Run&) { return true; }));
}

// Kernels of facts: which schedules fail, and how small they get.

struct KernelCase {
  const char* name;
  Ending::Kind fails_by;
  std::size_t most_deviations;
};

class Kernels : public testing::TestWithParam<KernelCase> {};

TEST_P(Kernels, FailInSomeScheduleAndShrink) {
  const KernelCase& c = GetParam();
  auto runner = Runner::Start(Kernel(c.name));
  ASSERT_TRUE(runner) << runner.error().Text();
  auto first = (*runner)->Do(PlanOf(ScheduleName{}, {}));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->history.ending().kind, Ending::Kind::kMainReturned) << "Go's order hides it";
  const auto weights = WeightsOf(first->work);
  std::vector<rt::Deviation> failing;
  for (std::uint64_t seed = 1; seed <= 100 && failing.empty(); ++seed) {
    auto run = (*runner)->Do(PlanOf(ScheduleName{0, seed}, weights));
    ASSERT_TRUE(run);
    EXPECT_EQ(run->void_because, "") << "seed " << seed;
    if (run->history.ending().kind == c.fails_by) failing = DeviationsOf(run->history);
  }
  ASSERT_FALSE(failing.empty()) << "no failing schedule in 100";
  const TryDeviations attempt = [&](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
    auto run = (*runner)->Do(PlanOf(deviations));
    if (!run) return tl::unexpected(run.error());
    return Trial{run->history.ending().kind == c.fails_by, DecisionsOf(run->history),
                 DeviationsOf(run->history)};
  };
  const auto shrunk = Shrink(failing, attempt);
  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(shrunk->reproduced) << failing.size() << " deviations";
  EXPECT_LE(shrunk->deviations.size(), c.most_deviations);
  EXPECT_LE(shrunk->runs, 400);
  const auto again = Shrink(failing, attempt);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->runs, shrunk->runs);
}

INSTANTIATE_TEST_SUITE_P(Facts, Kernels,
                         testing::Values(KernelCase{"abba", Ending::Kind::kDeadlock, 1},
                                         KernelCase{"lost_wakeup", Ending::Kind::kDeadlock, 2},
                                         KernelCase{"missed_drain", Ending::Kind::kExit, 2}),
                         [](const auto& the_case) { return std::string(the_case.param.name); });

}  // namespace
}  // namespace golab::lab
