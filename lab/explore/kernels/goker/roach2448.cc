// A loop sends events; who takes them calls back into the loop through a channel (cockroach #2448).
// If an event's callback is sent while the loop sends the next event: both are left over.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Raft {
  Chan<int> events = MakeChan<int>();
  Chan<int> callbacks = MakeChan<int>();
  Chan<int> stop = MakeChan<int>();

  void Store() const {
    while (Select(Recv(events), Recv(stop)) == 0) Select(Send(callbacks, 1), Recv(stop));
  }

  void State() const {
    for (;;) {
      switch (Select(Recv(stop), Recv(callbacks), Default)) {
        case 0:
          return;
        case kDefault:
          Select(Send(events, 1), Recv(stop));
      }
    }
  }
};

}  // namespace

GOLAB_MAIN() {
  const Raft raft;
  go([=] { raft.Store(); });
  go([=] { raft.State(); });
}
