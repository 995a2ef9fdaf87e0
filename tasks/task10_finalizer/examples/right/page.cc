// As the course page has it: nobody is told, and the program ends by the deadlock report.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Thing {
  std::int64_t number;
};

GOLAB_MAIN() {
  for (int i = 0; i < 3; i++) {
    auto thing = gc::New<Thing>(i);
    runtime::SetFinalizer(thing, [](gc::Ptr<Thing> t) {
      fmt::Printf("finalizer for T#%d (goroutines now: %d)\n", t->number, runtime::NumGoroutine());
    });
  }
  runtime::GC();
  Select();
}
