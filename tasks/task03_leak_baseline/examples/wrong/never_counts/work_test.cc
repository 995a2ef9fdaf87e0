// must fail: catches-leak
// The test of the starter: it calls RunWork, and looks at nothing.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  RunWork();
  static_cast<void>(t);
}
