// Go's semantics, point by point: Semantics_4_N is section 4.N of the list of what a re-creation of
// Go's runtime must get right, PointNN its points in order. Points that are texts of reports are
// compared in go_golden_test; those of packages that are not here yet have no test.

#include <csignal>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

// Outside golab's namespace, whose frames dumps hide.
static std::size_t StackOfTheProgram(char* buffer, std::size_t size) {
  return golab::runtime::Stack(buffer, size, false);
}

namespace golab {
namespace {

using tests::ExpectEnd;

std::string Str(const String& s) {
  return {s.data(), s.size()};
}

/// What happened, in order, separated by blanks. The order of several goroutines is fixed on one P
/// only.
class Log {
 public:
  Log() { runtime::GOMAXPROCS(1); }

  void operator()(const std::string& event) {
    mu_.Lock();
    text_ += (text_.empty() ? "" : " ") + event;
    mu_.Unlock();
  }

  std::string Text() {
    mu_.Lock();
    Defer unlock{[&] { mu_.Unlock(); }};
    return text_;
  }

 private:
  sync::Mutex mu_;  // who has slept has not waited for the others
  std::string text_;
};

void LetOthersRun() {
  time::Sleep(time::Millisecond);
}

// ---- 4.1 panic, recover, Goexit

TEST(Semantics_4_1, Point01_DefersRunLastInFirstOutBeforeTheReport) {
  ExpectEnd(
      [] {
        Defer a{[] { fmt::Println("1"); }};
        Defer b{[] { fmt::Println("2"); }};
        panic("x");
      },
      2, "2\n1\n", "panic: x\n\ngoroutine 1 [running]:\n");
}

GO_TEST(Semantics_4_1, Point01_OnReturnAndGoexitToo) {
  Log log;
  [&] {
    Defer a{[&] { log("a"); }};
    WithDefers([&](Defers& defer) {
      for (int i = 0; i < 3; ++i) defer([&, i] { log(std::to_string(i)); });
    });
  }();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    Defer b{[&] { log("b"); }};
    runtime::Goexit();
  });
  wg.Wait();
  EXPECT_EQ(log.Text(), "2 1 0 a b");
}

TEST(Semantics_4_1, Point02_FatalErrorsCannotBeRecovered) {
  ExpectEnd(
      [] {
        WithDefers([](Defers& defer) {
          defer([] { recover(); });
          sync::Mutex mu;
          mu.Unlock();
        });
      },
      2, "", "fatal error: sync: unlock of unlocked mutex\n\ngoroutine 1 [running]:\n");
}

GO_TEST(Semantics_4_1, Point03_ValuesKeepTheirTypeAndText) {
  WithDefers([](Defers& defer) {
    defer([] {
      auto p = recover();
      ASSERT_TRUE(p);
      ASSERT_NE(p.As<int>(), nullptr);
      EXPECT_EQ(*p.As<int>(), 42);
      EXPECT_EQ(p.As<bool>(), nullptr);
      EXPECT_EQ(Str(p.Text()), "42");
    });
    panic(42);
  });
  WithDefers([](Defers& defer) {
    defer([] {
      auto p = recover();
      ASSERT_NE(p.As<Error>(), nullptr);
      EXPECT_EQ(Str(p.As<Error>()->Text()), "e");
    });
    panic(errors::New("e"));
  });
  WithDefers([](Defers& defer) {
    defer([] { EXPECT_NE(recover().As<runtime::PanicNilError>(), nullptr); });
    panic(nullptr);
  });
}

GO_TEST(Semantics_4_1, Point04_APanicInADeferredFunctionReplacesTheFirst) {
  Log log;
  WithDefers([&](Defers& defer) {
    defer([&] {
      log(Str(recover().Text()));
      log(recover() ? "another" : "nil");
    });
    defer([] { panic("second"); });
    panic("first");
  });
  EXPECT_EQ(log.Text(), "second nil");
}

TEST(Semantics_4_1, Point05_RecoveredAndPanickedAgain) {
  ExpectEnd(
      [] {
        WithDefers([](Defers& defer) {
          defer([] { panic(recover().Value()); });
          panic("x");
        });
      },
      2, "", "panic: x [recovered]\n\tpanic: x\n\n");
}

