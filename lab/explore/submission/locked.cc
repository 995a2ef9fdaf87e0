// main is locked to its thread, and so are eight goroutines, which end so.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  runtime::LockOSThread();
  sync::WaitGroup wg;
  for (int i = 0; i < 8; i++) {
    wg.Add(1);
    go([&wg] {
      Defer done{[&wg] { wg.Done(); }};
      runtime::LockOSThread();
    });
  }
  wg.Wait();
}
