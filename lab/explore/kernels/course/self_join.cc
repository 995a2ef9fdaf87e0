// A goroutine that the group counts waits for the group.
// Every order: it waits for its own Done, and main for both.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto results = MakeChan<int>(2);
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    results.Send(1);
    wg.Done();
  });
  go([&] {
    wg.Wait();
    results.Close();
    wg.Done();
  });
  wg.Wait();
  for (const int r : results) runtime::KeepAlive(r);
}
