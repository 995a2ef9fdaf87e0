// must fail: order
// Level1 defers the print of level2, and the other way round.
#include <golab/golab.h>

using namespace golab;

static auto Later(const char* text) {
  return Defer{[text] { fmt::Println(text); }};
}

static void Level3() {
  auto d = Later("level3 defer");
  runtime::Goexit();
}

static void Level2() {
  auto d = Later("level1 defer");
  Level3();
}

static void Level1() {
  auto d = Later("level2 defer");
  Level2();
}

GOLAB_MAIN() {
  flag::Parse();
  auto done = MakeChan<int>();
  go([done] {
    Defer d{[done] { done.Close(); }};
    Level1();
  });
  done.Recv();
}
