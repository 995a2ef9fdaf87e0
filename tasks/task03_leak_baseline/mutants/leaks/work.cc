// must fail: joins
// One of five waits for ever.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  sync::WaitGroup wg;
  wg.Add(4);
  for (int i = 0; i < 5; i++) {
    go([&wg, i] {
      if (i == 4) MakeChan<int>().Recv();
      wg.Done();
    });
  }
  wg.Wait();
}
