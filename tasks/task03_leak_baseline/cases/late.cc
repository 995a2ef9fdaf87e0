// A RunWork without a leak: the last of five goroutines ends 20 ms after it has returned.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  sync::WaitGroup wg;
  for (int i = 0; i < 4; i++) {
    wg.Add(1);
    go([&wg] {
      Defer done{[&wg] { wg.Done(); }};
      time::Sleep(time::Millisecond);
    });
  }
  wg.Wait();
  go([] { time::Sleep(20 * time::Millisecond); });
}
