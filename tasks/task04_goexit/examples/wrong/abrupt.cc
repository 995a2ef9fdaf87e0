// must fail: others-live
// The C library's exit, with the lines printed before it, so that they are there.
#include <golab/golab.h>

#include <cstdio>
#include <cstdlib>

using namespace golab;

void Level3() {
  std::puts("level3 defer");
  std::puts("level2 defer");
  std::puts("level1 defer");
  std::exit(0);
}

void Level2() {
  Level3();
}

void Level1() {
  Level2();
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
