#include <string>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

GO_TEST(Mutex, ExcludesAcrossSwitches) {
  sync::Mutex mu;
  sync::WaitGroup wg;
  int inside = 0;
  int most = 0;
  int count = 0;
  for (int i = 0; i < 50; ++i) {
    wg.Add(1);
    go([&] {
      for (int round = 0; round < 20; ++round) {
        mu.Lock();
        most = ++inside > most ? inside : most;
        runtime::Gosched();
        ++count;
        --inside;
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(count, 1000);
}

GO_TEST(Mutex, AnotherGoroutineMayUnlock) {
  sync::Mutex mu;
  mu.Lock();
  go([&] { mu.Unlock(); });
  mu.Lock();
  EXPECT_FALSE(mu.TryLock());
  mu.Unlock();
  EXPECT_TRUE(mu.TryLock());
}

// A waiter of more than a millisecond gets the mutex, though its holder takes it again at once.
GO_TEST(Mutex, DoesNotStarveAWaiter) {
  sync::Mutex mu;
  mu.Lock();
  bool got = false;
  go([&] {
    mu.Lock();
    got = true;
    mu.Unlock();
  });
  int rounds = 0;
  while (!got && rounds < 100) {
    time::Sleep(2 * time::Millisecond);
    mu.Unlock();
    mu.Lock();
    ++rounds;
  }
  EXPECT_TRUE(got);
  EXPECT_LE(rounds, 3);
}

GO_TEST(Mutex, StarvingOneHandsOverInOrder) {
  sync::Mutex mu;
  std::string order;
  mu.Lock();
  for (int i = 0; i < 5; ++i) {
    go([&, i] {
      mu.Lock();
      order += std::to_string(i);
      time::Sleep(2 * time::Millisecond);
      mu.Unlock();
    });
    time::Sleep(time::Millisecond);
  }
  mu.Unlock();
  time::Sleep(time::Second);
  mu.Lock();
  EXPECT_EQ(order, "01234");
  mu.Unlock();
}

GO_TEST_REAL(MutexStress, Counts) {
  sync::Mutex mu;
  sync::WaitGroup wg;
  std::int64_t count = 0;
  for (int i = 0; i < 100; ++i) {
    wg.Add(1);
    go([&, i] {
      for (int round = 0; round < 5000; ++round) {
        mu.Lock();
        ++count;
        if ((round + i) % 7 == 0) runtime::Gosched();
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(count, 500000);
}

}  // namespace
}  // namespace golab
