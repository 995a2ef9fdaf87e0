#include "runtime/timer/wheel.h"

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

constexpr std::uint64_t kTick = std::uint64_t{1} << Wheel::kTickBits;

Timer At(std::uint64_t when) {
  Timer t;
  t.when = when;
  return t;
}

std::vector<std::uint64_t> PopAll(Wheel& wheel, std::uint64_t now) {
  std::vector<std::uint64_t> popped;
  while (const Timer* t = wheel.PopDue(now)) popped.push_back(t->when);
  return popped;
}

TEST(Wheel, EmptyHasNoNext) {
  Wheel wheel;
  EXPECT_EQ(wheel.NextWhen(), Wheel::kNone);
  EXPECT_EQ(wheel.PopDue(~std::uint64_t{1}), nullptr);
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(Wheel, FiresNothingBeforeItsTime) {
  Wheel wheel;
  Timer t = At(1000);
  wheel.Insert(&t);
  EXPECT_EQ(wheel.NextWhen(), 1000u);
  EXPECT_EQ(wheel.PopDue(999), nullptr);
  EXPECT_EQ(wheel.PopDue(1000), &t);
  EXPECT_FALSE(t.Armed());
}

TEST(Wheel, EqualDeadlinesFireInTheOrderOfArming) {
  Wheel wheel;
  Timer timers[5];
  for (Timer& t : timers) {
    t.when = 7 * kTick + 3;
    wheel.Insert(&t);
  }
  for (Timer& t : timers) EXPECT_EQ(wheel.PopDue(8 * kTick), &t);
}

TEST(Wheel, OneTickHoldsSeveralInstantsInOrder) {
  Wheel wheel;
  Timer late = At(kTick + 9);
  Timer early = At(kTick + 2);
  wheel.Insert(&late);
  wheel.Insert(&early);
  EXPECT_EQ(wheel.PopDue(kTick + 5), &early);
  EXPECT_EQ(wheel.PopDue(kTick + 5), nullptr);
  EXPECT_EQ(wheel.PopDue(kTick + 9), &late);
}

TEST(Wheel, RemovedTimerDoesNotFire) {
  Wheel wheel;
  Timer a = At(10);
  Timer b = At(20);
  wheel.Insert(&a);
  wheel.Insert(&b);
  EXPECT_TRUE(wheel.Remove(&a));
  EXPECT_FALSE(wheel.Remove(&a));
  EXPECT_EQ(wheel.NextWhen(), 20u);
  EXPECT_EQ(PopAll(wheel, 100), (std::vector<std::uint64_t>{20}));
}

TEST(Wheel, ArmedLateIsDueAtOnce) {
  Wheel wheel;
  Timer first = At(1000 * kTick);
  wheel.Insert(&first);
  EXPECT_EQ(wheel.PopDue(1000 * kTick), &first);
  Timer past = At(5);
  wheel.Insert(&past);
  EXPECT_EQ(wheel.NextWhen(), 5u);
  EXPECT_EQ(wheel.PopDue(1000 * kTick), &past);
}

TEST(Wheel, CoversAnHourAYearAndMore) {
  Wheel wheel;
  const std::uint64_t second = 1'000'000'000;
  Timer year = At(365 * 24 * 3600 * second);
  Timer hour = At(3600 * second);
  Timer far = At(std::uint64_t{1} << 62);
  wheel.Insert(&far);
  wheel.Insert(&year);
  wheel.Insert(&hour);
  EXPECT_EQ(wheel.NextWhen(), hour.when);
  EXPECT_EQ(wheel.PopDue(hour.when), &hour);
  EXPECT_EQ(wheel.PopDue(year.when), &year);
  EXPECT_EQ(wheel.PopDue(year.when), nullptr);
  EXPECT_EQ(wheel.PopDue(far.when), &far);
}

TEST(Wheel, CollectGivesTheEarliestInOrderAndLeavesThemArmed) {
  Wheel wheel;
  Timer timers[] = {At(50 * kTick), At(3 * kTick), At(70 * kTick), At(3 * kTick + 1),
                    At(5000 * kTick)};
  for (Timer& t : timers) wheel.Insert(&t);
  Timer* found[3];
  ASSERT_EQ(wheel.Collect(100 * kTick, found, 3), 3u);
  EXPECT_EQ(found[0], &timers[1]);
  EXPECT_EQ(found[1], &timers[3]);
  EXPECT_EQ(found[2], &timers[0]);
  EXPECT_EQ(wheel.size(), 5u);
}

/// Random operations against a sorted list.
class WheelModel : public testing::TestWithParam<unsigned> {};

TEST_P(WheelModel, AgreesWithASortedList) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  std::mt19937_64 random(GetParam());
  Wheel wheel;
  std::vector<std::unique_ptr<Timer>> owned;
  std::vector<Timer*> armed;  // sorted by (when, order of arming)
  std::uint64_t now = 0;
  const auto before = [](const Timer* a, const Timer* b) {
    return a->when != b->when ? a->when < b->when : a->sequence < b->sequence;
  };
  for (int step = 0; step < 3000; ++step) {
    const auto what = random() % 10;
    if (what < 5) {
      owned.push_back(std::make_unique<Timer>());
      Timer* t = owned.back().get();
      const int magnitude = static_cast<int>(random() % 44);
      t->when = now + random() % (std::uint64_t{1} << magnitude);
      wheel.Insert(t);
      armed.insert(std::upper_bound(armed.begin(), armed.end(), t, before), t);
    } else if (what < 7 && !armed.empty()) {
      const auto i = static_cast<std::ptrdiff_t>(random() % armed.size());
      ASSERT_TRUE(wheel.Remove(armed[static_cast<std::size_t>(i)]));
      armed.erase(armed.begin() + i);
    } else {
      now += random() % (std::uint64_t{1} << (random() % 42));
      while (!armed.empty() && armed.front()->when <= now) {
        ASSERT_EQ(wheel.PopDue(now), armed.front()) << "step " << step;
        armed.erase(armed.begin());
      }
      ASSERT_EQ(wheel.PopDue(now), nullptr);
    }
    ASSERT_EQ(wheel.size(), armed.size());
    ASSERT_EQ(wheel.NextWhen(), armed.empty() ? Wheel::kNone : armed.front()->when)
        << "step " << step;
    if (step % 50 == 0) {
      Timer* found[16];
      const std::uint64_t horizon = now + 10'000'000;
      const std::size_t n = wheel.Collect(horizon, found, 16);
      std::size_t want = 0;
      while (want < armed.size() && want < 16 && armed[want]->when <= horizon) ++want;
      ASSERT_EQ(n, want);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(found[i], armed[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WheelModel, testing::Range(1u, 41u));

}  // namespace
}  // namespace golab::rt
