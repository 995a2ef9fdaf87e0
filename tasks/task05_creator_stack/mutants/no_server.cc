// must fail: endpoint
// Nobody listens.
#include <golab/golab.h>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Recv();
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  static_cast<void>(addr);
  const auto ch = MakeChan<int>();
  for (int i = 0; i < *n; i++) go(WaitForever, ch);
  Select();
}
