// A status is sent under the lock that the receiver takes after each receive (kubernetes #10182).
// If a second setter has the lock before the receiver: both are left over.
#include <golab/golab.h>

using namespace golab;

namespace {

sync::RWMutex pod_lock;

void Sync(RecvChan<int> pods) {
  for (int i = 0; i < 3; ++i) {
    pods.Recv();
    pod_lock.Lock();
    pod_lock.Unlock();
  }
}

void SetStatus(SendChan<int> pods) {
  pod_lock.Lock();
  pods.Send(1);
  pod_lock.Unlock();
}

}  // namespace

GOLAB_MAIN() {
  auto pods = MakeChan<int>();
  go(Sync, RecvChan<int>(pods));
  for (int i = 0; i < 3; ++i) go(SetStatus, SendChan<int>(pods));
}
