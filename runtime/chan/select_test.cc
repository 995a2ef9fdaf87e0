#include "golab/select.h"

#include <atomic>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

GO_TEST(Select, DefaultRunsOnlyIfNothingIsReady) {
  Chan<int> ch = MakeChan<int>(1);
  int v = 0;
  EXPECT_EQ(Select(Recv(ch, v), Default), kDefault);
  EXPECT_EQ(Select(Send(ch, 4), Default), 0);
  EXPECT_EQ(Select(Send(ch, 5), Default), kDefault);
  EXPECT_EQ(Select(Recv(ch, v), Default), 0);
  EXPECT_EQ(v, 4);
}

GO_TEST(Select, SaysWhetherAValueWasSent) {
  Chan<int> ch = MakeChan<int>(1);
  ch.Send(3);
  ch.Close();
  int v = 0;
  bool ok = false;
  EXPECT_EQ(Select(Recv(ch, v, ok)), 0);
  EXPECT_TRUE(ok);
  EXPECT_EQ(v, 3);
  EXPECT_EQ(Select(Recv(ch, v, ok)), 0);
  EXPECT_FALSE(ok);
  EXPECT_EQ(v, 0);
}

GO_TEST(Select, AWakenedOneLeavesTheOtherQueues) {
  Chan<int> a = MakeChan<int>(), b = MakeChan<int>();
  std::atomic<int> first = -1;
  go([&] { first = Select(Recv(a), Recv(b)); });
  time::Sleep(time::Millisecond);
  b.Send(1);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(Select(Send(a, 1), Default), kDefault);  // nobody waits there any more
}

GO_TEST(Select, OneChannelInBothDirectionsDoesNotMeetItself) {
  Chan<int> ch = MakeChan<int>();
  std::atomic<int> ran = -1;
  go([&] { ran = Select(Recv(ch), Send(ch, 1)); });
  time::Sleep(time::Millisecond);
  EXPECT_EQ(ran, -1);
  EXPECT_EQ(ch.Recv(), 1);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(ran, 1);
}

GO_TEST(Select, MoreCasesThanFitOnTheStack) {
  std::vector<Chan<int>> ch;
  for (int i = 0; i < 12; ++i) ch.push_back(MakeChan<int>());
  std::atomic<int> ran = -1;
  go([&] {
    ran = Select(Recv(ch[0]), Recv(ch[1]), Recv(ch[2]), Recv(ch[3]), Recv(ch[4]), Recv(ch[5]),
                 Recv(ch[6]), Recv(ch[7]), Recv(ch[8]), Recv(ch[9]), Recv(ch[10]), Recv(ch[11]));
  });
  time::Sleep(time::Millisecond);
  ch[11].Send(1);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(ran, 11);
}

GO_TEST(Select, TwoThatMeetOnTwoChannelsExchangeOnce) {
  Chan<int> a = MakeChan<int>(), b = MakeChan<int>();
  std::atomic<int> done = 0;
  for (int i = 0; i < 2; ++i) {
    go([&] {
      Select(Send(a, 1), Recv(b));
      ++done;
    });
    go([&] {
      Select(Recv(a), Send(b, 1));
      ++done;
    });
  }
  time::Sleep(time::Millisecond);
  EXPECT_EQ(done, 4);
}

// Goroutines that select at random over a few channels: every value sent is received once.
void Exchange(unsigned seed) {
  constexpr int kChannels = 3;
  constexpr int kEach = 50;
  std::mt19937 random(seed);
  std::vector<Chan<int>> ch;
  for (int i = 0; i < kChannels; ++i) ch.push_back(MakeChan<int>(random() % 3));
  Chan<bool> stop = MakeChan<bool>();
  sync::WaitGroup senders, receivers;
  std::vector<int> seen(4 * kEach, 0);
  for (int s = 0; s < 4; ++s) {
    senders.Add(1);
    go([&, s] {
      for (int i = 0; i < kEach; ++i) {
        const int v = s * kEach + i;
        Select(Send(ch[0], v), Send(ch[1], v), Send(ch[2], v));
      }
      senders.Done();
    });
    receivers.Add(1);
    go([&] {
      for (int v = 0;;) {
        if (Select(Recv(stop), Recv(ch[0], v), Recv(ch[1], v), Recv(ch[2], v)) == 0) break;
        ++seen[static_cast<std::size_t>(v)];
      }
      receivers.Done();
    });
  }
  senders.Wait();
  stop.Close();
  receivers.Wait();
  int v = 0;
  while (Select(Recv(ch[0], v), Recv(ch[1], v), Recv(ch[2], v), Default) != kDefault) {
    ++seen[static_cast<std::size_t>(v)];  // was still in a buffer
  }
  for (const int n : seen) EXPECT_EQ(n, 1);
}

void ExchangeManyTimes() {
  for (unsigned seed = 0; seed < 200 && !::testing::Test::HasFailure(); ++seed) {
    Exchange(seed);  // no SCOPED_TRACE: that is the thread's, and a goroutine changes threads
    if (::testing::Test::HasFailure()) ADD_FAILURE() << "seed " << seed;
  }
}

GO_TEST(SelectStress, NothingIsLostOrDoubled) {
  ExchangeManyTimes();
}

GO_TEST_REAL(SelectStress, NothingIsLostOrDoubledReal) {
  ExchangeManyTimes();
}

}  // namespace
}  // namespace golab
