// Main itself prints the lines; one goroutine waits for the workers and tells main.
#include <golab/golab.h>

#include <cstdio>

using golab::go;
using golab::Recv;
using golab::Select;
namespace flag = golab::flag;
namespace sync = golab::sync;
namespace time_ = golab::time;

static sync::WaitGroup sleepers;

static void Show() {
  printf("[monitor] goroutines: %d now\n", golab::runtime::NumGoroutine());
}

GOLAB_MAIN() {
  int* n = flag::Int("workers", 10, "workers");
  time_::Duration* long_ = flag::Duration("sleep", time_::Second, "sleep");
  time_::Duration* every = flag::Duration("interval", time_::Millisecond * 100, "interval");
  flag::Parse();

  sleepers.Add(*n);
  for (int i = *n; i > 0; --i) {
    go([long_] {
      time_::NewTimer(*long_).C.Recv();
      sleepers.Done();
    });
  }
  auto all = golab::MakeChan<int>();
  go([all] {
    sleepers.Wait();
    all.Close();
  });
  Show();
  auto tick = time_::Tick(*every);
  bool waiting = true;
  while (waiting) {
    switch (Select(Recv(all), Recv(tick))) {
      case 0:
        waiting = false;
        break;
      case 1:
        Show();
        break;
    }
  }
  tick.Recv();
  Show();
}
