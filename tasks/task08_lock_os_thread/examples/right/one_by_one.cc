// One goroutine after the other, the locked and the others in turn.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static long ReadThreads() {
  long threads = 0;
  char line[128];
  std::FILE* f = std::fopen("/proc/self/status", "r");
  while (f != nullptr && std::fgets(line, sizeof line, f) != nullptr)
    std::sscanf(line, "Threads: %ld", &threads);
  if (f != nullptr) std::fclose(f);
  return threads;
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  std::printf("before: threads = %ld\n", ReadThreads());
  for (int i = 0; i < 2 * *n; i++) {
    const auto over = MakeChan<int>(1);
    go([=] {
      if (i % 2 == 0) runtime::LockOSThread();
      over.Send(i);
    });
    over.Recv();
  }
  time::Sleep(100 * time::Millisecond);
  std::printf("after: threads = %ld\n", ReadThreads());
}
