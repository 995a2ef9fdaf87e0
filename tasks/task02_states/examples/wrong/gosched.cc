// must fail: settled
// Main gives up its turn once, and hopes that all others have had theirs. In many schedules they
// have not.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  flag::Parse();
  static sync::Mutex m;
  m.Lock();
  go([] { time::Sleep(time::Hour); });
  go([] { MakeChan<int>().Recv(); });
  go([] { MakeChan<int>().Send(1); });
  go([] { m.Lock(); });
  go([] {
    volatile int i = 0;
    for (;;) i = i + 1;
  });
  runtime::Gosched();
  fmt::Print(runtime::Stack(true));
}
