// must fail: joins
// Sleeps in place of a join, and not long enough for the last one.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  for (int i = 1; i <= 5; i++) {
    go([i] { time::Sleep(i * 10 * time::Millisecond); });
  }
  time::Sleep(30 * time::Millisecond);
}
