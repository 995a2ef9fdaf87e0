// Nothing wrong: every schedule ends.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

GOLAB_MAIN() {
  auto results = MakeChan<int>();
  for (int i = 0; i < 4; ++i) {
    go([=] {
      time::Sleep(i * time::Millisecond);
      results.Send(i);
    });
  }
  int sum = 0;
  for (int i = 0; i < 4; ++i) sum += results.Recv();
  std::printf("sum %d\n", sum);
}
