// A tree of contexts is cancelled from its root, and all who work under it are waited for.
// Every order: everybody sees the end.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto [below, cancel_below] = context::WithTimeout(ctx, time::Second);
  Defer release{cancel_below};
  auto beats = MakeChan<int>();
  sync::WaitGroup wg;
  for (const context::Context& c : {ctx, below}) {
    wg.Add(1);
    go([&, c] {
      Defer told{[&] { wg.Done(); }};
      while (Select(Recv(c.Done()), Send(beats, 1)) == 1) {
      }
      if (!errors::Is(c.Err(), context::Canceled)) os::Exit(3);
    });
  }
  for (int i = 0; i < 3; ++i) beats.Recv();
  cancel();
  wg.Wait();
}
