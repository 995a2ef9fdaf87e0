// A cache in a static keeps the last that was made.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct T {
  int id;
};

static gc::Ptr<T>& Latest() {
  static gc::Ptr<T> latest;
  return latest;
}

GOLAB_MAIN() {
  for (int i = 0; i < 3; i++) {
    Latest() = gc::New<T>(i);
    runtime::SetFinalizer(Latest(), [](gc::Ptr<T> t) {
      std::printf("T#%d (goroutines now: %d)\n", t->id, runtime::NumGoroutine());
    });
  }
  runtime::GC();
  time::Sleep(time::Second);
}
