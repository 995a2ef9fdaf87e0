// no-race: goroutine 6 reads 'hits' while goroutine 7 may be writing it
// A read lock keeps writers out, not other readers.
#include <golab/golab.h>

using namespace golab;

int hits = 0;

GOLAB_MAIN() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Add(1);
    go([&] {
      mu.RLock();
      hits++;
      mu.RUnlock();
      wg.Done();
    });
  }
  wg.Wait();
}
