// Locked for one line.
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

static void Touch() {
  runtime::LockOSThread();
  runtime::UnlockOSThread();
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  std::printf("threads: %d\n", Count());
  sync::WaitGroup wg;
  wg.Add(2 * *n);
  for (int i = 0; i < *n; i++) {
    go([&] { wg.Done(); });
    go([&] {
      Touch();
      wg.Done();
    });
  }
  wg.Wait();
  std::printf("threads: %d\n", Count());
}
