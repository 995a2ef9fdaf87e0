// A statement holds the configuration's read lock and asks for it again, deep below (cockroach
// #16167). If an update asks for the write lock between the two: a deadlock.
#include <golab/golab.h>

using namespace golab;

namespace {
sync::RWMutex config;
}  // namespace

GOLAB_MAIN() {
  go([] {
    for (int update = 0; update < 2; ++update) {
      config.Lock();
      config.Unlock();
    }
  });
  config.RLock();
  config.RLock();
  config.RUnlock();
  config.RUnlock();
}
