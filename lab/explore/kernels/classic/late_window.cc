// After a long time of work done rightly, a place is asked for and taken in two steps.
// If somebody takes it rightly between the two: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  atomic::Bool taken;
  atomic::Int32 owners;
  int work = 0;
  const auto work_rightly = [&](int times) {
    for (int i = 0; i < times; ++i) {
      mu.Lock();
      ++work;
      mu.Unlock();
    }
  };
  wg.Add(3);
  go([&] {
    work_rightly(4);
    if (!taken.Load()) {
      taken.Store(true);
      owners.Add(1);
    }
    wg.Done();
  });
  go([&] {
    work_rightly(4);
    wg.Done();
  });
  go([&] {
    work_rightly(4);
    if (taken.CompareAndSwap(false, true)) owners.Add(1);
    work_rightly(2);
    wg.Done();
  });
  wg.Wait();
  if (owners.Load() != 1) os::Exit(3);
}
