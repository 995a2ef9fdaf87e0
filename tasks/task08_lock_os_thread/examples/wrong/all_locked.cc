// Every goroutine is locked: there is nothing to compare with.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static int Count() {
  int threads = 0;
  char line[128];
  std::FILE* f = std::fopen("/proc/self/status", "r");
  if (f == nullptr) return 0;
  while (std::fgets(line, sizeof line, f) != nullptr)
    if (std::sscanf(line, "Threads: %d", &threads) == 1) break;
  std::fclose(f);
  return threads;
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  sync::WaitGroup wg;
  std::printf("threads: %d\n", Count());
  for (int i = 0; i < 2 * *n; i++) {
    wg.Add(1);
    go([&wg] {
      Defer d{[&] { wg.Done(); }};
      runtime::LockOSThread();
    });
  }
  wg.Wait();
  std::printf("threads: %d\n", Count());
}
