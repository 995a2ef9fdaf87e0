// A goroutine is left over.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto never = MakeChan<int>();
  go([=] { never.Recv(); });
  runtime::Gosched();
}
