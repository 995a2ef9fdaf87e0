// Three goroutines live before the test, one of them ends while RunWork works; RunWork leaks
// nothing.
#include <golab/golab.h>
#include <golab/testing.h>

#include <utility>

using namespace golab;

void RunWork();

static Chan<int> work_begins;
static bool has_ended = false;

// Tests run in the order of the files' names, as in Go: this one is the first.
GOLAB_TEST(OthersAreAlive, t) {
  static_cast<void>(t);
  work_begins = MakeChan<int>();
  const auto started = MakeChan<int>();
  for (int i = 0; i < 3; i++) {
    go([started, i] {
      started.Send(1);
      if (i == 0) {
        work_begins.Recv();
      } else {
        MakeChan<int>().Recv();
      }
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
  const bool first = !std::exchange(has_ended, true);  // a test may call RunWork more than once
  if (first) work_begins.Close();
  AwaitEnd(first ? before - 1 : before);
}
