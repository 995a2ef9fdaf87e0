// task1: NumGoroutine over a lifecycle. What to do is in README.md (golab show task1).
//
// Watch it: golab run task1      Have it judged: golab check task1
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// Names of Go's packages are namespaces here: time::Sleep, sync::WaitGroup, runtime::NumGoroutine.
// Where you want C's functions of the same names, say so: std::time(nullptr), ::signal(...).

// Prints "goroutines: N" once an interval, until it is told to end.
void Monitor(time::Duration interval) {
  std::printf("goroutines: %d\n", runtime::NumGoroutine());
  time::Sleep(interval);
  // Once is not enough. And how is it told to end?
}

GOLAB_MAIN() {
  // A flag is a pointer; its value is there after flag::Parse, as in Go.
  const int* workers = flag::Int("workers", 10, "number of workers");
  const auto* sleep = flag::Duration("sleep", time::Second, "how long each worker sleeps");
  const auto* interval =
      flag::Duration("interval", 100 * time::Millisecond, "time between two lines");
  flag::Parse();

  go(Monitor, *interval);

  for (int i = 0; i < *workers; i++) {
    go([d = *sleep] {
      static_cast<void>(d);
      // A worker sleeps for d.
    });
  }

  // Wait for the workers, let the monitor show the count once more, tell it to end.
}
