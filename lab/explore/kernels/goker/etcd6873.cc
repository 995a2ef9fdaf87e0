// A broadcaster is stopped under the lock that its loop takes for each update (etcd #6873).
// If an update is still to be handled when stop has the lock: both are left over.
#include <golab/golab.h>

using namespace golab;

namespace {

sync::Mutex mu;

void Handle(RecvChan<int> updates, SendChan<int> done) {
  for (const int update : updates) {
    mu.Lock();
    runtime::KeepAlive(update);
    mu.Unlock();
  }
  done.Close();
}

void Stop(SendChan<int> updates, RecvChan<int> done) {
  mu.Lock();
  updates.Close();
  done.Recv();
  mu.Unlock();
}

}  // namespace

GOLAB_MAIN() {
  auto updates = MakeChan<int>(1);
  auto done = MakeChan<int>();
  go(Handle, RecvChan<int>(updates), SendChan<int>(done));
  Select(Send(updates, 1), Default);
  go(Stop, SendChan<int>(updates), RecvChan<int>(done));
}
