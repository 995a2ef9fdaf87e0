// A test of golab's: it passes, and leaves a goroutine behind that nobody can wake.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(GolabLeaks, t) {
  const Chan<int> ch = MakeChan<int>();
  go([ch] { ch.Recv(); });
}
