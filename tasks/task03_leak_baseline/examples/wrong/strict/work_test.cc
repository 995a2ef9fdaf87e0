// must fail: passes-clean
// Expects that the work ends one goroutine more than it starts.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  time::Sleep(100 * time::Millisecond);
  const int after = runtime::NumGoroutine();
  if (!(after < before)) t.Errorf("before=%d after=%d", before, after);
}
