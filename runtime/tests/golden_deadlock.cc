// Scenarios of deadlock-chan.txt, deadlock-sync.txt, deadlock-goexit.txt,
// deadlock-timers-and-io.txt.

#include "golab/golab.h"

#include "runtime/tests/golden_scenario.h"

using namespace golab;

namespace {

SCENARIO("deadlock-chan/recv", Recv1) {
  MakeChan<int>().Recv();
}

SCENARIO("deadlock-chan/send", Send1) {
  MakeChan<int>().Send(1);
}

SCENARIO("deadlock-chan/nil-recv", NilRecv) {
  Chan<int>{}.Recv();
}

SCENARIO("deadlock-chan/nil-send", NilSend) {
  Chan<int>{}.Send(1);
}

SCENARIO("deadlock-chan/select-empty", SelectEmpty) {
  Select();
}

SCENARIO("deadlock-chan/select-nil", SelectNil) {
  Chan<int> a, b;
  Select(Recv(a), Send(b, 1));
}

SCENARIO("deadlock-chan/select-two", SelectTwo) {
  Chan<int> a = MakeChan<int>(), b = MakeChan<int>();
  Select(Recv(a), Send(b, 1));
}

SCENARIO("deadlock-chan/range", RangeOpen) {
  Chan<int> ch = MakeChan<int>();
  for (int i = 0; i < 3; ++i) go([=] { ch.Send(i); });
  int n = 0;
  for ([[maybe_unused]] int v : ch) {
    if (++n == 3) fmt::Println("received 3");
  }
}

SCENARIO("deadlock-sync/waitgroup", Waitgroup) {
  sync::WaitGroup wg;
  wg.Add(1);
  wg.Wait();
}

SCENARIO("deadlock-sync/mutex", MutexTwice) {
  sync::Mutex mu;
  mu.Lock();
  mu.Lock();
}

SCENARIO("deadlock-sync/rwmutex-r", RwR) {
  sync::RWMutex mu;
  mu.Lock();
  mu.RLock();
}

SCENARIO("deadlock-sync/rwmutex-w", RwW) {
  sync::RWMutex mu;
  mu.RLock();
  mu.Lock();
}

SCENARIO("deadlock-sync/cond", CondWait) {
  sync::Mutex mu;
  sync::Cond c = sync::NewCond(&mu);
  c.L.Lock();
  c.Wait();
}

SCENARIO("deadlock-sync/once", OnceInOnce) {
  sync::Once o;
  o.Do([&] { o.Do([] {}); });
}

SCENARIO("deadlock-sync/many", Many) {
  Chan<int> ch = MakeChan<int>();
  sync::Mutex mu;
  mu.Lock();
  sync::WaitGroup wg;
  wg.Add(3);
  go([&] {
    Defer d{[&] { wg.Done(); }};
    ch.Recv();
  });
  go([&] {
    Defer d{[&] { wg.Done(); }};
    mu.Lock();
  });
  go([&] {
    Defer d{[&] { wg.Done(); }};
    Select();
  });
  wg.Wait();
}

SCENARIO("deadlock-sync/wg-cycle", WgCycle) {
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      Defer d{[&] { wg.Done(); }};
      wg.Wait();
    });
  }
  wg.Wait();
}

SCENARIO("deadlock-sync/ab-ba", Abba) {
  sync::Mutex a, b;
  a.Lock();
  Chan<bool> done = MakeChan<bool>();
  go([&] {
    b.Lock();
    done.Close();
    a.Lock();
  });
  done.Recv();
  b.Lock();
}

SCENARIO("deadlock-sync/locked", Locked) {
  runtime::LockOSThread();
  MakeChan<int>().Recv();
}

SCENARIO("deadlock-goexit/goexit-alone", GoexitAlone) {
  Defer d{[] { fmt::Println("deferred ran"); }};
  runtime::Goexit();
}

SCENARIO("deadlock-goexit/goexit-block", GoexitBlock) {
  go([] { Select(); });
  runtime::Gosched();
  runtime::Goexit();
}

SCENARIO("deadlock-goexit/goexit-sleep", GoexitSleep) {
  go([] {
    time::Sleep(50 * time::Millisecond);
    fmt::Println("worker done");
  });
  runtime::Goexit();
}

SCENARIO("deadlock-timers-and-io/timer-idle", TimerIdle) {
  time::Timer t = time::NewTimer(200 * time::Millisecond);
  MakeChan<int>().Recv();
}

SCENARIO("deadlock-timers-and-io/ticker-idle", TickerIdle) {
  time::Ticker t = time::NewTicker(time::Hour);
  MakeChan<int>().Recv();
}

SCENARIO("deadlock-timers-and-io/afterfunc", AfterFuncFires) {
  const time::Time start = time::Now();
  time::AfterFunc(200 * time::Millisecond, [=] {
    fmt::Println("fired at", time::Since(start).Round(10 * time::Millisecond));
  });
  MakeChan<int>().Recv();
}

SCENARIO("deadlock-timers-and-io/timeout-ctx", TimeoutCtx) {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 100 * time::Millisecond);
  Defer d{[&] { cancel(); }};
  ctx.Done().Recv();
  fmt::Println(ctx.Err());
  Chan<int>{}.Recv();
}

}  // namespace
