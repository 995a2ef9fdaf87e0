// A handler sends under a lock that the receiver takes first (istio #16224).
// If the handler has the lock before main does: a deadlock.
#include <golab/golab.h>

using namespace golab;

namespace {

sync::Mutex lock;

void Monitor(RecvChan<int> events, SendChan<int> handled, RecvChan<int> stop) {
  while (Select(Recv(stop), Recv(events)) == 1) {
    lock.Lock();
    handled.Send(1);
    lock.Unlock();
  }
}

}  // namespace

GOLAB_MAIN() {
  auto events = MakeChan<int>(), handled = MakeChan<int>(), stop = MakeChan<int>();
  go(Monitor, RecvChan<int>(events), SendChan<int>(handled), RecvChan<int>(stop));
  events.Send(1);
  runtime::Gosched();
  lock.Lock();
  lock.Unlock();
  handled.Recv();
  stop.Close();
}
