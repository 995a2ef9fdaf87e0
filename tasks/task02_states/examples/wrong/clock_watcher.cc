// must fail: running
// Looks busy, but waits a moment on a timer in each turn.
#include <golab/golab.h>

using namespace golab;

static void Watch() {
  auto t = time::NewTicker(3 * time::Millisecond);
  for (;;) t.C.Recv();
}

GOLAB_MAIN() {
  flag::Parse();
  static sync::Mutex m;
  m.Lock();
  go(Watch);
  go([] { time::Sleep(time::Hour); });
  go([] { MakeChan<int>().Recv(); });
  go([] { MakeChan<int>().Send(1); });
  go([] { m.Lock(); });
  time::Sleep(100 * time::Millisecond);
  fmt::Print(runtime::Stack(true));
}
