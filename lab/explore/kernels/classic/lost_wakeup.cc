// The flag is read before the lock is taken, so that a wake-up in between is lost.
// If main wakes all between a waiter's look and its Wait: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  atomic::Bool ready;
  for (int i = 0; i < 2; ++i) {
    wg.Add(1);
    go([&] {
      const bool was_ready = ready.Load();
      mu.Lock();
      if (!was_ready) cond.Wait();
      mu.Unlock();
      wg.Done();
    });
  }
  runtime::Gosched();
  ready.Store(true);
  cond.Broadcast();
  wg.Wait();
}
