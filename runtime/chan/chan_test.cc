#include "golab/chan.h"

#include <atomic>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

// How many there are; a channel must neither lose nor keep any.
struct Counted {
  static inline std::atomic<int> alive = 0;
  int value = 0;

  Counted() { ++alive; }

  explicit Counted(int v) : value(v) { ++alive; }

  Counted(const Counted& other) : value(other.value) { ++alive; }

  Counted(Counted&& other) noexcept : value(other.value) { ++alive; }

  Counted& operator=(const Counted&) = default;

  ~Counted() { --alive; }
};

GO_TEST(Chan, CopiesAreTheSameChannel) {
  Chan<int> a = MakeChan<int>(1);
  Chan<int> b = a;
  SendChan<int> out = a;
  RecvChan<int> in = b;
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == MakeChan<int>(1));
  EXPECT_TRUE(Chan<int>{} == nullptr);
  out.Send(7);
  EXPECT_EQ(in.Len(), 1u);
  EXPECT_EQ(in.Recv(), 7);
}

GO_TEST(Chan, BufferIsFirstInFirstOutAroundItsEnd) {
  Chan<int> ch = MakeChan<int>(3);
  int sent = 0;
  int received = 0;
  for (int round = 0; round < 20; ++round) {
    while (ch.Len() < 3) ch.Send(sent++);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(ch.Recv(), received++);
  }
}

GO_TEST(Chan, UnbufferedHandsOver) {
  Chan<std::string> ch = MakeChan<std::string>();
  go([=] {
    ch.Send("a string that is too long to be stored in place");
    ch.Close();
  });
  EXPECT_EQ(ch.Recv(), "a string that is too long to be stored in place");
  EXPECT_FALSE(ch.RecvOk().ok);
}

GO_TEST(Chan, CarriesWhatCanOnlyBeMoved) {
  Chan<std::unique_ptr<int>> ch = MakeChan<std::unique_ptr<int>>(1);
  ch.Send(std::make_unique<int>(5));
  EXPECT_EQ(*ch.Recv(), 5);
}

GO_TEST(Chan, DestroysEveryElementOnce) {
  {
    Chan<Counted> ch = MakeChan<Counted>(4);
    for (int i = 0; i < 4; ++i) ch.Send(Counted(i));
    EXPECT_EQ(ch.Recv().value, 0);
    EXPECT_EQ(Counted::alive, 3);
  }
  EXPECT_EQ(Counted::alive, 0);
  {
    Chan<Counted> ch = MakeChan<Counted>();
    go([=] { ch.Send(Counted(9)); });
    EXPECT_EQ(ch.Recv().value, 9);
    time::Sleep(time::Millisecond);
  }
  EXPECT_EQ(Counted::alive, 0);
}

GO_TEST(Chan, ABlockedSenderFillsTheBufferBehindTheOthers) {
  Chan<int> ch = MakeChan<int>(1);
  ch.Send(1);
  go([=] { ch.Send(2); });
  time::Sleep(time::Millisecond);
  EXPECT_EQ(ch.Recv(), 1);
  EXPECT_EQ(ch.Len(), 1u);
  EXPECT_EQ(ch.Recv(), 2);
}

GO_TEST(Chan, RangeEndsWithTheChannel) {
  Chan<int> ch = MakeChan<int>();
  go([=] {
    for (int i = 0; i < 5; ++i) ch.Send(i);
    ch.Close();
  });
  int sum = 0;
  for (int v : ch) sum += v;
  EXPECT_EQ(sum, 10);
}

GO_TEST(Chan, SizesThatCannotBe) {
  for (const std::int64_t n : {std::int64_t{-1}, INT64_MIN, INT64_MAX}) {
    bool panicked = false;
    WithDefers([&](Defers& defer) {
      defer([&] { panicked = static_cast<bool>(recover()); });
      MakeChan<int>(n);
    });
    EXPECT_TRUE(panicked) << n;
  }
}

void ManyToMany(int capacity) {
  constexpr int kSides = 16;
  constexpr int kEach = 2000;
  Chan<int> ch = MakeChan<int>(capacity);
  sync::WaitGroup senders, receivers;
  atomic::Int64 sum;
  atomic::Int64 count;
  for (int s = 0; s < kSides; ++s) {
    senders.Add(1);
    go([&, s] {
      for (int i = 0; i < kEach; ++i) ch.Send(s * kEach + i);
      senders.Done();
    });
    receivers.Add(1);
    go([&] {
      for (int v : ch) {
        sum.Add(v);
        count.Add(1);
      }
      receivers.Done();
    });
  }
  senders.Wait();
  ch.Close();
  receivers.Wait();
  constexpr std::int64_t kAll = kSides * kEach;
  EXPECT_EQ(count.Load(), kAll);
  EXPECT_EQ(sum.Load(), kAll * (kAll - 1) / 2);
  while (runtime::NumGoroutine() > 1) runtime::Gosched();  // Done comes before the end
}

GO_TEST_REAL(ChanStress, ManyToManyUnbuffered) {
  ManyToMany(0);
}

GO_TEST_REAL(ChanStress, ManyToManyBuffered) {
  ManyToMany(7);
}

GO_TEST(ChanStress, ManyToManyInVirtualTime) {
  ManyToMany(1);
}

GO_TEST_REAL(Chan, TwoThatAlwaysWakeEachOtherLeaveRoomForAThird) {
  runtime::GOMAXPROCS(1);
  Chan<int> there = MakeChan<int>();
  Chan<int> back = MakeChan<int>();
  atomic::Bool third;
  go([=] {
    for (int v : there) back.Send(v);
    back.Close();
  });
  go([&] { third.Store(true); });
  // Ends only if the third gets a turn.
  while (!third.Load()) {
    there.Send(1);
    back.Recv();
  }
  there.Close();
}

}  // namespace
}  // namespace golab
