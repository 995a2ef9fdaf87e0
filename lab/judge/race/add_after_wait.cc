// no-race: Add may come after the Wait that is to wait for it
// Nothing is shared but the WaitGroup itself.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    go([&] {
      time::Sleep(2 * time::Millisecond);
      wg.Add(1);
      wg.Done();
    });
    time::Sleep(time::Millisecond);
    wg.Done();
  });
  wg.Wait();
  time::Sleep(time::Second);
}
