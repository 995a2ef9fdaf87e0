// Nobody asks: the heap grows until a collection begins.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Big {
  char bytes[64 << 10];
};

GOLAB_MAIN() {
  const auto ch = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&wg, ch] {
    Defer done{[&wg] { wg.Done(); }};
    auto mine = gc::New<Big>();
    mine->bytes[0] = static_cast<char>(ch.Recv());
  });
  atomic::Bool over;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    while (!over.Load()) runtime::Gosched();
  });
  time::Sleep(50 * time::Millisecond);
  for (int i = 0; i < 200; i++) gc::New<Big>();
  ch.Send('x');
  over.Store(true);
  wg.Wait();
  std::printf("done\n");
}
