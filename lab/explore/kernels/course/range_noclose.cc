// The results are ranged over, and nobody closes their channel once all are in.
// Every order: the consumer waits for one more.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto results = MakeChan<int>();
  auto summed = MakeChan<int>();
  sync::WaitGroup producers;
  for (int i = 0; i < 3; ++i) {
    producers.Add(1);
    go([&, i] {
      results.Send(i);
      producers.Done();
    });
  }
  go([&] {
    int sum = 0;
    for (const int r : results) sum += r;
    summed.Send(sum);
  });
  producers.Wait();
  summed.Recv();
}
