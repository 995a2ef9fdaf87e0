// A condition that is looked at under its lock, in a loop.
// Every order: the waiter sees the flag, or is woken.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  bool ready = false;
  wg.Add(1);
  go([&] {
    mu.Lock();
    while (!ready) cond.Wait();
    mu.Unlock();
    wg.Done();
  });
  mu.Lock();
  ready = true;
  cond.Signal();
  mu.Unlock();
  wg.Wait();
}
