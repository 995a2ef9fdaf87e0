// A goroutine prints the number every 20 ms while the rounds go on.
#include <golab/golab.h>

#include <cstdio>
#include <cstring>

using namespace golab;

static void Show() {
  std::FILE* f = std::fopen("/proc/self/status", "r");
  if (f == nullptr) return;
  char line[200];
  while (std::fgets(line, sizeof line, f)) {
    if (std::strncmp(line, "Threads:", 8) == 0) std::printf("%s", line);
  }
  std::fclose(f);
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  const auto done = MakeChan<bool>(), over = MakeChan<bool>();
  go([=] {
    Show();
    while (Select(Recv(done), Recv(time::After(20 * time::Millisecond))) == 1) Show();
    Show();
    over.Close();
  });
  time::Sleep(10 * time::Millisecond);
  sync::WaitGroup plain, pinned;
  for (int i = 0; i < *n; i++) {
    plain.Add(1);
    go([&plain] { plain.Done(); });
  }
  plain.Wait();
  time::Sleep(50 * time::Millisecond);
  for (int i = 0; i < *n; i++) {
    pinned.Add(1);
    go([&pinned] {
      Defer d{[&] { pinned.Done(); }};
      runtime::LockOSThread();
      time::Sleep(50 * time::Millisecond);
    });
  }
  pinned.Wait();
  time::Sleep(50 * time::Millisecond);
  done.Close();
  over.Recv();
}
