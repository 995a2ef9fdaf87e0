// must fail: rise
// Each worker sleeps twice, half as long: no sleep has the length that was asked for.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static void Nap(time::Duration d) {
  time::Sleep(d / 2);
}

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  sync::WaitGroup wg;
  auto quit = MakeChan<int>(), gone = MakeChan<int>();
  go([=] {
    auto t = time::NewTicker(*interval);
    for (bool on = true; on;) {
      switch (Select(Recv(t.C), Recv(quit))) {
        case 0:
          fmt::Println("goroutines:", runtime::NumGoroutine());
          break;
        case 1:
          on = false;
          break;
      }
    }
    gone.Close();
  });
  for (int i = 0; i < *workers; i++) {
    wg.Add(1);
    go([&] {
      Nap(*sleep);
      Nap(*sleep);
      wg.Done();
    });
  }
  wg.Wait();
  quit.Close();
  gone.Recv();
}
