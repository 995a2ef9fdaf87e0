// Tests of golab's that pass, and leave goroutines behind: in a send and in a select.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(GolabLeaksASend, t) {
  const Chan<int> ch = MakeChan<int>();
  go([ch] { ch.Send(1); });
}

GOLAB_TEST(GolabLeaksASelect, t) {
  const Chan<int> in = MakeChan<int>();
  const Chan<int> out = MakeChan<int>();
  go([=] { Select(Recv(in), Send(out, 1)); });
}
