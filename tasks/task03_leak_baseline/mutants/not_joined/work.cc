// must fail: joins
// Starts five and returns.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  for (int i = 0; i < 5; i++) {
    go([] { time::Sleep(time::Millisecond); });
  }
}
