// A chain: each waits for the one before it.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  Chan<int> left = MakeChan<int>();
  const Chan<int> first = left;
  for (int i = 0; i < 7; ++i) {
    const Chan<int> right = MakeChan<int>();
    go([left, right] { right.Send(left.Recv() + 1); });
    left = right;
  }
  first.Send(0);
  if (left.Recv() != 7) panic("the chain is broken");
}
