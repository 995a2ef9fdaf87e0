// Three goroutines live before, during and after the test; RunWork leaks nothing.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

// Tests run in the order of the files' names, as in Go: this one is the first.
GOLAB_TEST(OthersAreAlive, t) {
  static_cast<void>(t);
  const auto started = MakeChan<int>();
  for (int i = 0; i < 3; i++) {
    go([started] {
      started.Send(1);
      MakeChan<int>().Recv();
    });
  }
  for (int i = 0; i < 3; i++) started.Recv();
}

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
