// must fail: order
// The other one has ended by then.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Letter {
  int number;
};

GOLAB_MAIN() {
  flag::Parse();
  const auto call = MakeChan<int>();
  const auto answer = MakeChan<int>();
  const auto stop = MakeChan<bool>();
  sync::WaitGroup wg;

  // Waits in [chan receive] with a Ptr on its stack, which alone keeps the letter.
  wg.Add(1);
  go([&wg, call, answer] {
    Defer done{[&wg] { wg.Done(); }};
    const auto letter = gc::New<Letter>(42);
    const int factor = call.Recv();
    answer.Send(letter->number * factor);
  });

  // Works all the time: what it does has its place between the beginning and the end of the scan.
  wg.Add(1);
  go([&wg, stop] {
    Defer done{[&wg] { wg.Done(); }};
    for (int i = 0; i < 3; i++) runtime::Gosched();
  });

  time::Sleep(50 * time::Millisecond);  // until the first one waits
  for (int i = 0; i < 2; i++) runtime::GC();
  call.Send(2);
  std::printf("the letter is still there: %d\n", answer.Recv());
  stop.Close();
  wg.Wait();
}
