// no-dangling: goroutine 6 reads 'local' of Start after its end
// A goroutine outlives the function whose variable it captured.
#include <golab/golab.h>

using namespace golab;

void Start(Chan<int> out) {
  int local = 7;
  go([&local, out] {
    time::Sleep(time::Millisecond);
    out.Send(local);
  });
}

GOLAB_MAIN() {
  auto out = MakeChan<int>(1);
  Start(out);
  fmt::Println(out.Recv());
}
