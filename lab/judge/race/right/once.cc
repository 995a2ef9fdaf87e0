// Once orders whoever comes while its function runs, in each of the ways in which one can come.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Once once;
  int runs = 0;
  sync::WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Add(1);
    go([&] {
      once.Do([&] {
        runtime::Gosched();
        ++runs;
      });
      if (runs != 1) panic("once");
      wg.Done();
    });
  }
  wg.Wait();
}
