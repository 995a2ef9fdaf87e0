// must fail: uses-baseline
// The baseline is taken once, before any test runs.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

static int before = 0;

GOLAB_TEST(NoLeak, t) {
  before = before == 0 ? 2 : before;
  RunWork();
  int after = 0;
  for (int i = 0; i < 20; i++) {
    after = runtime::NumGoroutine();
    if (after <= before) return;
    time::Sleep(5 * time::Millisecond);
  }
  t.Errorf("leak: %d instead of %d", after, before);
}
