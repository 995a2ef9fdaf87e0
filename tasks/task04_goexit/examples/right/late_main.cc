// Main sleeps first and waits then: the goroutine has long ended when main comes to Wait.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

sync::WaitGroup wg;
bool* as_panic = flag::Bool("panic", false, "panic");

void Level3() {
  Defer say{[] { std::fputs("level3 defer\n", stdout); }};
  time::Sleep(5 * time::Millisecond);
  if (*as_panic) panic(errors::New("x"));
  runtime::Goexit();
}

void Level2() {
  Defer say{[] { std::fputs("level2 defer\n", stdout); }};
  Level3();
}

void Level1() {
  WithDefers([](Defers& defer) {
    defer([] {
      if (auto r = recover()) std::fprintf(stdout, "recovered: %s\n", r.Text().c_str());
    });
    defer([] { std::fputs("level1 defer\n", stdout); });
    Level2();
  });
}

GOLAB_MAIN() {
  flag::Parse();
  wg.Add(1);
  go([] {
    Defer d{[] { wg.Done(); }};
    Level1();
  });
  time::Sleep(time::Second);
  wg.Wait();
  std::fputs("still here\n", stdout);
}
