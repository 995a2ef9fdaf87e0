// Whoever is done first closes the channel: first asked, then said, then closed.
// If both ask before one has said so, both close it: a panic.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto done = MakeChan<int>();
  atomic::Bool closed;
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      if (!closed.Load()) {
        closed.Store(true);
        done.Close();
      }
      wg.Done();
    });
  }
  done.Recv();
  wg.Wait();
}
