// must fail: others-live
// Ends the process in place of the goroutine.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static bool use_panic = false;

void Level3() {
  Defer print{[] { std::puts("level3 defer"); }};
  if (use_panic) panic("x");
  os::Exit(0);
}

void Level2() {
  Defer print{[] { std::puts("level2 defer"); }};
  Level3();
  std::puts("level2 after");  // never: neither Goexit nor a panic comes back to here
}

// One Go function: what it defers runs when the body is left, the last deferred first. Only a
// function deferred here may recover (a Defer guard cannot stop a panic), and it must call
// recover() itself: from a function that it calls, recover() gives nothing.
void Level1() {
  WithDefers([](Defers& defer) {
    defer([] { std::puts("level1 defer"); });
    defer([] {
      if (auto reason = recover()) std::printf("recovered: %s\n", reason.Text().c_str());
    });
    Level2();
    std::puts("level1 after");  // never
  });
}

GOLAB_MAIN() {
  flag::BoolVar(&use_panic, "panic", false, "panic in place of Goexit");
  flag::Parse();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg] {
    Defer done{[&wg] { wg.Done(); }};  // deferred first: it runs last, after all prints
    Level1();
  });
  wg.Wait();
  std::puts("main goes on");
}
