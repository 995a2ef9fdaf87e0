// must fail: no-leak
// The monitor is told to end, but main does not wait for it: it is still in its pause.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Flag {
  sync::RWMutex mu;
  bool set = false;

  void Set() {
    mu.Lock();
    set = true;
    mu.Unlock();
  }

  bool IsSet() {
    mu.RLock();
    const bool value = set;
    mu.RUnlock();
    return value;
  }
};

static Flag over;

static void Monitor(time::Duration pause) {
  do {
    std::printf("goroutines: %d\n", runtime::NumGoroutine());
    time::Sleep(pause);
  } while (!over.IsSet());
}

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  go(Monitor, *interval);
  auto ended = MakeChan<int>(*workers);
  for (int i = 0; i < *workers; i++) {
    go([=] {
      time::Sleep(*sleep);
      ended.Send(i);
    });
  }
  for (int i = 0; i < *workers; i++) ended.Recv();
  time::Sleep(*interval * 3 / 2);
  over.Set();
}
