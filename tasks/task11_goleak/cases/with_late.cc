// A test of golab's without a leak: its goroutine ends 200 ms after it.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(GolabEndsLate, t) {
  go([] { time::Sleep(200 * time::Millisecond); });
}
