// must fail: monitor
// Counts with a variable of its own, which leaves main and the monitor out.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

namespace {
int alive = 0;
sync::Mutex guard;

void Change(int by) {
  guard.Lock();
  alive += by;
  guard.Unlock();
}
}  // namespace

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  auto quit = MakeChan<int>();
  auto gone = MakeChan<int>();
  go([=] {
    for (;;) {
      if (Select(Recv(time::After(*interval)), Recv(quit)) == 1) break;
      guard.Lock();
      std::printf("goroutines: %d\n", alive);
      guard.Unlock();
    }
    gone.Send(1);
  });
  sync::WaitGroup wg;
  for (int i = 0; i < *workers; i++) {
    wg.Add(1);
    go([&] {
      Change(1);
      time::Sleep(*sleep);
      Change(-1);
      wg.Done();
    });
  }
  wg.Wait();
  time::Sleep(*interval * 2);
  quit.Send(1);
  gone.Recv();
}
