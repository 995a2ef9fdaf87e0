// A monitor reports at each tick until it is told to stop, and is waited for.
// Every order: it ends; how often it has reported is nobody's business.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto stop = MakeChan<int>();
  sync::WaitGroup workers, monitor;
  sync::Mutex mu;
  int done = 0, reports = 0;
  monitor.Add(1);
  go([&] {
    Defer told{[&] { monitor.Done(); }};
    const auto ticker = time::NewTicker(30 * time::Millisecond);
    Defer off{[&] { ticker.Stop(); }};
    while (Select(Recv(stop), Recv(ticker.C)) == 1) {
      mu.Lock();
      reports += done <= 2 ? 1 : 0;
      mu.Unlock();
    }
  });
  for (int i = 0; i < 2; ++i) {
    workers.Add(1);
    go([&] {
      time::Sleep(100 * time::Millisecond);
      mu.Lock();
      ++done;
      mu.Unlock();
      workers.Done();
    });
  }
  workers.Wait();
  stop.Close();
  monitor.Wait();
  if (done != 2 || reports == 0) os::Exit(3);
}
