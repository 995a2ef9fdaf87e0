// A counter in plain memory.
// A data race in every order; what is lost needs a switch between its load and its store.
#include <golab/golab.h>

using namespace golab;

namespace {
int count;
}  // namespace

GOLAB_MAIN() {
  sync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&] {
      for (int j = 0; j < 3; ++j) ++count;
      wg.Done();
    });
  }
  wg.Wait();
  if (count != 12) os::Exit(3);
}
