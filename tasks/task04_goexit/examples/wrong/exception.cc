// must fail: goexit
// Leaves by a C++ exception that the goroutine's first function catches.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Leave {};

struct Say {
  const char* what;

  ~Say() { std::puts(what); }
};

void Level3() {
  Say s{"level3 defer"};
  throw Leave{};
}

void Level2() {
  Say s{"level2 defer"};
  Level3();
}

void Level1() {
  Say s{"level1 defer"};
  Level2();
}

GOLAB_MAIN() {
  flag::Parse();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer d{[&] { wg.Done(); }};
    try {
      Level1();
    } catch (const Leave&) {
    }
  });
  wg.Wait();
}
