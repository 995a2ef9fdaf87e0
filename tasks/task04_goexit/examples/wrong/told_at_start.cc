// must fail: done
// The goroutine reports on a channel before it goes down the levels; main does not wait for the
// end.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

void Level3() {
  Defer d{[] { std::puts("level3 defer"); }};
  runtime::Goexit();
}

void Level2() {
  Defer d{[] { std::puts("level2 defer"); }};
  Level3();
  std::puts("level2 after");
}

void Level1() {
  Defer d{[] { std::puts("level1 defer"); }};
  Level2();
  std::puts("level1 after");
}

GOLAB_MAIN() {
  flag::Parse();
  auto started = MakeChan<int>();
  go([started] {
    started.Send(1);
    Level1();
  });
  started.Recv();
  time::Sleep(100 * time::Millisecond);
  std::puts("PASS");
}
