// must fail: catches-leak
// Says what it saw, and passes.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  time::Sleep(50 * time::Millisecond);
  t.Logf("before=%d after=%d", before, runtime::NumGoroutine());
}
