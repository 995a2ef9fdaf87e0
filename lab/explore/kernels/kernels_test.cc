// The faulty kernels under the explorer's own series of schedules: each fault is found within the
// runs that kernel_suite.cc states, replays, and shrinks to a short story.

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/explore/kernels/kernel_suite.h"
#include "lab/explore/shrink.h"

namespace golab::lab {
namespace {

class FaultyKernel : public testing::TestWithParam<Kernel> {};

/// A run that failed, without its history.
struct Failure {
  Fault fault = Fault::kNone;
  std::string why;
  std::uint64_t hash = 0;
  std::vector<rt::Deviation> deviations;
};

/// What fails in a series, by place.
std::map<std::size_t, Failure> FailuresOf(const Kernel& kernel, int runs, Explored* explored) {
  const Lane lane{KernelSpec(kernel.name), FirstSchedules(runs)};
  std::map<std::size_t, Failure> failures;
  auto done = Explore(std::span(&lane, 1), {}, [&](std::size_t, std::size_t place, lab::Run& run) {
    const Fault fault = FaultOf(run);
    if (fault == Fault::kNone) return;
    failures[place] = {fault, run.void_because, run.hash, DeviationsOf(run.history)};
  });
  EXPECT_TRUE(done) << (done ? "" : done.error().Text());
  if (done) *explored = std::move(*done);
  return failures;
}

TEST_P(FaultyKernel, IsFoundWithinItsRunsAndShrinks) {
  const Kernel& kernel = GetParam();
  Explored explored;
  const auto failures = FailuresOf(kernel, kernel.walks, &explored);
  ASSERT_FALSE(failures.empty()) << "nothing found in " << kernel.walks << " runs";
  for (const auto& [place, failure] : failures) {
    EXPECT_EQ(failure.fault, kernel.fault) << "run " << place << " " << failure.why;
  }
  const auto& [place, failure] = *failures.begin();
  RecordProperty("run", static_cast<int>(place) + 1);
  EXPECT_EQ(place == 0, kernel.walks == 1) << "whether Go's order shows it";

  auto runner = Runner::Start(KernelSpec(kernel.name));
  ASSERT_TRUE(runner) << runner.error().Text();
  auto again = (*runner)->Do(PlanOf(ScheduleName{0, place}, explored.weights.front()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->hash, failure.hash) << "seed " << place << " did something else";

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

INSTANTIATE_TEST_SUITE_P(Suite, FaultyKernel, testing::ValuesIn(FaultyKernels()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace golab::lab
