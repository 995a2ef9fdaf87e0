// A deadline far behind the work, and room for a result that comes late.
// Every order: the result is there first, nobody is left over.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto result = MakeChan<int>(1);
  go([=] {
    time::Sleep(50 * time::Millisecond);
    result.Send(1);
  });
  if (Select(Recv(result), Recv(time::After(100 * time::Millisecond))) == 1) os::Exit(3);
}
