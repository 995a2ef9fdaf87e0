// Two goroutines, two locks, two orders.
// If one is switched away from between its locks and the other takes its first: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex a, b;
  sync::WaitGroup wg;
  const auto both = [&wg](sync::Mutex& first, sync::Mutex& second) {
    first.Lock();
    second.Lock();
    second.Unlock();
    first.Unlock();
    wg.Done();
  };
  wg.Add(2);
  go([&] { both(a, b); });
  go([&] { both(b, a); });
  wg.Wait();
}
