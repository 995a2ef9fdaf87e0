// Readers that share, a writer that excludes them.
// Every order: a reader sees both halves of a change.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  int left = 10, right = 0;
  bool torn = false;
  for (int i = 0; i < 2; ++i) {
    wg.Add(2);
    go([&] {
      mu.RLock();
      if (left + right != 10) torn = true;
      mu.RUnlock();
      wg.Done();
    });
    go([&] {
      mu.Lock();
      --left;
      ++right;
      mu.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
  if (torn || right != 2) os::Exit(3);
}