TEST(Semantics_4_1, Point06_ANestedPanicThatIsRecoveredLetsTheOuterGoOn) {
  ExpectEnd(
      [] {
        WithDefers([](Defers& defer) {
          defer([] {
            WithDefers([](Defers& inner) {
              inner([] { recover(); });
              panic("second");
            });
          });
          panic("first");
        });
      },
      2, "", "panic: first\n\n");
}

bool helper_recovered = false;

void Helper() {
  helper_recovered = static_cast<bool>(recover());
}

void HelperWith(int) {
  Helper();
}

void RecoverWith(int) {
  helper_recovered = static_cast<bool>(recover());
}

GO_TEST(Semantics_4_1, Point07_RecoverWorksOnlyCalledDirectlyByTheDeferredFunction) {
  WithDefers([](Defers& defer) {
    defer([] { EXPECT_TRUE(recover()); });
    defer([] { Helper(); });
    panic("x");
  });
  EXPECT_FALSE(helper_recovered);
  WithDefers([](Defers& defer) {
    defer([] { EXPECT_TRUE(recover()); });
    defer(&recover);
    panic("x");
  });
  WithDefers([](Defers& defer) {
    defer(&Helper);
    panic("x");
  });
  EXPECT_TRUE(helper_recovered);
  WithDefers([](Defers& defer) {
    defer(&RecoverWith, 1);
    panic("x");
  });
  EXPECT_TRUE(helper_recovered);
  WithDefers([](Defers& defer) {
    defer([] { EXPECT_TRUE(recover()); });
    defer(&HelperWith, 1);
    panic("x");
  });
  EXPECT_FALSE(helper_recovered);
}

int Named() {
  int result = 1;
  WithDefers([&](Defers& defer) {
    defer([&] {
      recover();
      result = 7;
    });
    panic("x");
  });
  return result;
}

GO_TEST(Semantics_4_1, Point08_ARecoveredFunctionReturnsItsNamedResults) {
  EXPECT_EQ(Named(), 7);
}

GO_TEST(Semantics_4_1, Point09_RecoverIsNilInGoexit_AndGoexitSwallowsAPanic) {
  Log log;
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    WithDefers([&](Defers& defer) {
      defer([&] { log(recover() ? "recovered" : "nil"); });
      runtime::Goexit();
    });
  });
  go([&] {
    Defer done{[&] { wg.Done(); }};
    WithDefers([&](Defers& defer) {
      defer([&] { log(recover() ? "recovered" : "nil"); });
      defer(&runtime::Goexit);
      panic("swallowed");
    });
    log("unreachable");
  });
  wg.Wait();
  EXPECT_EQ(log.Text(), "nil nil");
}

GO_TEST(Semantics_4_1, Point10_GoexitGoesOnAfterARecoveredPanic) {
  Log log;
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    WithDefers([&](Defers& outer) {
      outer([&] { log("outer"); });
      WithDefers([&](Defers& inner) {
        inner([&] { log(Str(recover().Text())); });
        inner([] { panic("p"); });
        runtime::Goexit();
      });
      log("resumed");
    });
    log("resumed");
  });
  wg.Wait();
  EXPECT_EQ(log.Text(), "p outer");
}

