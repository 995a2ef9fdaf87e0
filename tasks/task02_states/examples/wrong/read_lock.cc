// must fail: mutex
// Waits for a read lock: an RWMutex, not a Mutex.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  flag::Parse();
  static sync::RWMutex rw;
  rw.Lock();
  go([] { rw.RLock(); });
  go([] { time::Sleep(time::Hour); });
  go([] { MakeChan<int>().Recv(); });
  go([] { MakeChan<int>().Send(1); });
  go([] {
    volatile int i = 0;
    for (;;) i = i + 1;
  });
  time::Sleep(100 * time::Millisecond);
  fmt::Print(runtime::Stack(true));
}
