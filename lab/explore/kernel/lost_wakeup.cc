// The flag is read before the lock is taken: a signal in between is lost.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  volatile bool ready = false;
  wg.Add(1);
  go([&] {
    const bool was_ready = ready;
    mu.Lock();
    if (!was_ready) cond.Wait();
    mu.Unlock();
    wg.Done();
  });
  runtime::Gosched();
  ready = true;
  cond.Signal();
  wg.Wait();
}
