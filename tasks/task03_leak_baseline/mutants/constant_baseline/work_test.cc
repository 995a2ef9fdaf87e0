// must fail: uses-baseline
// Two goroutines are there where the author tried it: the runner and the test.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  RunWork();
  time::Sleep(50 * time::Millisecond);
  if (runtime::NumGoroutine() > 2) t.Fatalf("leak");
}
