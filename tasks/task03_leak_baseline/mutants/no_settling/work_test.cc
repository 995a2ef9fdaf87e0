// must fail: no-false-alarm
// Counts at once: what is about to end counts as a leak.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  const int after = runtime::NumGoroutine();
  if (after > before) t.Fatalf("leak: before=%d after=%d", before, after);
}
