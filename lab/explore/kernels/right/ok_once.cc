// Two users of one thing that is made when it is first needed.
// Every order: it is made once, and made when it is used.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Once once;
  sync::WaitGroup wg;
  int made = 0;
  atomic::Int32 wrong;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      once.Do([&] {
        runtime::Gosched();
        ++made;
      });
      if (made != 1) wrong.Add(1);
      wg.Done();
    });
  }
  wg.Wait();
  if (wrong.Load() != 0) os::Exit(3);
}
