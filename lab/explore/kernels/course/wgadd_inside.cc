// Each worker adds itself to the group that main waits for.
// If main is at its Wait before one of them has done so, it goes on without it: status 3.
#include <golab/golab.h>

using namespace golab;

namespace {
sync::WaitGroup wg;
atomic::Int32 finished;
}  // namespace

GOLAB_MAIN() {
  for (int i = 0; i < 2; ++i) {
    go([] {
      wg.Add(1);
      finished.Add(1);
      wg.Done();
    });
  }
  runtime::Gosched();
  wg.Wait();
  if (finished.Load() != 2) os::Exit(3);
}
