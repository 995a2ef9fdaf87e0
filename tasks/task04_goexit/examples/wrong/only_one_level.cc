// must fail: order
// Level3 ends a goroutine of its own: the levels above it never leave by Goexit.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static void Level3() {
  Defer d{[] { std::puts("level3 defer"); }};
  runtime::Goexit();
}

static void Level2() {
  Defer d{[] { std::puts("level2 defer"); }};
  go(Level3);
}

static void Level1() {
  Defer d{[] { std::puts("level1 defer"); }};
  Level2();
}

GOLAB_MAIN() {
  flag::Parse();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer d{[&] { wg.Done(); }};
    Level1();
    time::Sleep(time::Second);
  });
  wg.Wait();
}
