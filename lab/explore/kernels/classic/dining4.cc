// Four philosophers, each with the left fork first.
// If all four have their left fork before one has both: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex forks[4];
  sync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&, i] {
      forks[i].Lock();
      forks[(i + 1) % 4].Lock();
      forks[(i + 1) % 4].Unlock();
      forks[i].Unlock();
      wg.Done();
    });
  }
  wg.Wait();
}
