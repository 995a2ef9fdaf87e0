// Each that fails reports its error if there is none yet; the look and the report are two steps.
// If two have looked before one reports: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  int error = 0, reports = 0;
  for (int number = 1; number <= 2; ++number) {
    wg.Add(1);
    go([&, number] {
      mu.Lock();
      const bool none = error == 0;
      mu.Unlock();
      if (none) {
        mu.Lock();
        error = number;
        ++reports;
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  if (reports != 1) os::Exit(3);
}
