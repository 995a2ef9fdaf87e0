// Nobody works while it is scanned.
#include <golab/golab.h>

using namespace golab;

struct T {
  int n = 0;
};

GOLAB_MAIN() {
  const auto ch = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(2);
  go([&wg, ch] {
    auto t = gc::New<T>();
    t->n = ch.Recv();
    wg.Done();
  });
  go([&wg] {
    time::Sleep(time::Second);
    wg.Done();
  });
  time::Sleep(50 * time::Millisecond);
  runtime::GC();
  ch.Send(1);
  wg.Wait();
}
