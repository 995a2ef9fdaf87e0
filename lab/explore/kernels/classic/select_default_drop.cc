// News that nobody is waiting for at this very moment is dropped, and its subscriber waits for
// ever. If main speaks before each subscriber is in its receive: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  Chan<int> subscribers[4];
  sync::WaitGroup wg;
  for (auto& news : subscribers) {
    news = MakeChan<int>();
    wg.Add(1);
    go([&] {
      news.Recv();
      wg.Done();
    });
  }
  runtime::Gosched();
  for (auto& news : subscribers) Select(Send(news, 1), Default);
  wg.Wait();
}