TEST(Semantics_4_1, Point11_GoexitOnMainLetsTheOthersGoOn) {
  ExpectEnd(
      [] {
        Defer d{[] { fmt::Println("deferred"); }};
        go([] {
          time::Sleep(time::Millisecond);
          fmt::Println("worker");
        });
        runtime::Goexit();
      },
      2, "deferred\nworker\n",
      "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
}

TEST(Semantics_4_1, Point12_ExitHidesThePanic_MainsReturnKillsTheOthers) {
  ExpectEnd(
      [] {
        Defer d{[] { os::Exit(3); }};
        panic("hidden");
      },
      3, "", "");
  ExpectEnd(
      [] {
        go([] {
          Defer d{[] { fmt::Println("never"); }};
          Select();
        });
        LetOthersRun();
      },
      0, "", "");
}

volatile int zero = 0;
int* volatile nil_pointer = nullptr;

GO_TEST(Semantics_4_1, Point14_RuntimeErrorsArePanics) {
  if (GOLAB_ASAN) GTEST_SKIP() << "the sanitizer reports faults itself";

  struct {
    void (*run)();
    const char* text;
  } const cases[] = {
      {[] { zero = 1 / zero; }, "runtime error: integer divide by zero"},
      {[] { *nil_pointer = 1; },
       "runtime error: invalid memory address or nil pointer dereference"},
      {[] { Func<void()>{}(); },
       "runtime error: invalid memory address or nil pointer dereference"},
      {[] { MakeChan<int>(zero - 1); }, "makechan: size out of range"},
  };

  for (const auto& c : cases) {
    std::string got;
    WithDefers([&](Defers& defer) {
      defer([&] { got = Str(recover().Text()); });
      c.run();
    });
    EXPECT_EQ(got, c.text);
  }
}

// ---- 4.2 deadlock detection

TEST(Semantics_4_2, Point01_AllStacksGoroutine1FirstThenByCreation) {
  const tests::ChildResult got = tests::RunProgram(
      [] {
        for (int i = 0; i < 3; ++i) go([] {});
        LetOthersRun();  // their slots are free now, and used again in another order
        for (int i = 0; i < 3; ++i) go([] { Select(); });
        MakeChan<int>().Recv();
      },
      tests::TestWorld::kVirtual);
  EXPECT_EQ(got.status, 2);
  std::vector<int> ids;
  for (std::size_t at = 0; (at = got.err.find("\ngoroutine ", at)) != std::string::npos;) {
    at += 11;
    ids.push_back(std::atoi(got.err.c_str() + at));
  }
  EXPECT_EQ(ids, (std::vector<int>{1, 9, 10, 11})) << got.err;
}

TEST(Semantics_4_2, Point03_ASleeperPreventsItUntilItWakes) {
  ExpectEnd(
      [] {
        go([] {
          time::Sleep(5 * time::Millisecond);
          fmt::Println("awake");
        });
        MakeChan<int>().Recv();
      },
      2, "awake\n",
      "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:");
}

TEST(Semantics_4_2, Point03_AnUnreadTickerDoesNotPreventIt) {
  ExpectEnd(
      [] {
        time::Ticker t = time::NewTicker(time::Millisecond);
        MakeChan<int>().Recv();
      },
      2, "", "fatal error: all goroutines are asleep - deadlock!\n");
}

// ---- 4.3 channels and select

GO_TEST(Semantics_4_3, Point01_ClosedGivesWhatIsBufferedThenZeroValues) {
  Chan<int> ch = MakeChan<int>(3);
  ch.Send(1);
  ch.Send(2);
  ch.Close();
  Log log;
  for (int i = 0; i < 4; ++i) {
    auto [v, ok] = ch.RecvOk();
    log(std::to_string(v) + (ok ? " true;" : " false;"));
  }
  EXPECT_EQ(log.Text(), "1 true; 2 true; 0 false; 0 false;");
  EXPECT_EQ(ch.Len(), 0u);
  EXPECT_EQ(ch.Cap(), 3u);
}

GO_TEST(Semantics_4_3, Point01_SendOnClosedPanicsInEveryForm) {
  struct {
    const char* name;
    void (*run)();
    const char* text;
  } const cases[] = {
      {"send",
       [] {
         Chan<int> ch = MakeChan<int>(1);
         ch.Close();
         ch.Send(1);
       },
       "send on closed channel"},
      {"select with default",
       [] {
         Chan<int> ch = MakeChan<int>(1);
         ch.Close();
         Select(Send(ch, 1), Default);
       },
       "send on closed channel"},
      {"blocked",
       [] {
         Chan<int> ch = MakeChan<int>();
         go([=] { ch.Close(); });
         ch.Send(1);
       },
       "send on closed channel"},
      {"blocked in select",
       [] {
         Chan<int> ch = MakeChan<int>(), other = MakeChan<int>();
         go([=] { ch.Close(); });
         Select(Send(ch, 1), Recv(other));
       },
       "send on closed channel"},
      {"close twice",
       [] {
         Chan<int> ch = MakeChan<int>();
         ch.Close();
         ch.Close();
       },
       "close of closed channel"},
      {"close nil", [] { Chan<int>{}.Close(); }, "close of nil channel"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string got;
    WithDefers([&](Defers& defer) {
      defer([&] { got = Str(recover().Text()); });
      c.run();
    });
    EXPECT_EQ(got, c.text);
  }
}

GO_TEST(Semantics_4_3, Point02_NilChannel) {
  Chan<int> nil;
  EXPECT_EQ(nil.Len(), 0u);
  EXPECT_EQ(nil.Cap(), 0u);
  EXPECT_EQ(Select(Recv(nil), Send(nil, 1), Default), kDefault);
  Chan<int> ready = MakeChan<int>(1);
  ready.Send(5);
  int v = 0;
  EXPECT_EQ(Select(Recv(nil), Recv(ready, v)), 1);
  EXPECT_EQ(v, 5);
}

GO_TEST(Semantics_4_3, Point03_WaitersAreServedInOrderTheLastReadiedRunsFirst) {
  Chan<int> ch = MakeChan<int>();
  Log log;
  for (int i = 0; i < 4; ++i) {
    go([&, i] { log("r" + std::to_string(i) + "=" + std::to_string(ch.Recv())); });
    LetOthersRun();
  }
  for (int v = 0; v < 4; ++v) ch.Send(v);
  LetOthersRun();
  EXPECT_EQ(log.Text(), "r3=3 r0=0 r1=1 r2=2");
}

void CloseWakesInOrder() {
  Chan<int> ch = MakeChan<int>();
  Log log;
  for (int i = 0; i < 6; ++i) {
    go([&, i] {
      ch.Recv();
      log(std::to_string(i));
    });
    LetOthersRun();
  }
  ch.Close();
  LetOthersRun();
  EXPECT_EQ(log.Text(), "0 5 4 3 2 1");
}

GO_TEST(Semantics_4_3, Point04_CloseReadiesNewestFirst) {
  CloseWakesInOrder();
}

GO_TEST_REAL(Semantics_4_3, Point04_CloseReadiesNewestFirstReal) {
  CloseWakesInOrder();
}

// Go also fixes the order: a b vb c vc. C++ does not, between the arguments of a call.
GO_TEST(Semantics_4_3, Point05_SelectEvaluatesOnce) {
  std::multiset<std::string> evaluated;
  Chan<int> a, b = MakeChan<int>(1), c;
  const auto chan = [&](const char* name, const Chan<int>& ch) {
    evaluated.insert(name);
    return ch;
  };
  const auto value = [&](const char* name) {
    evaluated.insert(name);
    return 1;
  };
  EXPECT_EQ(
      Select(Recv(chan("a", a)), Send(chan("b", b), value("vb")), Send(chan("c", c), value("vc"))),
      1);
  EXPECT_EQ(evaluated, (std::multiset<std::string>{"a", "b", "c", "vb", "vc"}));
}

GO_TEST_REAL(Semantics_4_3, Point05_SelectIsUniformAmongReady) {
  // 30,000 draws of one in three: five standard deviations are 408.
  constexpr int kRounds = 30000;
  Chan<int> ch[3] = {MakeChan<int>(1), MakeChan<int>(1), MakeChan<int>(1)};
  for (const auto& c : ch) c.Send(0);
  int hits[3] = {};
  for (int i = 0; i < kRounds; ++i) {
    const int ran = Select(Recv(ch[0]), Recv(ch[1]), Recv(ch[2]));
    ++hits[ran];
    ch[ran].Send(0);
  }
  for (const int n : hits) EXPECT_NEAR(n, kRounds / 3, 408);
  int twice[2] = {};
  for (int i = 0; i < 20000; ++i) {
    ++twice[Select(Recv(ch[0]), Recv(ch[0]))];
    ch[0].Send(0);
  }
  EXPECT_NEAR(twice[0], 10000, 354);
}

// ---- 4.4 scheduling order

void RunOrder() {
  Log log;
  sync::WaitGroup wg;
  for (int i = 0; i < 10; ++i) {
    wg.Add(1);
    go([&, i] {
      log(std::to_string(i));
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(log.Text(), "9 0 1 2 3 4 5 6 7 8");
}

GO_TEST(Semantics_4_4, Point01_TheLastSpawnedRunsFirst) {
  RunOrder();
}

GO_TEST_REAL(Semantics_4_4, Point01_TheLastSpawnedRunsFirstReal) {
  RunOrder();
}

void GoschedOrder() {
  Log log;
  sync::WaitGroup wg;
  for (const char name : {'a', 'b', 'c'}) {
    wg.Add(1);
    go([&, name] {
      for (int i = 0; i < 3; ++i) {
        log(name + std::to_string(i));
        runtime::Gosched();
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(log.Text(), "c0 a0 b0 c1 a1 b1 c2 a2 b2");
}

GO_TEST(Semantics_4_4, Point01_GoschedGoesToTheEndOfAll) {
  GoschedOrder();
}

GO_TEST_REAL(Semantics_4_4, Point01_GoschedGoesToTheEndOfAllReal) {
  GoschedOrder();
}

void WaitGroupOrder() {
  Log log;
  sync::WaitGroup wg;
  wg.Add(1);
  for (int i = 0; i < 5; ++i) {
    go([&, i] {
      wg.Wait();
      log(std::to_string(i));
    });
    LetOthersRun();
  }
  wg.Done();
  LetOthersRun();
  EXPECT_EQ(log.Text(), "4 0 1 2 3");
}

GO_TEST(Semantics_4_4, Point02_WaitGroupWaiters) {
  WaitGroupOrder();
}

GO_TEST_REAL(Semantics_4_4, Point02_WaitGroupWaitersReal) {
  WaitGroupOrder();
}

void MutexOrder() {
  Log log;
  sync::Mutex mu;
  mu.Lock();
  for (int i = 0; i < 5; ++i) {
    go([&, i] {
      mu.Lock();
      log(std::to_string(i));
      mu.Unlock();
    });
    LetOthersRun();
  }
  mu.Unlock();
  LetOthersRun();
  EXPECT_EQ(log.Text(), "0 1 2 3 4");
}

GO_TEST(Semantics_4_4, Point02_MutexIsFirstInFirstOut) {
  MutexOrder();
}

GO_TEST_REAL(Semantics_4_4, Point02_MutexIsFirstInFirstOutReal) {
  MutexOrder();
}

GO_TEST(Semantics_4_4, Point02_CondSignalIsFirstInFirstOut) {
  Log log;
  sync::Mutex mu;
  sync::Cond cond = sync::NewCond(&mu);
  for (int i = 0; i < 5; ++i) {
    go([&, i] {
      mu.Lock();
      cond.Wait();
      log(std::to_string(i));
      mu.Unlock();
    });
    LetOthersRun();
  }
  for (int i = 0; i < 5; ++i) {
    cond.Signal();
    LetOthersRun();
  }
  EXPECT_EQ(log.Text(), "0 1 2 3 4");
}

GO_TEST(Semantics_4_4, Point02_AWaitingWriterBlocksNewReaders) {
  Log log;
  sync::RWMutex rw;
  rw.RLock();
  go([&] {
    rw.Lock();
    log("W");
    rw.Unlock();
  });
  LetOthersRun();
  EXPECT_FALSE(rw.TryRLock());
  for (int i = 0; i < 2; ++i) {
    go([&] {
      rw.RLock();
      log("R");
      rw.RUnlock();
    });
  }
  LetOthersRun();
  rw.RUnlock();
  LetOthersRun();
  EXPECT_EQ(log.Text(), "W R R");
}

// ---- 4.5 sync

GO_TEST(Semantics_4_5, Point01_NegativeCounterPanics) {
  std::string got;
  WithDefers([&](Defers& defer) {
    defer([&] { got = Str(recover().Text()); });
    sync::WaitGroup wg;
    wg.Done();
  });
  EXPECT_EQ(got, "sync: negative WaitGroup counter");
}

GO_TEST(Semantics_4_5, Point02_OnceCountsAsDoneAfterAPanicAndAGoexit) {
  sync::Once by_panic, by_goexit;
  int calls = 0;
  WithDefers([&](Defers& defer) {
    defer([] { recover(); });
    by_panic.Do([&] {
      ++calls;
      panic("x");
    });
  });
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    by_goexit.Do([&] {
      ++calls;
      runtime::Goexit();
    });
  });
  wg.Wait();
  by_panic.Do([&] { ++calls; });
  by_goexit.Do([&] { ++calls; });
  EXPECT_EQ(calls, 2);
}

GO_TEST(Semantics_4_5, Point03_ACopiedCondPanics) {
  sync::Mutex mu;
  sync::Cond cond = sync::NewCond(&mu);
  cond.Signal();
  sync::Cond copy = cond;
  std::string got;
  WithDefers([&](Defers& defer) {
    defer([&] { got = Str(recover().Text()); });
    copy.Signal();
  });
  EXPECT_EQ(got, "sync.Cond is copied");
}

// ---- 4.6 time

GO_TEST(Semantics_4_6, Point01_AnExpiredUnreadTimerCountsAsNotFired) {
  time::Timer t = time::NewTimer(10 * time::Millisecond);
  time::Sleep(20 * time::Millisecond);
  EXPECT_EQ(t.C.Len(), 0u);
  EXPECT_EQ(t.C.Cap(), 0u);
  EXPECT_TRUE(t.Stop());
  EXPECT_EQ(Select(Recv(t.C), Default), kDefault);
  EXPECT_FALSE(t.Reset(10 * time::Millisecond));
  time::Sleep(20 * time::Millisecond);
  const time::Time before = time::Now();
  EXPECT_TRUE(t.Reset(50 * time::Millisecond));
  t.C.Recv();
  EXPECT_EQ(time::Since(before), 50 * time::Millisecond);
  EXPECT_FALSE(t.Stop());
  EXPECT_FALSE(t.Reset(time::Hour));
  EXPECT_TRUE(t.Stop());
  EXPECT_FALSE(t.Stop());
}

GO_TEST(Semantics_4_6, Point01_AValueReadLateCarriesTheExpiry) {
  const time::Time start = time::Now();
  time::Timer t = time::NewTimer(20 * time::Millisecond);
  time::Sleep(100 * time::Millisecond);
  EXPECT_EQ(t.C.Recv().Sub(start), 20 * time::Millisecond);
}

GO_TEST(Semantics_4_6, Point01_ASlowReaderGetsOneTickThenTheGrid) {
  const time::Time start = time::Now();
  time::Ticker t = time::NewTicker(20 * time::Millisecond);
  time::Sleep(110 * time::Millisecond);
  Log log;
  for (int i = 0; i < 4; ++i) log(std::to_string(t.C.Recv().Sub(start).Milliseconds()));
  EXPECT_EQ(log.Text(), "20 120 140 160");
  t.Stop();
  time::Sleep(50 * time::Millisecond);
  EXPECT_EQ(Select(Recv(t.C), Default), kDefault);  // stopped, not closed
}

GO_TEST(Semantics_4_6, Point01_TickerReset) {
  time::Ticker t = time::NewTicker(time::Hour);
  const time::Time start = time::Now();
  t.Reset(20 * time::Millisecond);
  t.C.Recv();
  t.C.Recv();
  EXPECT_EQ(time::Since(start), 40 * time::Millisecond);
}

GO_TEST(Semantics_4_6, Point01_AfterFuncRunsOnItsOwnGoroutine) {
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  atomic::Int64 inside;
  time::Timer t =
      time::AfterFunc(time::Millisecond, [&] { inside.Store(runtime::NumGoroutine()); });
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  EXPECT_TRUE(t.C == nullptr);
  time::Sleep(2 * time::Millisecond);
  EXPECT_EQ(inside.Load(), 2);
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  EXPECT_FALSE(t.Stop());
}

GO_TEST(Semantics_4_6, Point02_IntervalsThatAreNotPositive) {
  EXPECT_TRUE(time::Tick(time::Duration(0)) == nullptr);
  EXPECT_TRUE(time::Tick(time::Duration(-1)) == nullptr);

  struct {
    void (*run)();
    const char* text;
  } const cases[] = {
      {[] { time::NewTicker(time::Duration(0)); }, "non-positive interval for NewTicker"},
      {[] { time::NewTicker(time::Second).Reset(time::Duration(0)); },
       "non-positive interval for Ticker.Reset"},
      {[] { time::Timer{}.Stop(); }, "time: Stop called on uninitialized Timer"},
      {[] { time::Timer{}.Reset(time::Duration(1)); }, "time: Reset called on uninitialized Timer"},
  };

  for (const auto& c : cases) {
    std::string got;
    WithDefers([&](Defers& defer) {
      defer([&] { got = Str(recover().Text()); });
      c.run();
    });
    EXPECT_EQ(got, c.text);
  }
  time::Ticker{}.Stop();
}

GO_TEST(Semantics_4_6, Point02_ZeroAndNegativeDurationsFireAtOnce) {
  const time::Time start = time::Now();
  time::After(time::Duration(0)).Recv();
  time::After(time::Duration(-5)).Recv();
  time::Sleep(time::Duration(0));
  time::Sleep(time::Duration(-5));
  EXPECT_EQ(time::Since(start), time::Duration(0));
}

GO_TEST(Semantics_4_6, Point03_CancelEndsTheWholeTreeBeforeItReturns) {
  auto [root, cancel] = context::WithCancelCause(context::Background());
  auto [middle, cancel_middle] = context::WithCancel(root);
  auto [leaf, cancel_leaf] = context::WithTimeout(middle, time::Hour);
  cancel(errors::New("first"));
  cancel(errors::New("second"));
  for (const context::Context& ctx :
       {context::Context(root), context::Context(middle), context::Context(leaf)}) {
    EXPECT_EQ(Str(ctx.Err().Text()), "context canceled");
    EXPECT_EQ(Str(context::Cause(ctx).Text()), "first");
    EXPECT_EQ(Select(Recv(ctx.Done()), Default), 0);
  }
  cancel_leaf();
  cancel_middle();
}

GO_TEST(Semantics_4_6, Point04_ContextsCostNoGoroutinesAndKeepTheirNames) {
  EXPECT_EQ(Str(context::WithValue(context::WithCancel(context::Background()).ctx, String("k"), 1)
                    .String())
                .substr(0, 40),
            "context.Background.WithCancel.WithValue(");
  std::vector<context::Cancelable> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(context::WithTimeout(context::Background(), time::Hour));
  }
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  for (const auto& one : all) one.cancel();
  auto [late, cancel] = context::WithDeadline(context::Background(), time::Now());
  EXPECT_EQ(Str(late.Err().Text()), "context deadline exceeded");
  cancel();
}

// ---- 4.7 ids, counts

std::uint64_t Id() {
  const String text = debug::Stack();
  return std::strtoull(text.data() + 10, nullptr, 10);
}

GO_TEST(Semantics_4_7, Point01_IdsBeginAt6AndRiseByOne) {
  EXPECT_EQ(Id(), 1u);
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 20; ++i) {
    Chan<bool> done = MakeChan<bool>();
    go([&] {
      ids.push_back(Id());
      done.Close();
    });
    done.Recv();
  }
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], 6 + i);
}

GO_TEST(Semantics_4_7, Point02_NumGoroutineCountsFromTheGoStatement) {
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  time::Timer t = time::NewTimer(time::Hour);
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  go([] {});
  EXPECT_EQ(runtime::NumGoroutine(), 2);
  LetOthersRun();
  EXPECT_EQ(runtime::NumGoroutine(), 1);
}

// ---- 4.8 stack dumps

GO_TEST(Semantics_4_8, Point01_LockedToThreadShows) {
  go([] {
    runtime::LockOSThread();
    runtime::LockOSThread();
    runtime::UnlockOSThread();
    Select();
  });
  LetOthersRun();
  EXPECT_NE(
      Str(runtime::Stack(true)).find("\n\ngoroutine 6 [select (no cases), locked to thread]:\n"),
      std::string::npos);
}

GO_TEST(Semantics_4_8, Point04_StackIsCutToTheBuffer) {
  char buffer[40];
  EXPECT_EQ(StackOfTheProgram(buffer, sizeof buffer), sizeof buffer);
  EXPECT_EQ(std::string(buffer, sizeof buffer), "goroutine 1 [running]:\nmain.StackOfThePr");
}

GO_TEST(Semantics_4_8, Point04_AGoroutineThatHasNotRunShowsItsStart) {
  go([] {});
  const std::string all = Str(runtime::Stack(true));
  EXPECT_NE(all.find("\n\ngoroutine 6 [runnable]:\n"), std::string::npos) << all;
  EXPECT_NE(all.find("\ncreated by "), std::string::npos) << all;
}

// ---- 4.9 signals (point 1, signals that kill, is in go_dump_test)

GO_TEST_REAL(Semantics_4_9, Point02_SomeSignalsAreHandledSilently) {
  for (const int signal : {SIGUSR1, SIGUSR2, SIGPIPE, SIGURG, SIGWINCH, SIGCHLD})
    std::raise(signal);
}

}  // namespace
}  // namespace golab
