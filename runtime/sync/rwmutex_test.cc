#include <atomic>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

GO_TEST(RWMutex, ReadersShareAWriterDoesNot) {
  sync::RWMutex rw;
  rw.RLock();
  EXPECT_TRUE(rw.TryRLock());
  EXPECT_FALSE(rw.TryLock());
  rw.RUnlock();
  rw.RUnlock();
  EXPECT_TRUE(rw.TryLock());
  EXPECT_FALSE(rw.TryRLock());
  EXPECT_FALSE(rw.TryLock());
  rw.Unlock();
  EXPECT_TRUE(rw.TryRLock());
}

GO_TEST(RWMutex, ReadersThatCameDuringAWriterGoBeforeTheNext) {
  sync::RWMutex rw;
  sync::Mutex mu;  // readers share rw
  std::string order;
  sync::WaitGroup wg;
  wg.Add(4);
  const auto add = [&](char who) {
    mu.Lock();
    order += who;
    mu.Unlock();
  };
  rw.Lock();
  go([&] {
    rw.Lock();
    add('W');
    rw.Unlock();
    wg.Done();
  });
  time::Sleep(time::Millisecond);
  for (int i = 0; i < 3; ++i) {
    go([&] {
      rw.RLock();
      add('R');
      rw.RUnlock();
      wg.Done();
    });
  }
  time::Sleep(time::Millisecond);
  rw.Unlock();
  wg.Wait();
  EXPECT_EQ(order, "RRRW");
}

void RandomReadersAndWriters(unsigned seed) {
  sync::RWMutex rw;
  sync::WaitGroup wg;
  std::atomic<int> readers = 0;
  int writers = 0;
  std::atomic<int> wrong = 0;
  std::atomic<int> operations = 0;
  for (unsigned i = 0; i < 10; ++i) {
    wg.Add(1);
    go([&, i] {
      std::mt19937 random(seed * 10 + i);
      for (int round = 0; round < 30; ++round) {
        const bool tries = random() % 4 == 0;
        if (random() % 4 == 0) {
          if (!tries) rw.Lock();
          if (tries && !rw.TryLock()) continue;
          if (++writers != 1 || readers != 0) ++wrong;
          if (random() % 2 == 0) runtime::Gosched();
          if (writers != 1 || readers != 0) ++wrong;
          --writers;
          rw.Unlock();
        } else {
          if (!tries) rw.RLock();
          if (tries && !rw.TryRLock()) continue;
          ++readers;
          if (writers != 0) ++wrong;
          if (random() % 2 == 0) runtime::Gosched();
          if (writers != 0) ++wrong;
          --readers;
          rw.RUnlock();
        }
        ++operations;
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(operations, 0);
  EXPECT_TRUE(rw.TryLock());  // nobody has forgotten it
}

GO_TEST(RWMutexStress, RandomReadersAndWriters) {
  for (unsigned seed = 0; seed < 200 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomReadersAndWriters(seed);
  }
}

}  // namespace
}  // namespace golab
