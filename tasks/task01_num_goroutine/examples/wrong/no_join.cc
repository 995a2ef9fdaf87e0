// must fail: rise
// The workers sleep, and main waits for nobody: it has returned before the first of them runs.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

void Monitor(time::Duration interval) {
  std::printf("goroutines: %d\n", runtime::NumGoroutine());
  time::Sleep(interval);
}

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 10, "number of workers");
  const auto* sleep = flag::Duration("sleep", time::Second, "how long each worker sleeps");
  const auto* interval =
      flag::Duration("interval", 100 * time::Millisecond, "time between two lines");
  flag::Parse();

  go(Monitor, *interval);
  for (int i = 0; i < *workers; i++) {
    go([d = *sleep] { time::Sleep(d); });
  }
}
