#include "lab/explain/timeline.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

// Created at 0, runs, sleeps until `until`, runs and ends there; still asleep if `until` is 0.
GoroutineLife Sleeper(std::uint32_t id, std::uint64_t until) {
  GoroutineLife life;
  life.id = id;
  life.created = 1;
  Stretch first;
  first.begin = 2;
  first.end = 3;
  life.stretches = {first};
  Wait wait;
  wait.begin = 3;
  wait.reason = rt::WaitReason::kSleep;
  if (until > 0) {
    wait.end = 4;
    wait.end_time = until;
    Stretch last;
    last.begin = 5;
    last.end = 6;
    last.begin_time = last.end_time = until;
    life.stretches.push_back(last);
    life.ended = 6;
    life.ended_time = until;
  }
  life.waits = {wait};
  return life;
}

TEST(Timeline, RowOfOneThatEnds) {
  const TimelineRow row = RowOf(Sleeper(7, 300 * kMs), "goroutine 7", 500 * kMs, true);
  EXPECT_EQ(row.end, TimelineRow::End::kEnded);
  EXPECT_EQ(row.end_ns, 300 * kMs);
  EXPECT_EQ(row.tail, "");
  ASSERT_EQ(row.segments.size(), 3u);
  EXPECT_EQ(row.segments[1].phase, Phase::kWaiting);
  EXPECT_EQ(row.segments[1].end_ns, 300 * kMs);
}

TEST(Timeline, RowOfOneThatIsCutOffShowsItsWait) {
  const TimelineRow row = RowOf(Sleeper(7, 0), "goroutine 7", 500 * kMs, true);
  EXPECT_EQ(row.end, TimelineRow::End::kCutOff);
  EXPECT_EQ(row.end_ns, 500 * kMs);
  EXPECT_EQ(row.tail, "[sleep]");
  EXPECT_EQ(RowOf(Sleeper(7, 900 * kMs), "g", 500 * kMs, true).tail, "[sleep]");
  EXPECT_EQ(RowOf(Sleeper(7, 0), "g", 500 * kMs, false).end, TimelineRow::End::kGoesOn);
}

TEST(Timeline, BetweenWaitAndRunIsReady) {
  GoroutineLife life = Sleeper(7, 300 * kMs);
  life.stretches[1].begin_time = life.stretches[1].end_time = life.ended_time = 400 * kMs;
  const TimelineRow row = RowOf(life, "g", 500 * kMs, true);
  ASSERT_EQ(row.segments.size(), 4u);
  EXPECT_EQ(row.segments[2].phase, Phase::kReady);
  EXPECT_EQ(row.segments[2].begin_ns, 300 * kMs);
  EXPECT_EQ(row.segments[2].end_ns, 400 * kMs);
}

TEST(Timeline, AlikeRowsAreOne) {
  std::vector<TimelineRow> rows = {RowOf(Sleeper(1, 0), "main", 500 * kMs, true)};
  std::vector<std::string> names = {"main"};
  for (std::uint32_t id = 5; id < 15; ++id) {
    rows.push_back(RowOf(Sleeper(id, 0), "goroutine " + std::to_string(id), 500 * kMs, true));
    names.emplace_back("Worker");
  }
  rows.push_back(RowOf(Sleeper(20, 0), "goroutine 20", 500 * kMs, true));
  rows.push_back(RowOf(Sleeper(21, 0), "goroutine 21", 500 * kMs, true));
  names.insert(names.end(), {"", ""});
  rows.push_back(RowOf(Sleeper(22, 100 * kMs), "goroutine 22", 500 * kMs, true));
  names.emplace_back("Worker");
  const auto merged = MergeAlike(rows, names);
  ASSERT_EQ(merged.size(), 4u);
  EXPECT_EQ(merged[0].label, "main");
  EXPECT_EQ(merged[1].label, "10 x Worker");
  EXPECT_EQ(merged[1].count, 10);
  EXPECT_EQ(merged[2].label, "2 goroutines");
  EXPECT_EQ(merged[3].label, "goroutine 22");
}

TEST(Timeline, ShortFunctionHasNoNameForALambda) {
  EXPECT_EQ(ShortFunction("main.Worker"), "Worker");
  EXPECT_EQ(ShortFunction("main.main.func1"), "");
  EXPECT_EQ(ShortFunction("main.functional"), "functional");
  EXPECT_EQ(ShortFunction(""), "");
}

}  // namespace
}  // namespace golab::lab
