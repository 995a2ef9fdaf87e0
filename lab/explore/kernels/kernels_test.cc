// The faulty kernels under the explorer's own series of schedules: each fault is found within the
// runs that kernel_suite.cc states, replays, and shrinks to a short story.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab/explore/kernels/kernel_suite.h"
#include "lab/explore/shrink.h"

namespace golab::lab {
namespace {

class FaultyKernel : public testing::TestWithParam<Kernel> {};

/// A run that failed, without its history.
struct Failure {
  int run = 0;  ///< 1: Go's order
  ScheduleName name;
  std::uint64_t hash = 0;
  std::vector<rt::Deviation> deviations;
};

TEST_P(FaultyKernel, IsFoundWithinItsRunsAndShrinks) {
  const Kernel& kernel = GetParam();
  Failure failure;
  int runs = 0;
  const auto explored = RunSeries(
      KernelSpec(kernel.name), kernel.series, [&](int at, const ScheduleName& name, lab::Run& run) {
        ++runs;
        const Fault fault = FaultOf(run);
        if (fault == Fault::kNone) return;
        EXPECT_EQ(fault, kernel.fault) << "seed " << name.Text() << " " << run.void_because;
        if (failure.run == 0 || at < failure.run)
          failure = {at, name, run.hash, DeviationsOf(run.history)};
      });
  ASSERT_TRUE(explored) << explored.error().Text();
  ASSERT_NE(failure.run, 0) << "nothing found in " << runs << " runs";
  RecordProperty("run", failure.run);
  EXPECT_EQ(failure.run == 1, kernel.series == 1) << "whether Go's order shows it";

  auto runner = Runner::Start(KernelSpec(kernel.name));
  ASSERT_TRUE(runner) << runner.error().Text();
  auto again = (*runner)->Do(explored->Plan(0, failure.name));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->hash, failure.hash) << "seed " << failure.name.Text() << " did something else";

  const TryDeviations attempt = [&](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
    auto run = (*runner)->Do(PlanOf(deviations));
    if (!run) return tl::unexpected(run.error());
    return Trial{FaultOf(*run) == kernel.fault, DecisionsOf(run->history),
                 DeviationsOf(run->history)};
  };
  const auto shrunk = Shrink(failure.deviations, attempt);
  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(shrunk->reproduced) << "its own " << failure.deviations.size()
                                  << " deviations do not lead there again";
  RecordProperty("deviations", static_cast<int>(shrunk->deviations.size()));
  // What needs more than two is outside of the shrinker's search.
  if (kernel.deviations <= 2) {
    EXPECT_LE(shrunk->deviations.size(), static_cast<std::size_t>(kernel.deviations) + 1)
        << "from " << shrunk->from << " in " << shrunk->runs << " runs";
  }
}

class AnyKernel : public testing::TestWithParam<const char*> {};

TEST_P(AnyKernel, ItsDeviationsLeadTheSameWayAgain) {
  auto runner = Runner::Start(KernelSpec(GetParam()));
  ASSERT_TRUE(runner) << runner.error().Text();
  auto first = (*runner)->Do(PlanOf(ScheduleName{}, {}));
  ASSERT_TRUE(first);
  const auto weights = WeightsOf(first->work);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto walk = (*runner)->Do(PlanOf(ScheduleName{0, seed}, weights));
    ASSERT_TRUE(walk);
    const std::uint64_t hash = walk->hash;
    const auto deviations = DeviationsOf(walk->history);
    auto again = (*runner)->Do(PlanOf(deviations));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->hash, hash) << "seed " << seed << ", " << deviations.size() << " deviations";
  }
}

std::vector<const char*> AllKernels() {
  std::vector<const char*> all;
  for (const Kernel& kernel : FaultyKernels()) all.push_back(kernel.name);
  for (const auto names : {RacyKernels(), RightKernels()}) {
    all.insert(all.end(), names.begin(), names.end());
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Suite, AnyKernel, testing::ValuesIn(AllKernels()),
                         [](const auto& one) { return std::string(one.param); });

INSTANTIATE_TEST_SUITE_P(Suite, FaultyKernel, testing::ValuesIn(FaultyKernels()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace golab::lab
