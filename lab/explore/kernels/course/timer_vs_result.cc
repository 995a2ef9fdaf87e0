// The deadline is as long as the work, so that both are due at the same instant.
// Go's order: main's timer is older and fires first; status 3 says that the result came too late.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto result = MakeChan<int>(1);
  const auto deadline = time::After(100 * time::Millisecond);
  go([=] {
    time::Sleep(100 * time::Millisecond);
    result.Send(1);
  });
  if (Select(Recv(result), Recv(deadline)) == 1) os::Exit(3);
}
