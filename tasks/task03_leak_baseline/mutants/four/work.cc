// must fail: spawns
// Four goroutines, and one piece of work done by RunWork itself.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  sync::WaitGroup wg;
  for (int i = 0; i < 4; i++) {
    wg.Add(1);
    go([&wg] {
      time::Sleep(time::Millisecond);
      wg.Done();
    });
  }
  time::Sleep(time::Millisecond);
  wg.Wait();
}
