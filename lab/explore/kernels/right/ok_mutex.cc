// A counter behind a mutex, and locks that are always taken in the same order.
// Every order: nothing is lost and nobody waits for ever.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex first, second;
  sync::WaitGroup wg;
  int count = 0, moved = 0;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&] {
      first.Lock();
      ++count;
      second.Lock();
      moved += count;
      second.Unlock();
      first.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
  if (count != 4 || moved != 10) os::Exit(3);
}
