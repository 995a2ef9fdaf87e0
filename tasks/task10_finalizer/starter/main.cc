// task10: Finalizer. What to do is in README.md (golab show task10).
//
// Watch it: golab run task10      Have it judged: golab check task10
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// gc::New<T>(...) makes an object that is collected; gc::Ptr<T> refers to it, until the end of its
// scope or its next assignment. What `new` makes is none of the collector's.
struct T {
  int id;
};

GOLAB_MAIN() {
  flag::Parse();
  for (int i = 0; i < 3; i++) {
    auto t = gc::New<T>(i);
    // runtime::SetFinalizer(t, [](gc::Ptr<T> dropped) { ... });   [&] or [t] would not do here
    std::printf("T#%d is there\n", t->id);
  }
  // runtime::GC() finds what is unreachable. When have the finalizers run?
}
