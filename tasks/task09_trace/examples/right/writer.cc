// The trace goes through a writer of the program's own, which counts.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

struct Counting {
  os::File to;
  std::size_t bytes = 0;

  io::Transfer Write(const char* data, std::size_t size) {
    bytes += size;
    return to.Write(data, size);
  }
};

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 5, "");
  const int* cycles = flag::Int("cycles", 3, "");
  const String* out = flag::String("out", "trace.out", "");
  flag::Parse();
  const auto [file, err] = os::Create(*out);
  if (err) os::Exit(1);
  Counting counting{file};
  if (trace::Start(io::Writer(&counting))) os::Exit(1);
  sync::WaitGroup wg;
  for (int i = 0; i < *workers; i++) {
    wg.Add(1);
    go([&] {
      Defer joined{[&] { wg.Done(); }};
      for (int k = 0; k < *cycles; k++) {
        long sum = 0;
        for (const auto start = time::Now(); time::Since(start) < 10 * time::Millisecond;) sum++;
        runtime::KeepAlive(sum);
        switch (Select(Recv(time::After(50 * time::Millisecond)))) {
          default:
            break;
        }
      }
    });
  }
  wg.Wait();
  trace::Stop();
  std::printf("%zu bytes\n", counting.bytes);
  static_cast<void>(file.Close());
}
