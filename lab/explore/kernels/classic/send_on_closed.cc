// The producer asks whether the channel is closed and then sends.
// If main closes it between the two: a panic.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto events = MakeChan<int>(4);
  atomic::Bool closed;
  atomic::Int32 lines;
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    if (!closed.Load()) events.Send(1);
    lines.Add(1);
    wg.Done();
  });
  runtime::Gosched();
  closed.Store(true);
  events.Close();
  wg.Wait();
}
