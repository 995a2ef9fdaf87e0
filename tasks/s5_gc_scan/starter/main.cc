// s5: GC and a waiting goroutine. What to do is in README.md (golab show s5).
//
// Watch it: golab run s5 --events      Have it judged: golab check s5
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Letter {
  int number;
};

GOLAB_MAIN() {
  flag::Parse();
  const auto call = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, call] {
    Defer done{[&wg] { wg.Done(); }};
    // A letter, by gc::New<Letter>(...), that this goroutine alone refers to while it waits.
    std::printf("got %d\n", call.Recv());
  });
  // Who works meanwhile? When is the collection, and what ends the wait after it?
  call.Send(1);
  wg.Wait();
}
