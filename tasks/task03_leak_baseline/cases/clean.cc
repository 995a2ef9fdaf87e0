// A RunWork without a leak: five goroutines, all gone when it returns.
#include <golab/golab.h>

using namespace golab;

void RunWork();

// Returns when no more goroutines are there than `before`: those that called Done have ended, too.
static void AwaitEnd(int before) {
  while (runtime::NumGoroutine() > before) time::Sleep(time::Millisecond);
}

void RunWork() {
  const int before = runtime::NumGoroutine();
  sync::WaitGroup wg;
  for (int i = 0; i < 5; i++) {
    wg.Add(1);
    go([&wg] {
      Defer done{[&wg] { wg.Done(); }};
      time::Sleep(time::Millisecond);
    });
  }
  wg.Wait();
  AwaitEnd(before);
}
