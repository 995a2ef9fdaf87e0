// One object, made in a function of its own; main gives the finalizer time.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Buffer {
  char bytes[256];
  int number = 7;
};

static void Gone(gc::Ptr<Buffer> buffer) {
  const int count = runtime::NumGoroutine();
  std::printf("T#%d is gone, goroutines now: %d\n", buffer->number, count);
}

static void Use() {
  gc::Ptr<Buffer> buffer = gc::New<Buffer>();
  runtime::SetFinalizer(buffer, &Gone);
  buffer->bytes[0] = 'x';
}

GOLAB_MAIN() {
  Use();
  for (int turn = 0; turn < 3; turn++) {
    runtime::GC();
    time::Sleep(100 * time::Millisecond);
  }
}
