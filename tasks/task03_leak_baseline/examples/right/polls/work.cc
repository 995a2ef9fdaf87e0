// One goroutine starts the others, results come back on a channel.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  const auto results = MakeChan<int>();
  go([results] {
    for (int i = 0; i < 6; ++i) {
      go([results, i] { results.Send(i * i); });
    }
  });
  int sum = 0;
  for (int i = 0; i < 6; ++i) sum += results.Recv();
  if (sum != 55) panic("wrong sum");
}
