// Scenarios of chan-misuse.txt, sync-misuse.txt and time-context-misuse.txt.

#include <vector>

#include "golab/golab.h"

#include "runtime/tests/golden_scenario.h"

using namespace golab;

namespace {

SCENARIO("chan-misuse/send-closed", SendClosed) {
  Chan<int> ch = MakeChan<int>(1);
  ch.Close();
  ch.Send(1);
}

SCENARIO("chan-misuse/close-closed", CloseClosed) {
  Chan<int> ch = MakeChan<int>();
  ch.Close();
  ch.Close();
}

SCENARIO("chan-misuse/close-nil", CloseNil) {
  Chan<int>{}.Close();
}

SCENARIO("chan-misuse/select-send-closed", SelectSendClosed) {
  Chan<int> ch = MakeChan<int>(1);
  ch.Close();
  if (Select(Send(ch, 1), Default) == kDefault) fmt::Println("default");
}

SCENARIO("chan-misuse/blocked-send-closed", BlockedSendClosed) {
  Chan<int> ch = MakeChan<int>();
  go([=] { ch.Send(1); });
  time::Sleep(10 * time::Millisecond);
  ch.Close();
  time::Sleep(time::Second);
}

SCENARIO("chan-misuse/go-nil-func", GoNilFunc) {
  Func<void()> f;
  go(f);
  time::Sleep(time::Second);
}

SCENARIO("sync-misuse/wg-negative", WgNegative) {
  sync::WaitGroup wg;
  wg.Done();
}

SCENARIO("sync-misuse/wg-negative-add", WgNegativeAdd) {
  sync::WaitGroup wg;
  wg.Add(1);
  wg.Add(-2);
}

SCENARIO("sync-misuse/unlock-mutex", UnlockMutex) {
  sync::Mutex mu;
  mu.Unlock();
}

SCENARIO("sync-misuse/unlock-mutex-recover", UnlockMutexRecover) {
  WithDefers([](Defers& defer) {
    defer([] { fmt::Println("recover:", recover().Value()); });
    sync::Mutex mu;
    mu.Unlock();
  });
}

SCENARIO("sync-misuse/unlock-rw", UnlockRw) {
  sync::RWMutex mu;
  mu.Unlock();
}

SCENARIO("sync-misuse/runlock-rw", RUnlockRw) {
  sync::RWMutex mu;
  mu.RUnlock();
}

SCENARIO("sync-misuse/cond-copy", CondCopy) {
  sync::Mutex mu;
  sync::Cond c = sync::NewCond(&mu);
  c.Signal();
  sync::Cond d = c;
  d.Signal();
}

SCENARIO("sync-misuse/cond-wait-unlocked", CondWaitUnlocked) {
  sync::Mutex mu;
  sync::Cond c = sync::NewCond(&mu);
  c.Wait();
}

SCENARIO("sync-misuse/once-panic", OncePanic) {
  sync::Once o;
  WithDefers([&](Defers& defer) {
    defer([] { fmt::Println("recovered:", recover().Value()); });
    o.Do([] { panic("first"); });
  });
  o.Do([] { fmt::Println("NOT printed: Once counts as done"); });
  fmt::Println("second Do returned");
}

SCENARIO("sync-misuse/trylock", TryLocks) {
  sync::Mutex mu;
  sync::RWMutex rw;
  mu.Lock();
  fmt::Println(mu.TryLock());
  rw.RLock();
  const bool again = rw.TryRLock();
  fmt::Println(again, rw.TryLock());
}

SCENARIO("sync-misuse/rlocker-writer-waits", WriterWaits) {
  static sync::RWMutex rw;
  rw.RLock();
  go([] { rw.Lock(); });
  time::Sleep(20 * time::Millisecond);
  fmt::Println("TryRLock with a waiting writer:", rw.TryRLock());
}

SCENARIO("sync-misuse/unlockosthread", UnlockWithoutLock) {
  runtime::UnlockOSThread();
  fmt::Println("no-op");
}

SCENARIO("sync-misuse/oncefunc-panic", OnceFuncPanic) {
  const Func<void()> f = sync::OnceFunc([] { panic("boom"); });
  for (int i = 0; i < 2; ++i) {
    WithDefers([&](Defers& defer) {
      defer([] { fmt::Println("recovered:", recover().Value()); });
      f();
    });
  }
}

SCENARIO("sync-misuse/atomic-value-nil", AtomicValueNil) {
  atomic::Value v;
  v.Store(nullptr);
}

SCENARIO("sync-misuse/atomic-value-type", AtomicValueType) {
  atomic::Value v;
  v.Store(1);
  v.Store("x");
}

SCENARIO("time-context-misuse/ticker-zero", TickerZero) {
  time::NewTicker(time::Duration(0));
}

SCENARIO("time-context-misuse/ticker-reset", TickerReset) {
  time::Ticker t = time::NewTicker(time::Second);
  t.Reset(time::Duration(0));
}

SCENARIO("time-context-misuse/tick-zero", TickZero) {
  fmt::Println(time::Tick(time::Duration(0)) == nullptr, time::Tick(time::Duration(-1)) == nullptr);
}

SCENARIO("time-context-misuse/timer-uninit-stop", TimerUninitStop) {
  time::Timer t;
  t.Stop();
}

SCENARIO("time-context-misuse/timer-uninit-reset", TimerUninitReset) {
  time::Timer t;
  t.Reset(time::Duration(1));
}

SCENARIO("time-context-misuse/ticker-uninit-stop", TickerUninitStop) {
  time::Ticker t;
  t.Stop();
  fmt::Println("no panic");
}

SCENARIO("time-context-misuse/ctx-nil-parent", CtxNilParent) {
  (void)context::WithCancel(context::Context());
}

SCENARIO("time-context-misuse/ctx-value-nil", CtxValueNil) {
  (void)context::WithValue(context::Background(), nullptr, 1);
}

SCENARIO("time-context-misuse/ctx-value-uncomparable", CtxValueUncomparable) {
  (void)context::WithValue(context::Background(), std::vector<int>{}, 1);
}

SCENARIO("time-context-misuse/withoutcancel-nil", WithoutCancelNil) {
  (void)context::WithoutCancel(context::Context());
}

}  // namespace
