// no-race: main reads 'ready' while goroutine 6 may be writing it
// A flag that nobody guards; a sleep orders nothing.
#include <golab/golab.h>

using namespace golab;

bool ready = false;

GOLAB_MAIN() {
  go([] {
    ready = true;
  });
  time::Sleep(time::Second);
  if (ready) fmt::Println("ready");
}
