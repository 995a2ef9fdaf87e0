// A recursive function is all three levels; main waits for a place in a channel.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static bool* p = flag::Bool("panic", false, "with a panic");

static void Level(int n) {
  WithDefers([n](Defers& defer) {
    defer([n] { std::printf("level%d defer\n", n); });
    if (n == 1) {
      defer([] {
        if (auto r = recover()) std::printf("recovered: %s\n", r.Text().c_str());
      });
    }
    if (n < 3) {
      Level(n + 1);
      std::printf("level%d after\n", n);
    } else if (*p) {
      panic("x");
    } else {
      runtime::Goexit();
    }
  });
}

void Level1() {
  Level(1);
}

GOLAB_MAIN() {
  flag::Parse();
  const auto place = MakeChan<int>(1);
  place.Send(1);
  go([place] {
    WithDefers([place](Defers& defer) {
      defer([place] { place.Recv(); });
      Level1();
    });
  });
  place.Send(2);
  std::printf("main has the place\n");
}
