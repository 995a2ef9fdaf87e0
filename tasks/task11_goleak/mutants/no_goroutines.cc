// must fail: passes
// Tests without a goroutine.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void Heartbeat(RecvChan<time::Time> beat) {
  for (;;) beat.Recv();
}

GOLAB_TEST(Adds, t) {
  if (1 + 1 != 2) t.Fatal("wrong");
}

GOLAB_TEST_MAIN(m) {
  go(&Heartbeat, time::NewTicker(100 * time::Millisecond).C);
  goleak::VerifyTestMain(m, goleak::IgnoreAnyFunction("main.Heartbeat"));
}
