// Who waits with a deadline goes away; who is late tells it on a channel without room.
// Every order: the late one is left over in its send.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto done = MakeChan<int>();
  go([=] {
    time::Sleep(200 * time::Millisecond);
    done.Send(1);
  });
  Select(Recv(done), Recv(time::After(100 * time::Millisecond)));
  time::Sleep(time::Second);
}
