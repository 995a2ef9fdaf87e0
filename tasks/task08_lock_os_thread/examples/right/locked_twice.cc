// Two locks and one unlock leave one: the thread ends all the same.
#include <golab/golab.h>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace golab;

static int ThreadsNow() {
  std::string text;
  if (std::FILE* f = std::fopen("/proc/self/status", "r")) {
    char piece[512];
    for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, f)) > 0;)
      text.append(piece, got);
    std::fclose(f);
  }
  const auto at = text.find("Threads:");
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 8);
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  const bool* unlock = flag::Bool("unlock", false, "unlock as often as locked");
  flag::Parse();
  for (const bool lock : {false, true}) {
    sync::WaitGroup wg;
    wg.Add(*n);
    for (int i = 0; i < *n; i++) {
      go([&] {
        if (lock) {
          runtime::LockOSThread();
          runtime::LockOSThread();
        }
        time::Sleep(30 * time::Millisecond);
        if (lock) runtime::UnlockOSThread();
        if (lock && *unlock) runtime::UnlockOSThread();
        wg.Done();
      });
    }
    wg.Wait();
    time::Sleep(60 * time::Millisecond);
    std::printf("lock=%d threads: %d\n", lock, ThreadsNow());
  }
}
