// A reader takes the read lock a second time, in a function that it calls.
// If a writer has come in between, the second waits for the writer, who waits for the first: a
// deadlock.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  int value = 0;
  const auto read = [&] {
    mu.RLock();
    const int v = value;
    mu.RUnlock();
    return v;
  };
  wg.Add(2);
  go([&] {
    mu.RLock();
    runtime::KeepAlive(read());
    mu.RUnlock();
    wg.Done();
  });
  go([&] {
    mu.Lock();
    ++value;
    mu.Unlock();
    wg.Done();
  });
  wg.Wait();
}
