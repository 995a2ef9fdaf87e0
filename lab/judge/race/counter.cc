// no-race: goroutine 6 reads 'counter' while goroutine 7 may be writing it
// The classic: two goroutines count in one variable.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  int counter = 0;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Add(1);
    go([&] {
      counter++;
      wg.Done();
    });
  }
  wg.Wait();
  fmt::Println(counter);
}
