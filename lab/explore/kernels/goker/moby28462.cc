// A monitor polls its stop and takes the container's lock; who stops it holds that lock (moby
// #28462). If the monitor has polled before the stop is sent: both are left over.
#include <golab/golab.h>

using namespace golab;

namespace {
sync::Mutex container;
}  // namespace

GOLAB_MAIN() {
  auto stop = MakeChan<int>();
  go([=] {
    while (Select(Recv(stop), Default) == kDefault) {
      container.Lock();
      container.Unlock();
    }
  });
  go([=] {
    container.Lock();
    stop.Send(1);
    container.Unlock();
  });
}
