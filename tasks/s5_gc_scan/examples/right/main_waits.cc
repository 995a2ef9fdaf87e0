// main is the one that waits.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Box {
  int n;
  gc::Ptr<Box> inner;
};

GOLAB_MAIN() {
  auto box = gc::New<Box>(1, gc::New<Box>(2, nullptr));
  const auto done = MakeChan<int>();
  const auto quit = MakeChan<int>();
  go([quit] {
    for (;;) {
      switch (Select(Recv(quit), Default)) {
        case 0:
          return;
        default:
          runtime::Gosched();
      }
    }
  });
  go([done, quit] {
    time::Sleep(50 * time::Millisecond);
    for (int i = 0; i < 3; i++) runtime::GC();
    quit.Close();
    done.Send(1);
  });
  const int n = done.Recv();
  std::printf("%d\n", box->n + box->inner->n + n);
}
