// no-dangling: goroutine 6 shifts by 32: int has 32 bits
// A mask with a bit for each worker, and one worker more than there are bits.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto ready = MakeChan<int>();
  for (int worker = 32; worker >= 31; worker--) {
    go([=] { ready.Send(1 << worker); });
    ready.Recv();
  }
}
