// main sleeps, and is gone before the locked goroutines are.
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
  std::printf("threads: %d\n", Count());
  for (int i = 0; i < *n; i++) {
    go([] {});
    go([] {
      runtime::LockOSThread();
      time::Sleep(time::Second);
    });
  }
  time::Sleep(200 * time::Millisecond);
  std::printf("threads: %d\n", Count());
}
