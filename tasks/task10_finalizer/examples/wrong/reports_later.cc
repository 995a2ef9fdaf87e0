// The finalizers note who is gone, and main prints it.
#include <golab/golab.h>

#include <cstdio>
#include <vector>

using namespace golab;

struct T {
  int id;
};

GOLAB_MAIN() {
  sync::Mutex mu;
  std::vector<int> gone;
  for (int i = 0; i < 3; i++) {
    runtime::SetFinalizer(gc::New<T>(i), [&](gc::Ptr<T> t) {
      mu.Lock();
      gone.push_back(t->id);
      mu.Unlock();
    });
  }
  runtime::GC();
  time::Sleep(time::Second);
  mu.Lock();
  for (const int id : gone) std::printf("T#%d (goroutines now: %d)\n", id, runtime::NumGoroutine());
  mu.Unlock();
}
