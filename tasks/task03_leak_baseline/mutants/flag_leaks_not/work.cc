// must fail: leak
// variation: leak
// The flag is there, and makes no difference.
#include <golab/golab.h>

using namespace golab;

void RunWork();

static bool* leak = flag::Bool("leak", false, "");

void RunWork() {
  sync::WaitGroup wg;
  wg.Add(5);
  for (int i = 0; i < 5; i++) {
    go([&wg] {
      time::Sleep(*leak ? 2 * time::Millisecond : time::Millisecond);
      wg.Done();
    });
  }
  wg.Wait();
}
