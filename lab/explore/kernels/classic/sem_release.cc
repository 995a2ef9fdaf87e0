// A place is given back before the work that it was for.
// If three are at work together where two places are: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto places = MakeChan<int>(2);
  sync::WaitGroup wg;
  atomic::Int32 at_work;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      places.Send(1);
      places.Recv();
      at_work.Add(1);
      if (at_work.Load() > 2) os::Exit(3);
      at_work.Add(-1);
      wg.Done();
    });
  }
  wg.Wait();
}
