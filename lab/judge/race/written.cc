// no-dangling: goroutine 6 writes 'sum' of Add after its end
// The result is written into a frame that is gone.
#include <golab/golab.h>

using namespace golab;

void Add(int a, int b) {
  int sum = 0;
  go([&sum, a, b] {
    time::Sleep(time::Millisecond);
    sum = a + b;
  });
}

GOLAB_MAIN() {
  Add(1, 2);
  time::Sleep(time::Second);
}
