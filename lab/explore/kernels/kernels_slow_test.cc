// How sure the search is: each faulty kernel under many series of walks, each of a secret of its
// own. Prints the rows of README.md.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/explore/kernels/kernel_suite.h"

namespace golab::lab {
namespace {

constexpr int kSeries = 100;
constexpr int kLongest = 1000;  // walks of a series

class Search : public testing::TestWithParam<Kernel> {};

TEST_P(Search, NearlyAllSeriesFindIt) {
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

INSTANTIATE_TEST_SUITE_P(Suite, Search, testing::ValuesIn(FaultyKernels()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace golab::lab
