// The test of golden/testing/test-fail.txt, with and without its leak.

#include "golab/golab.h"

using namespace golab;

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  time::Sleep(50 * time::Millisecond);
  if (os::Getenv("GO_TEST_LEAKS") != "") go([] { Select(); });
  if (const int after = runtime::NumGoroutine(); after > before) {
    t.Fatalf("leak: before=%d after=%d", before, after);
  }
}
