// A worker told to stop may leave jobs behind. Status 3 says so.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto jobs = MakeChan<int>(3);
  auto stop = MakeChan<int>();
  sync::WaitGroup wg;
  int done = 0;
  wg.Add(1);
  go([&] {
    Defer told{[&] { wg.Done(); }};
    for (;;) {
      switch (Select(Recv(jobs), Recv(stop))) {
        case 0:
          ++done;
          break;
        case 1:
          return;
      }
    }
  });
  for (int i = 0; i < 3; ++i) jobs.Send(i);
  runtime::Gosched();
  stop.Close();
  wg.Wait();
  if (done != 3) os::Exit(3);
}
