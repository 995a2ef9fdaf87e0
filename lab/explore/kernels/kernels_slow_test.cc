// How sure the search is: each faulty kernel under many series of walks, each of a secret of its
// own. Prints the rows of README.md.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/explore/kernels/kernel_suite.h"
#include "lab/explore/search.h"

namespace golab::lab {
namespace {

constexpr int kSeries = 100;
constexpr int kLongest = 1000;  // walks of a series

class WalkSeries : public testing::TestWithParam<Kernel> {};

TEST_P(WalkSeries, NearlyAllSeriesFindIt) {
  const Kernel& kernel = GetParam();
  auto runner = Runner::Start(KernelSpec(kernel.name));
  ASSERT_TRUE(runner) << runner.error().Text();
  auto first = (*runner)->Do(PlanOf(ScheduleName{}, {}));
  ASSERT_TRUE(first);
  const bool in_gos_order = FaultOf(*first) == kernel.fault;
  const auto weights = WeightsOf(first->work);
  std::vector<int> needed;  // runs, Go's order included
  int walks = 0;
  for (std::uint64_t secret = 1; secret <= kSeries; ++secret) {
    int at = in_gos_order ? 1 : kLongest + 1;
    for (std::uint64_t seed = 1; seed <= kLongest && !in_gos_order; ++seed) {
      auto run = (*runner)->Do(PlanOf(ScheduleName{secret, seed}, weights));
      ASSERT_TRUE(run);
      ++walks;
      const Fault fault = FaultOf(*run);
      if (fault == Fault::kNone) continue;
      ASSERT_EQ(fault, kernel.fault) << ScheduleName{secret, seed}.Text() << run->void_because;
      at = static_cast<int>(seed) + 1;
      break;
    }
    needed.push_back(at);
  }
  std::sort(needed.begin(), needed.end());
  const auto found =
      std::count_if(needed.begin(), needed.end(), [&](int runs) { return runs <= kernel.walks; });
  std::printf("| %s | %s | %.3f | %d | %d | %d |\n", kernel.name, FaultName(kernel.fault),
              in_gos_order ? 1.0 : static_cast<double>(kSeries) / walks, needed[kSeries / 2],
              needed[kSeries * 99 / 100 - 1], kernel.walks);
  EXPECT_GE(found, kSeries * 98 / 100) << "within " << kernel.walks << " runs";
}

/// The systematic search alone: after how many runs it ends, and which is the first that fails.
class Systematic : public testing::TestWithParam<const char*> {};

TEST_P(Systematic, EndsOrIsCut) {
  constexpr std::uint64_t kMost = 1000;
  auto runner = Runner::Start(KernelSpec(GetParam()));
  ASSERT_TRUE(runner) << runner.error().Text();
  Search search;
  RunPlan plan = PlanOf(ScheduleName{}, {});
  plan.flags |= rt::kPlanCandidates;
  SearchPlan next;
  std::uint64_t runs = 0, redundant = 0, first_failing = 0;
  for (;;) {
    auto run = (*runner)->Do(plan);
    ASSERT_TRUE(run);
    ASSERT_EQ(run->void_because, "");
    const bool counts = !run->trace.Is(rt::kTraceRedundant);
    (counts ? runs : redundant) += 1;
    if (counts && FaultOf(*run) != Fault::kNone && first_failing == 0) first_failing = runs;
    search.Add(std::move(run->trace));
    auto more = search.Next();
    if (!more || runs + redundant >= kMost) break;
    next = std::move(*more);
    plan = PlanOf(next.choices);
    plan.sleepers = next.sleepers;
    if (!next.counts_commute) plan.flags |= rt::kPlanCountsConflict;
  }
  const bool exhausted = search.state() == Search::State::kExhausted;
  std::printf("| %s | %s%llu | %llu | %zu | %llu | %s%s |\n", GetParam(), exhausted ? "" : ">",
              static_cast<unsigned long long>(runs), static_cast<unsigned long long>(redundant),
              search.different(), static_cast<unsigned long long>(first_failing),
              search.why_given_up().c_str(), search.Proves() ? "" : " -");
  EXPECT_LE(search.different(), runs);
}

std::vector<const char*> AllKernels() {
  std::vector<const char*> names;
  for (const Kernel& kernel : FaultyKernels()) names.push_back(kernel.name);
  names.insert(names.end(), RightKernels().begin(), RightKernels().end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Suite, Systematic, testing::ValuesIn(AllKernels()),
                         [](const auto& one) { return std::string(one.param); });

INSTANTIATE_TEST_SUITE_P(Suite, WalkSeries, testing::ValuesIn(FaultyKernels()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace golab::lab
