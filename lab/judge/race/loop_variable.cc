// no-race: goroutine 10 reads 'i' while main may be writing it
// no-dangling: goroutine 10 reads 'i' of main's loop after its end
// The loop's variable, captured by reference.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto results = MakeChan<int>(10);
  sync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) {
    wg.Add(1);
    go([&] {
      results.Send(i);
      wg.Done();
    });
  }
  wg.Wait();
}
