// no-race: main reads 'result' while goroutine 6 may be writing it
// With room for one value, the send does not wait for the receive.
#include <golab/golab.h>

using namespace golab;

int result = 0;

GOLAB_MAIN() {
  auto done = MakeChan<bool>(1);
  go([=] {
    time::Sleep(time::Millisecond);
    result = 42;
    done.Recv();
  });
  done.Send(true);
  time::Sleep(time::Second);
  fmt::Println(result);
}
