// Nothing wrong, and few orders: two goroutines, one lock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  wg.Add(2);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      mu.Lock();
      mu.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
}
