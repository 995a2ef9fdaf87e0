// A cache is printed under its read lock, and printing takes that lock again (cockroach #6181).
// If another lookup asks for the write lock between the two: a deadlock.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Cache {
  sync::RWMutex mu;
  int descriptors = 0;

  int Print() {
    mu.RLock();
    const int n = descriptors;
    mu.RUnlock();
    return n;
  }

  void Lookup() {
    mu.RLock();
    runtime::KeepAlive(Print());
    mu.RUnlock();
    mu.Lock();
    ++descriptors;
    mu.Unlock();
  }
};

}  // namespace

GOLAB_MAIN() {
  Cache cache;
  sync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&] {
      cache.Lookup();
      wg.Done();
    });
  }
  wg.Wait();
}
