// A balancer sends under its lock; who receives takes the lock before the next receive (grpc
// #1353). If the second update is sent before the first is handled: both are left over.
#include <golab/golab.h>

using namespace golab;

namespace {

sync::Mutex mu;

void WatchUpdates(SendChan<int> addresses) {
  for (int i = 0; i < 3; ++i) {
    mu.Lock();
    addresses.Send(i);
    mu.Unlock();
  }
  addresses.Close();
}

void WatchBalancer(RecvChan<int> addresses) {
  for (const int address : addresses) {
    mu.Lock();  // takes the old connection down
    runtime::KeepAlive(address);
    mu.Unlock();
  }
}

}  // namespace

GOLAB_MAIN() {
  auto addresses = MakeChan<int>();
  go(WatchUpdates, SendChan<int>(addresses));
  go(WatchBalancer, RecvChan<int>(addresses));
}
