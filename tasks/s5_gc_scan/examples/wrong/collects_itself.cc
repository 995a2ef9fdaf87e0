// The one that is to wait collects, and waits after that.
#include <golab/golab.h>

using namespace golab;

struct T {
  int n = 0;
};

GOLAB_MAIN() {
  const auto ch = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, ch] {
    auto t = gc::New<T>();
    runtime::GC();
    t->n = ch.Recv();
    wg.Done();
  });
  time::Sleep(50 * time::Millisecond);
  ch.Send(1);
  wg.Wait();
}
