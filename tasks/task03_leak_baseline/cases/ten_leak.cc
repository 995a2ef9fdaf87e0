// A RunWork with ten leaks: nobody receives what they send.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  const auto results = MakeChan<int>();
  for (int i = 0; i < 10; i++) {
    go([=] { results.Send(i); });
  }
}
