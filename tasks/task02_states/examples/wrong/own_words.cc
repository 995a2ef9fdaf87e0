// must fail: dump
// Takes the dump, and tells about it in words of its own.
#include <golab/golab.h>

#include <cstdio>

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
  time::Sleep(100 * time::Millisecond);
  const String dump = runtime::Stack(true);
  std::printf("%zu bytes: runnable, sleep, chan receive, chan send, sync.Mutex.Lock. PASS\n",
              dump.size());
}
