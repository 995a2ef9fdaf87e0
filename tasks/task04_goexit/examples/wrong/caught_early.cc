// must fail: never
// variation: panic
// Level2 recovers already, so that Level1 goes on behind its call.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static bool* b = flag::Bool("panic", false, "");

static void Level3() {
  Defer d{[] { std::puts("level3 defer"); }};
  if (*b) panic("x");
  runtime::Goexit();
}

static void Level2() {
  WithDefers([](Defers& defer) {
    defer([] {
      if (auto r = recover()) std::printf("recovered: %s\n", r.Text().c_str());
    });
    defer([] { std::puts("level2 defer"); });
    Level3();
  });
}

static void Level1() {
  Defer d{[] { std::puts("level1 defer"); }};
  Level2();
  std::puts("level1 after");
}

GOLAB_MAIN() {
  flag::Parse();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer d{[&] { wg.Done(); }};
    Level1();
  });
  wg.Wait();
}
