// A frame is announced under the lock that the monitor takes before it closes (kubernetes #6632).
// If the monitor hears of the end first, it waits for a lock whose owner waits for it.
#include <golab/golab.h>

using namespace golab;

namespace {
sync::Mutex write_lock;
}  // namespace

GOLAB_MAIN() {
  auto reset = MakeChan<int>();
  auto closing = MakeChan<int>(1);
  closing.Send(1);
  go([=] {
    write_lock.Lock();
    reset.Send(1);
    write_lock.Unlock();
  });
  go([=] {
    runtime::Gosched();
    while (Select(Recv(closing), Recv(reset)) == 1) {
    }
    write_lock.Lock();
    write_lock.Unlock();
  });
}
