// Waits for a mutex, not on a channel.
#include <golab/golab.h>

using namespace golab;

struct T {
  int n = 0;
};

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  mu.Lock();
  wg.Add(1);
  go([&] {
    auto t = gc::New<T>();
    mu.Lock();
    t->n++;
    mu.Unlock();
    wg.Done();
  });
  time::Sleep(50 * time::Millisecond);
  runtime::GC();
  mu.Unlock();
  wg.Wait();
}
