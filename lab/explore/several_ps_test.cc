// A run on several processors leaves one order of events that can have happened: created before
// started, made ready before running, whichever P recorded it.

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/recording/recording_map.h"
#include "lab/recording/validator.h"

namespace golab::lab {
namespace {

class SeveralPs : public testing::TestWithParam<std::uint32_t> {};

TEST_P(SeveralPs, AllRunsAreHistories) {
  constexpr int kRuns = 12;
  constexpr int kMostRuns = 3000;
  RecordingSizes sizes;
  sizes.records = 1 << 17;
  auto map = RecordingMap::Create(sizes);
  ASSERT_TRUE(map);
  ImageSpec spec;
  spec.path = SUBMISSIONS "several";
  RunPlan plan;
  plan.world = rt::World::kReal;
  plan.flags = GetParam() << rt::kPlanProcsShift;
  auto process = Process::Start(spec, map->fd());
  ASSERT_TRUE(process) << process.error().Text();
  std::set<std::uint16_t> ps;
  // On a busy machine a second thread may come too late for a run: then more runs.
  for (int i = 0; i < kRuns || (ps.size() < 2 && i < kMostRuns); ++i) {
    map->Reset(plan);
    const auto result = (*process)->Run();
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_EQ(result->wait_status, 0) << result->err;
    const Recording recording = map->Take();
    EXPECT_GT(recording.records.size(), 4000u);
    const auto violation = Validate(recording, {result->out.size(), result->err.size()});
    EXPECT_FALSE(violation) << violation->Text();
    for (const rt::Record& r : recording.records) {
      if (r.type != static_cast<std::uint8_t>(rt::EventType::kPick)) ps.insert(r.p);
    }
  }
  EXPECT_GT(ps.size(), 1u) << "one P did it all: nothing was tested";
  EXPECT_LE(ps.size(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Procs, SeveralPs, testing::Values(2, 4, 8),
                         [](const auto& one) { return "On" + std::to_string(one.param); });

}  // namespace
}  // namespace golab::lab
