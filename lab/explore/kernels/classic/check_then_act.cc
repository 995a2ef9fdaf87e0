// The balance is looked at under its lock, and drawn on under the lock taken anew.
// If both have looked before one draws: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  int balance = 100;
  for (int i = 0; i < 2; ++i) {
    wg.Add(1);
    go([&] {
      mu.Lock();
      const bool enough = balance >= 100;
      mu.Unlock();
      if (enough) {
        mu.Lock();
        balance -= 100;
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  if (balance < 0) os::Exit(3);
}
