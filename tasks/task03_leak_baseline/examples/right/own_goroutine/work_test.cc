// The work runs in a goroutine of its own, so that the test can say when it takes too long.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

GOLAB_TEST(NoLeak, t) {
  const int before = runtime::NumGoroutine();
  const auto done = MakeChan<int>(1);
  go([done] {
    RunWork();
    done.Send(1);
  });
  switch (Select(Recv(done), Recv(time::After(time::Second)))) {
    case 1:
      t.Fatalf("RunWork takes longer than a second");
  }
  int after = 0;
  for (int tries = 0; tries < 10; tries++) {
    time::Sleep(10 * time::Millisecond);
    after = runtime::NumGoroutine();
    if (after <= before) return;
  }
  t.Fatalf("leak: before=%d after=%d", before, after);
}
