// The right kernels under a thousand schedules each: no false alarm. GOLAB_SOAK_SEEDS sets another
// number.

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/kernels/kernel_suite.h"

namespace golab::lab {
namespace {

int Seeds() {
  const char* text = std::getenv("GOLAB_SOAK_SEEDS");
  return text == nullptr ? 1000 : std::atoi(text);
}

class RightKernel : public testing::TestWithParam<const char*> {};

TEST_P(RightKernel, NothingIsFound) {
  int runs = 0;
  const auto explored =
      RunSeries(KernelSpec(GetParam()), Seeds(), [&](int, const ScheduleName& name, lab::Run& run) {
        ++runs;
        EXPECT_EQ(FaultOf(run), Fault::kNone)
            << GetParam() << " seed " << name.Text() << " " << run.void_because;
      });
  ASSERT_TRUE(explored) << explored.error().Text();
  EXPECT_EQ(runs, Seeds());
}

INSTANTIATE_TEST_SUITE_P(Suite, RightKernel, testing::ValuesIn(RightKernels()),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace golab::lab
