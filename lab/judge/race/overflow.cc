// no-dangling: goroutine 7 computes 2147483647 + 1: no int can hold it
// A sum that grows past what its type holds.
#include <golab/golab.h>

using namespace golab;

int Add(int sum, int n) {
  return sum + n;
}

GOLAB_MAIN() {
  auto sums = MakeChan<int>(2);
  go([=] { sums.Send(Add(1, 2)); });
  go([=] { sums.Send(Add(2147483647, 1)); });
  sums.Recv();
  sums.Recv();
}
