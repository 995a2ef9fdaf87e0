// A test of golab's that passes, and leaves a goroutine behind that sleeps for an hour.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(GolabLeaksASleep, t) {
  go([] { time::Sleep(time::Hour); });
}
