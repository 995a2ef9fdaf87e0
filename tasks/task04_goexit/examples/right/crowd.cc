// Other goroutines run beside, one of them ends by Goexit too; main waits on a condition.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

namespace {

bool* with_panic;
sync::Mutex mu;
sync::Cond changed = sync::NewCond(&mu);
int left = 0;

void Leave() {
  mu.Lock();
  --left;
  mu.Unlock();
  changed.Signal();
}

void Level3() {
  Defer a{[] { fmt::Println("level3 defer"); }};
  Defer b{[] { time::Sleep(time::Millisecond); }};  // deferred functions may wait
  if (*with_panic) panic("x");
  runtime::Goexit();
}

void Level2() {
  Defer a{[] { fmt::Println("level2 defer"); }};
  Level3();
  fmt::Println("level2 after");
}

void Level1() {
  WithDefers([](Defers& defer) {
    defer([] { fmt::Println("level1 defer"); });
    defer([] {
      if (auto r = recover()) fmt::Printf("recovered: %v\n", r.Value());
    });
    Level2();
    fmt::Println("level1 after");
  });
}

void Start(void (*f)()) {
  mu.Lock();
  ++left;
  mu.Unlock();
  go([f] {
    Defer d{Leave};
    f();
  });
}

}  // namespace

GOLAB_MAIN() {
  with_panic = flag::Bool("panic", false, "");
  flag::Parse();
  Start([] { time::Sleep(20 * time::Millisecond); });
  Start(Level1);
  Start([] { runtime::Goexit(); });
  mu.Lock();
  while (left > 0) changed.Wait();
  mu.Unlock();
  fmt::Println("all gone");
}
