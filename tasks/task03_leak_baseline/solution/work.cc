// The work that is tested: five goroutines that are joined before it returns.
#include <golab/golab.h>

using namespace golab;

void RunWork();

extern bool leak;  // the flag, see work_test.cc

static int Square(int n) {
  time::Sleep(time::Millisecond);
  return n * n;
}

void RunWork() {
  int squares[5] = {};
  sync::WaitGroup wg;
  for (int i = 0; i < 5; i++) {
    if (leak && i == 4) {
      go([] { MakeChan<int>().Recv(); });  // nobody can send: it stays for ever, and nothing tells
      continue;
    }
    wg.Add(1);
    go([&, i] {
      Defer done{[&] { wg.Done(); }};
      squares[i] = Square(i);
    });
  }
  wg.Wait();
}
