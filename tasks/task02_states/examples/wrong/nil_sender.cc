// must fail: chan-send
// A send on a nil channel waits as well, but under another name.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  flag::Parse();
  static sync::Mutex m;
  m.Lock();
  SendChan<int> out;
  go([=] { out.Send(5); });
  go([] { time::Sleep(time::Hour); });
  go([] { MakeChan<int>().Recv(); });
  go([] { m.Lock(); });
  go([] {
    volatile int i = 0;
    for (;;) i = i + 1;
  });
  time::Sleep(100 * time::Millisecond);
  fmt::Print(runtime::Stack(true));
}
