#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  sync::WaitGroup wg;
  for (int i = 0; i < 5; i++) {
    wg.Add(1);
    go([&wg] {
      Defer done{[&wg] { wg.Done(); }};
      time::Sleep(time::Millisecond);
    });
  }
  wg.Wait();
}
