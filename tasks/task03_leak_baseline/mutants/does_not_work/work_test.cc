// must fail: spawns
// RunWork is never called.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  time::Sleep(50 * time::Millisecond);
  const int after = runtime::NumGoroutine();
  if (after > before) t.Fatalf("leak: before=%d after=%d", before, after);
}
