// One still lies in a channel that nobody reads.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct T {
  int id;
};

GOLAB_MAIN() {
  const auto queue = MakeChan<gc::Ptr<T>>(4);
  for (int i = 0; i < 3; i++) {
    queue.Send(gc::New<T>(i));
    auto t = queue.Recv();
    runtime::SetFinalizer(t, [](gc::Ptr<T> gone) {
      std::printf("T#%d (goroutines now: %d)\n", gone->id, runtime::NumGoroutine());
    });
    if (i == 1) queue.Send(t);
    if (i == 2) break;
  }
  runtime::GC();
  time::Sleep(time::Second);
}
