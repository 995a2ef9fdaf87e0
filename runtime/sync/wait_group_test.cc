#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

GO_TEST(WaitGroup, OfNothingDoesNotWait) {
  sync::WaitGroup wg;
  wg.Wait();
  wg.Add(0);
  wg.Wait();
}

GO_TEST(WaitGroup, WakesAllAtZeroAndNoneBefore) {
  sync::WaitGroup wg;
  atomic::Int64 woken;
  wg.Add(3);
  for (int i = 0; i < 4; ++i) {
    go([&] {
      wg.Wait();
      woken.Add(1);
    });
  }
  time::Sleep(time::Millisecond);
  wg.Done();
  wg.Add(-1);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(woken.Load(), 0);
  wg.Done();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(woken.Load(), 4);
}

GO_TEST(WaitGroup, MayBeUsedAgain) {
  sync::WaitGroup wg;
  atomic::Int64 done;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 3; ++i) {
      wg.Add(1);
      go([&] {
        done.Add(1);
        wg.Done();
      });
    }
    wg.Wait();
    ASSERT_EQ(done.Load(), 3 * (round + 1));
  }
}

GO_TEST(WaitGroup, ANegativeCounterLeavesItUsable) {
  sync::WaitGroup wg;
  bool panicked = false;
  WithDefers([&](Defers& defer) {
    defer([&] { panicked = static_cast<bool>(recover()); });
    wg.Add(-1);
  });
  EXPECT_TRUE(panicked);
}

GO_TEST_REAL(WaitGroupStress, Thousands) {
  constexpr int kGoroutines = GOLAB_TSAN ? 3'000 : 10'000;  // TSan knows 4,000 of them at once
  sync::WaitGroup wg;
  atomic::Int64 done;
  wg.Add(kGoroutines);
  for (int i = 0; i < kGoroutines; ++i) {
    go([&] {
      Defer d{[&] { wg.Done(); }};
      done.Add(1);
    });
  }
  wg.Wait();
  EXPECT_EQ(done.Load(), kGoroutines);
}

}  // namespace
}  // namespace golab
