// no-dangling: goroutine 6 uses index 4 of an array of 4
// One turn too many.
#include <golab/golab.h>

using namespace golab;

int Sum(int size) {
  int weights[4] = {1, 2, 3, 4};
  int sum = 0;
  for (int i = 0; i <= size; i++) sum += weights[i];
  return sum;
}

GOLAB_MAIN() {
  auto out = MakeChan<int>();
  go([=] { out.Send(Sum(4)); });
  fmt::Println(out.Recv());
}
