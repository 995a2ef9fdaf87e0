// must fail: no-false-alarm
// Settles for a moment that is too short.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  time::Sleep(5 * time::Millisecond);
  if (const int extra = runtime::NumGoroutine() - before; extra > 0)
    t.Fatalf("%d goroutines leaked", extra);
}
