// Counts down under a mutex; a condition tells when all have left.
#include <golab/golab.h>

using namespace golab;

void RunWork();

namespace {
struct Gate {
  sync::Mutex mu;
  sync::Cond empty = sync::NewCond(&mu);
  int inside = 0;
};

void Visit(Gate* gate, int n) {
  for (int i = 0; i < n; ++i) runtime::Gosched();
  gate->mu.Lock();
  if (--gate->inside == 0) gate->empty.Broadcast();
  gate->mu.Unlock();
}
}  // namespace

void RunWork() {
  static Gate gate;
  gate.mu.Lock();
  gate.inside = 5;
  for (int i = 0; i < 5; ++i) go(Visit, &gate, i);
  while (gate.inside > 0) gate.empty.Wait();
  gate.mu.Unlock();
}
