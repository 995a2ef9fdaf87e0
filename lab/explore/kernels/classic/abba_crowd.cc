// Two locks in two orders, in a crowd of goroutines that do nothing wrong for most of their time.
// If one of the two is switched away from between its locks and the other gets a turn: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex a, b, log;
  sync::WaitGroup wg;
  const auto write = [&log](int lines) {
    for (int i = 0; i < lines; ++i) {
      log.Lock();
      log.Unlock();
    }
  };
  const auto both = [&](sync::Mutex& first, sync::Mutex& second) {
    write(2);
    first.Lock();
    second.Lock();
    second.Unlock();
    first.Unlock();
    write(3);
    wg.Done();
  };
  wg.Add(6);
  go([&] { both(a, b); });
  for (int i = 0; i < 4; ++i) {
    go([&] {
      write(3);
      wg.Done();
    });
  }
  go([&] { both(b, a); });
  wg.Wait();
}
