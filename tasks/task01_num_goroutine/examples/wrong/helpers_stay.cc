// must fail: fall
// Each worker has a helper that waits for a message which only comes if something goes wrong.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

class Worker {
 public:
  explicit Worker(time::Duration nap) : nap_(nap) {}

  void Run(sync::WaitGroup* wg) const {
    const auto trouble = trouble_;
    go([trouble] {
      if (trouble.Recv() != 0) std::fprintf(stderr, "trouble\n");
    });
    time::Sleep(nap_);
    wg->Done();
  }

 private:
  time::Duration nap_;
  Chan<int> trouble_ = MakeChan<int>();
};

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  sync::WaitGroup wg, watch;
  wg.Add(*workers);
  for (int i = 0; i < *workers; i++) {
    go([&wg, w = Worker(*sleep)] { w.Run(&wg); });
  }
  auto quit = MakeChan<bool>();
  watch.Add(1);
  go([&] {
    auto t = time::NewTicker(*interval);
    Defer d{[&] { watch.Done(); }};
    while (Select(Recv(quit), Recv(t.C)) != 0)
      fmt::Printf("goroutines: %d\n", runtime::NumGoroutine());
  });
  wg.Wait();
  time::Sleep(5 * *interval);
  quit.Close();
  watch.Wait();
}
