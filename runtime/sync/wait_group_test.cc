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
  int woken = 0;
  wg.Add(3);
  for (int i = 0; i < 4; ++i) {
    go([&] {
      wg.Wait();
      ++woken;
    });
  }
  time::Sleep(time::Millisecond);
  wg.Done();
  wg.Add(-1);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(woken, 0);
  wg.Done();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(woken, 4);
}

GO_TEST(WaitGroup, MayBeUsedAgain) {
  sync::WaitGroup wg;
  int done = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 3; ++i) {
      wg.Add(1);
      go([&] {
        ++done;
        wg.Done();
      });
    }
    wg.Wait();
    ASSERT_EQ(done, 3 * (round + 1));
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

GO_TEST_REAL(WaitGroupStress, TenThousand) {
  sync::WaitGroup wg;
  atomic::Int64 done;
  wg.Add(10000);
  for (int i = 0; i < 10000; ++i) {
    go([&] {
      Defer d{[&] { wg.Done(); }};
      done.Add(1);
    });
  }
  wg.Wait();
  EXPECT_EQ(done.Load(), 10000);
}

}  // namespace
}  // namespace golab
