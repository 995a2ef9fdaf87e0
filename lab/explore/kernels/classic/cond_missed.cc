// A signal without a condition, sent some time after the waiter should be there.
// If the waiter is some milliseconds late, the signal comes before its Wait: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu, log;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    time::Sleep(5 * time::Millisecond);
    mu.Lock();
    cond.Wait();
    mu.Unlock();
    for (int i = 0; i < 2; ++i) {
      log.Lock();
      log.Unlock();
    }
    wg.Done();
  });
  time::Sleep(10 * time::Millisecond);
  log.Lock();
  log.Unlock();
  cond.Signal();
  wg.Wait();
}
