// Twice as many as asked for, started by goroutines that are not locked themselves; main is, too.
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
  sync::WaitGroup wg;
  for (int i = 0; i < *n; i++) {
    wg.Add(3);
    go([&wg] {
      for (int k = 0; k < 2; k++) {
        go([&wg] {
          runtime::LockOSThread();
          runtime::Gosched();
          wg.Done();
        });
      }
      wg.Done();
    });
  }
  wg.Wait();
  runtime::LockOSThread();
  std::printf("threads: %d\n", Count());
}
