// A thing is made once if its flag is not set yet; the flag is plain memory.
// If both look before one has set it, it is made twice: status 3. A data race in every order.
#include <golab/golab.h>

using namespace golab;

namespace {
bool made;
int times_made;
}  // namespace

GOLAB_MAIN() {
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Add(1);
    go([&] {
      if (!made) {
        made = true;
        ++times_made;
      }
      wg.Done();
    });
  }
  wg.Wait();
  if (times_made != 1) os::Exit(3);
}
