// The collection is over before anybody waits.
#include <golab/golab.h>

using namespace golab;

struct T {
  int n = 0;
};

GOLAB_MAIN() {
  runtime::GC();
  const auto ch = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, ch] {
    auto t = gc::New<T>();
    t->n = ch.Recv();
    wg.Done();
  });
  time::Sleep(50 * time::Millisecond);
  ch.Send(1);
  wg.Wait();
}
