// Stop closes a channel and does not wait until the loop has ended.
// If the old loop says that it has stopped after the service was started anew: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto stop = MakeChan<int>();
  sync::WaitGroup loops;
  sync::Mutex log;
  atomic::Bool running;
  running.Store(true);
  loops.Add(1);
  go([&] {
    stop.Recv();
    running.Store(false);
    for (int i = 0; i < 3; ++i) {
      log.Lock();
      log.Unlock();
    }
    loops.Done();
  });
  stop.Close();
  runtime::Gosched();
  running.Store(true);
  loops.Wait();
  if (!running.Load()) os::Exit(3);
}
