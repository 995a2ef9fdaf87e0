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

TEST(SeveralThreads, AreRecordedWithWhoIsLockedToThem) {
  auto map = RecordingMap::Create({});
  ASSERT_TRUE(map);
  ImageSpec spec;
  spec.path = SUBMISSIONS "locked";
  RunPlan plan;
  plan.world = rt::World::kReal;
  plan.flags = 2U << rt::kPlanProcsShift;
  auto process = Process::Start(spec, map->fd());
  ASSERT_TRUE(process) << process.error().Text();
  // A thread ends a little after its goroutine: main may have returned by then. Then another run.
  constexpr int kMostRuns = 3000;
  std::set<std::uint64_t> ended, locked;
  for (int i = 0; i == 0 || (ended != locked && i < kMostRuns); ++i) {
    map->Reset(plan);
    const auto result = (*process)->Run();
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_EQ(result->wait_status, 0) << result->err;
    const Recording recording = map->Take();
    EXPECT_FALSE(Validate(recording, {result->out.size(), result->err.size()}));
    std::set<std::uint64_t> started;
    ended.clear();
    locked.clear();
    for (const rt::Record& r : recording.records) {
      const auto type = static_cast<rt::EventType>(r.type);
      if (type == rt::EventType::kThreadStart) started.insert(r.arg);
      if (type == rt::EventType::kThreadStop) ended.insert(r.arg);
      if (type == rt::EventType::kLockThread) locked.insert(r.arg);
    }
    EXPECT_EQ(locked.size(), 9U) << "main's thread, and one each";
    EXPECT_EQ(locked.erase(0), 1U) << "main's is the first, which does not end";
    EXPECT_TRUE(std::includes(locked.begin(), locked.end(), ended.begin(), ended.end()));
    EXPECT_TRUE(std::includes(started.begin(), started.end(), locked.begin(), locked.end()));
  }
  EXPECT_EQ(ended, locked);
}

INSTANTIATE_TEST_SUITE_P(Procs, SeveralPs, testing::Values(2, 4, 8),
                         [](const auto& one) { return "On" + std::to_string(one.param); });

}  // namespace
}  // namespace golab::lab
