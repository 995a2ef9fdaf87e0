#include <deque>
#include <string>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

struct Waiters {
  sync::Mutex mu;
  sync::Cond cond = sync::NewCond(&mu);
  std::string order;

  void Start(int n) {
    for (int i = 0; i < n; ++i) {
      go([this, i] {
        mu.Lock();
        cond.Wait();
        order += std::to_string(i);
        mu.Unlock();
      });
      time::Sleep(time::Millisecond);
    }
  }

  std::string Order() {
    mu.Lock();
    Defer unlock{[&] { mu.Unlock(); }};
    return order;
  }
};

GO_TEST(Cond, SignalWakesOneBroadcastAll) {
  Waiters w;
  w.Start(5);
  w.cond.Signal();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(w.Order(), "0");
  w.cond.Broadcast();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(w.Order().size(), 5u);
}

GO_TEST(Cond, ASignalWithoutWaitersIsForgotten) {
  Waiters w;
  w.cond.Signal();
  w.cond.Broadcast();
  w.Start(1);
  EXPECT_EQ(w.Order(), "");
  w.cond.Signal();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(w.Order(), "0");
}

GO_TEST(Cond, WaitGivesTheLockFreeAndTakesItAgain) {
  sync::Mutex mu;
  sync::Cond cond = sync::NewCond(&mu);
  bool ready = false;
  go([&] {
    mu.Lock();
    ready = true;
    cond.Signal();
    mu.Unlock();
  });
  mu.Lock();
  while (!ready) cond.Wait();
  EXPECT_FALSE(mu.TryLock());
  mu.Unlock();
}

GO_TEST_REAL(CondStress, BoundedQueue) {
  constexpr int kSides = 8;
  constexpr int kEach = 1000;
  sync::Mutex mu;
  sync::Cond not_empty = sync::NewCond(&mu);
  sync::Cond not_full = sync::NewCond(&mu);
  std::deque<int> queue;
  std::int64_t sum = 0;
  sync::WaitGroup wg;
  for (int s = 0; s < kSides; ++s) {
    wg.Add(2);
    go([&, s] {
      for (int i = 0; i < kEach; ++i) {
        mu.Lock();
        while (queue.size() == 3) not_full.Wait();
        queue.push_back(s * kEach + i);
        not_empty.Signal();
        mu.Unlock();
      }
      wg.Done();
    });
    go([&] {
      for (int i = 0; i < kEach; ++i) {
        mu.Lock();
        while (queue.empty()) not_empty.Wait();
        sum += queue.front();
        queue.pop_front();
        not_full.Signal();
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  constexpr std::int64_t kAll = kSides * kEach;
  EXPECT_EQ(sum, kAll * (kAll - 1) / 2);
}

}  // namespace
}  // namespace golab
