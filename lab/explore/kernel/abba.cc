// Two goroutines, two locks, two orders: a deadlock if one is switched away from between its locks.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex a, b;
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    a.Lock();
    b.Lock();
    b.Unlock();
    a.Unlock();
    wg.Done();
  });
  go([&] {
    b.Lock();
    a.Lock();
    a.Unlock();
    b.Unlock();
    wg.Done();
  });
  wg.Wait();
}
