// Each URL has a lock of its own, taken under the lock of the table of them (hugo #3251).
// If one waits for a URL under the table's lock, the URL's owner cannot look it up to unlock it: a
// deadlock.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Locks {
  sync::RWMutex table;
  sync::Mutex url;

  void Lock() {
    table.Lock();
    url.Lock();
    table.Unlock();
  }

  void Unlock() {
    table.RLock();
    url.Unlock();
    table.RUnlock();
  }
};

}  // namespace

GOLAB_MAIN() {
  Locks locks;
  sync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&] {
      for (int j = 0; j < 2; ++j) {
        locks.Lock();
        locks.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
}
