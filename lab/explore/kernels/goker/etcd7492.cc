// Tokens are announced under the lock that the keeper takes at each tick (etcd #7492).
// If the keeper ticks while one is about to announce into a full channel: a deadlock, though a
// timer is live.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Keeper {
  sync::RWMutex mu;
  Chan<int> add = MakeChan<int>(1);
  Chan<Chan<int>> stop = MakeChan<Chan<int>>();

  void Run() {
    const auto ticker = time::NewTicker(time::Millisecond);
    int tokens = 0;
    for (;;) {
      Chan<int> waiting;
      switch (Select(Recv(add), Recv(ticker.C), Recv(stop, waiting))) {
        case 0:
          ++tokens;
          break;
        case 1:
          for (; tokens > 0; --tokens) {
            mu.Lock();
            mu.Unlock();
          }
          break;
        case 2:
          ticker.Stop();
          return waiting.Send(1);
      }
    }
  }

  void Assign() {
    mu.Lock();
    add.Send(1);
    mu.Unlock();
  }
};

}  // namespace

GOLAB_MAIN() {
  Keeper keeper;
  sync::WaitGroup wg;
  go([&] { keeper.Run(); });
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      keeper.Assign();
      wg.Done();
    });
  }
  wg.Wait();
  auto stopped = MakeChan<int>();
  keeper.stop.Send(stopped);
  stopped.Recv();
}
