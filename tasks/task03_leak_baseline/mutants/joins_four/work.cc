// must fail: joins
// The fifth is not counted.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  sync::WaitGroup wg;
  wg.Add(4);
  for (int i = 0; i < 5; i++) {
    go([&wg, i] {
      time::Sleep((i + 1) * time::Millisecond);
      if (i < 4) wg.Done();
    });
  }
  wg.Wait();
}
