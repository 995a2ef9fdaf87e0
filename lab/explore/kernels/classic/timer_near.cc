// The work takes 95 ms, the deadline is 100 ms.
// If the worker is 5 ms late, main gives up on work that is done: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto result = MakeChan<int>(1);
  go([=] {
    sync::Mutex log;
    time::Sleep(95 * time::Millisecond);
    log.Lock();
    log.Unlock();
    result.Send(1);
  });
  if (Select(Recv(result), Recv(time::After(100 * time::Millisecond))) == 1) os::Exit(3);
}
