// must fail: rise
// Three goroutines take the sleeps of all workers from a queue.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

GOLAB_MAIN() {
  int* workers = flag::Int("workers", 10, "");
  auto* sleep = flag::Duration("sleep", time::Second, "");
  auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  auto jobs = MakeChan<int>(*workers);
  for (int i = 0; i < *workers; i++) jobs.Send(i);
  jobs.Close();
  sync::WaitGroup pool, watch;
  pool.Add(3);
  for (int i = 0; i < 3; i++) {
    go([&] {
      for (int job : jobs) {
        static_cast<void>(job);
        time::Sleep(*sleep);
      }
      pool.Done();
    });
  }
  auto quit = MakeChan<int>();
  watch.Add(1);
  go([&] {
    auto t = time::NewTicker(*interval);
    while (Select(Recv(quit), Recv(t.C)) == 1)
      std::printf("goroutines: %d\n", runtime::NumGoroutine());
    watch.Done();
  });
  pool.Wait();
  quit.Close();
  watch.Wait();
}
