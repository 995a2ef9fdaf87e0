// A benchmark's loop starts a call and is stopped meanwhile (grpc #660).
// Every order: the call's goroutine is left over in its send of the result.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto stop = MakeChan<int>();
  go([=] {
    for (;;) {
      auto done = MakeChan<int>();
      go([=] {
        time::Sleep(time::Millisecond);
        done.Send(1);
      });
      if (Select(Recv(stop), Recv(done)) == 0) return;
    }
  });
  go([=] { stop.Send(1); });
}
