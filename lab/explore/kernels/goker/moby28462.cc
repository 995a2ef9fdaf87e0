// A monitor polls its stop and takes the container's lock; who stops it holds that lock (moby
// #28462). If the stop is sent between the monitor's poll and its Lock: a deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex container;
  auto stop = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    while (Select(Recv(stop), Default) == kDefault) {
      container.Lock();
      container.Unlock();
    }
    wg.Done();
  });
  go([&] {
    container.Lock();
    stop.Send(1);
    container.Unlock();
    wg.Done();
  });
  wg.Wait();
}
