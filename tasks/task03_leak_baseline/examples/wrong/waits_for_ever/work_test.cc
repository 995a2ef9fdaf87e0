// must fail: catches-leak
// Waits until nothing is left: with a leak it never ends.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  while (runtime::NumGoroutine() > before) time::Sleep(10 * time::Millisecond);
  t.Logf("back to %d", before);
}
