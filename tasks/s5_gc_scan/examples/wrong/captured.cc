// The Ptr is in the closure, and none on the stack.
#include <golab/golab.h>

using namespace golab;

struct T {
  int n = 0;
};

GOLAB_MAIN() {
  const auto ch = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, ch, t = gc::New<T>()] {
    t->n = ch.Recv();
    wg.Done();
  });
  time::Sleep(50 * time::Millisecond);
  runtime::GC();
  ch.Send(1);
  wg.Wait();
}
