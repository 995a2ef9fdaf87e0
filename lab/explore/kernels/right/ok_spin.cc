// Two goroutines poll a flag, one with a yield and one with a select.
// Every order that is fair to the third: they see it.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  atomic::Bool ready;
  auto closed = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    while (!ready.Load()) runtime::Gosched();
    wg.Done();
  });
  go([&] {
    while (Select(Recv(closed), Default) == kDefault) {
    }
    wg.Done();
  });
  go([&] {
    time::Sleep(5 * time::Millisecond);
    ready.Store(true);
    closed.Close();
  });
  wg.Wait();
}
