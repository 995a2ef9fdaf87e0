// task8: LockOSThread. What to do is in README.md (golab show task8).
//
// Watch it: golab run task8      Have it judged: golab check task8
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// How many threads the kernel counts for this process: the line "Threads:" of /proc/self/status.
static int Threads() {
  return 0;
  // std::fopen, std::fgets line by line, std::sscanf(line, "Threads: %d", &threads).
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines of each round");
  flag::Parse();

  sync::WaitGroup wg;
  for (int i = 0; i < *n; i++) {
    wg.Add(1);
    go([&wg] {
      Defer done{[&wg] { wg.Done(); }};
      // One round without runtime::LockOSThread(), then one with it.
    });
  }
  wg.Wait();
  std::printf("threads: %d\n", Threads());
}
