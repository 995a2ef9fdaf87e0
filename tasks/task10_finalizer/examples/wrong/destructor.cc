// The destructor prints: no finalizer is asked for.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct T {
  explicit T(int n) : id(n) {}
  ~T() { std::printf("T#%d (goroutines now: %d)\n", id, runtime::NumGoroutine()); }
  int id;
};

GOLAB_MAIN() {
  for (int i = 0; i < 3; i++) gc::New<T>(i);
  runtime::GC();
}
