// Gives time before the collection, not after it.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct T {
  int id;
};

GOLAB_MAIN() {
  for (int i = 0; i < 3; i++) {
    runtime::SetFinalizer(gc::New<T>(i), [](gc::Ptr<T> t) {
      std::printf("T#%d (goroutines now: %d)\n", t->id, runtime::NumGoroutine());
    });
  }
  time::Sleep(time::Second);
  runtime::GC();
}
