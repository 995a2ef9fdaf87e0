// must fail: monitor
// Five lines, then the monitor ends while the workers still sleep.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// Prints the count once an interval, until `done` is closed. A goroutine that waits in a select can
// be told to end; one that waits in time::Sleep cannot.
void Monitor(time::Duration interval, RecvChan<int> done) {
  const auto ticker = time::NewTicker(interval);
  Defer stop{[&] { ticker.Stop(); }};
  for (int lines = 0; lines < 5; lines++) {
    switch (Select(Recv(done), Recv(ticker.C))) {
      case 0:
        return;
      case 1:
        std::printf("goroutines: %d\n", runtime::NumGoroutine());
        break;
    }
  }
}

void Work(time::Duration sleep, sync::WaitGroup& wg) {
  Defer joined{[&] { wg.Done(); }};  // however Work is left, and after its sleep
  time::Sleep(sleep);
}

// The variation: nobody has the other end of this channel, so nobody can wake a receiver.
void Leak() {
  MakeChan<int>().Recv();
}

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 10, "number of workers");
  const auto* sleep = flag::Duration("sleep", time::Second, "how long each worker sleeps");
  const auto* interval =
      flag::Duration("interval", 100 * time::Millisecond, "time between two lines");
  const bool* leak = flag::Bool("leak", false, "workers block for ever");
  flag::Parse();

  // A channel and wait groups outlive the goroutines that use them: main waits for all of these.
  const auto done = MakeChan<int>();
  sync::WaitGroup monitor;
  monitor.Add(1);
  go([&] {
    Defer joined{[&] { monitor.Done(); }};
    Monitor(*interval, done);
  });

  sync::WaitGroup wg;
  for (int i = 0; i < *workers; i++) {
    if (*leak) {
      go(Leak);
      continue;
    }
    wg.Add(1);  // before the go: main must not come to Wait before the first Add
    go([&wg, d = *sleep] { Work(d, wg); });
  }
  if (*leak) time::Sleep(*sleep);
  wg.Wait();

  time::Sleep(500 * time::Millisecond);  // a few more lines, to see that the count has fallen
  done.Close();                          // tells the monitor to end
  monitor.Wait();                        // and waits until it has
}
