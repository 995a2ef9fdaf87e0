// Another goroutine takes the dump; main holds the mutex and waits for it.
#include <cstdio>
#include <cstring>

#include "golab/golab.h"

namespace {

struct Exhibit {
  golab::sync::Mutex door;
  golab::Chan<int> empty = golab::MakeChan<int>();
  golab::Chan<int> full = golab::MakeChan<int>(2);
  golab::sync::WaitGroup ready;
};

void Photographer(golab::Chan<bool> done) {
  golab::time::Sleep(golab::time::Second / 4);
  static char buffer[1 << 16];
  const std::size_t n = golab::runtime::Stack(buffer, sizeof buffer, true);
  std::fwrite(buffer, 1, n, stderr);
  done.Send(true);
}

int Fibonacci(int n) {
  return n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);
}

}  // namespace

GOLAB_MAIN() {
  auto* e = new Exhibit;
  golab::flag::Parse();
  e->door.Lock();
  golab::go([e] { e->door.Lock(); });
  golab::go([e] {
    for (int i = 0;; ++i) e->full.Send(i);  // two fit, the third waits
  });
  golab::go([e] { golab::Select(golab::Recv(e->empty)); });  // one case: a plain receive
  golab::go([] { golab::time::Sleep(30 * golab::time::Second); });
  e->ready.Add(1);
  golab::go([e] {
    golab::time::Sleep(golab::time::Millisecond);  // blocked before the loop, not in it
    e->ready.Done();
    volatile int sink = 0;
    for (;;) sink = sink + Fibonacci(12);
  });
  e->ready.Wait();
  auto done = golab::MakeChan<bool>();
  golab::go(Photographer, done);
  done.Recv();
}
