// task4: Goexit by hand. What to do is in README.md (golab show task4).
//
// Watch it: golab run task4      Have it judged: golab check task4
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// Three levels. Each is to defer a print of its name ("level3 defer"), and to say "level3 after"
// and so on behind its call. Level3 ends the goroutine with runtime::Goexit().
//
// Two ways to defer, both run on return, panic and Goexit:
//   Defer d{[] { ... }};                       one scope; it needs a name
//   WithDefers([](Defers& defer) { defer([] { ... }); ... });   one Go function, which can recover

void Level3() {
  std::puts("level3 defer");
}

void Level2() {
  Level3();
  std::puts("level2 after");
}

void Level1() {
  Level2();
  std::puts("level1 after");
}

GOLAB_MAIN() {
  flag::Parse();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg] {
    Level1();
    wg.Done();
  });
  wg.Wait();
  std::puts("main goes on");
}
