// The two kernels whose fault is a data race in plain memory. No series shows what they do wrong: a
// schedule switches at calls, and slices are 50,000 basic blocks long. Their race image tells in
// Go's order already.

#include <string>

#include <gtest/gtest.h>

#include "lab/explore/kernels/kernel_suite.h"
#include "lab/history/memory_reports.h"
#include "lab/judge/race_suite.h"

namespace golab::lab {
namespace {

class RacyKernel : public testing::TestWithParam<const char*> {};

TEST_P(RacyKernel, ItsRaceImageTellsInGosOrder) {
  const std::string path =
      GOLAB_SOURCE_DIR "/lab/explore/kernels/classic/" + std::string(GetParam()) + ".cc";
  RunnerSpec spec = RaceImage(SourcesAt(path), Flavour::kTsan);
  spec.quantum = RunnerSpec{}.quantum;
  const auto runner = Start(std::move(spec));
  ASSERT_NE(runner, nullptr);
  for (int i = 0; i < 10; ++i) {
    auto run = runner->Do(PlanOf(ScheduleName{}, {}));
    ASSERT_TRUE(run) << run.error().Text();
    ASSERT_EQ(run->void_because, "");
    EXPECT_FALSE(RacesOf(run->history).empty()) << "run " << i << run->process.err;
  }
}

/// Failing runs of the first hundred.
int FailuresWith(const char* kernel, std::uint32_t quantum) {
  RunnerSpec spec = KernelSpec(kernel);
  spec.quantum = quantum;
  int failures = 0;
  const auto explored = RunSeries(spec, 100, [&](int, const ScheduleName& name, lab::Run& run) {
    const Fault fault = FaultOf(run);
    if (fault != Fault::kNone) {
      EXPECT_EQ(fault, Fault::kWrong) << "seed " << name.Text() << " " << run.void_because;
      ++failures;
    }
  });
  EXPECT_TRUE(explored) << (explored ? "" : explored.error().Text());
  return failures;
}

TEST_P(RacyKernel, OnlyShortSlicesShowItByOutcome) {
  EXPECT_EQ(FailuresWith(GetParam(), KernelSpec(GetParam()).quantum), 0);
  int failures = 0;
  for (const std::uint32_t blocks : {3U, 5U, 7U, 11U, 13U})
    failures += FailuresWith(GetParam(), blocks);
  EXPECT_GT(failures, 0);
}

INSTANTIATE_TEST_SUITE_P(Suite, RacyKernel, testing::ValuesIn(RacyKernels()),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace golab::lab
