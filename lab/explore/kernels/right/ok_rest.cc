// What main does not wait for ends by itself once main has returned.
// Every order: nobody is left over.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto told = MakeChan<int>(3);
  for (int i = 0; i < 3; ++i) go([=] { told.Send(i); });
  told.Recv();
}
