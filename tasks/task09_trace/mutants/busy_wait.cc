// must fail: cycles
// The pause is a loop that looks at the clock.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// About 10 ms of work, by the clock.
void Compute() {
  long sum = 0;
  for (const auto start = time::Now(); time::Since(start) < 10 * time::Millisecond;) {
    for (int i = 0; i < 100; i++) sum += i;
  }
  runtime::KeepAlive(sum);  // or a compiler may leave the loop out
}

void Work(int cycles) {
  for (int i = 0; i < cycles; i++) {
    Compute();
    for (const auto start = time::Now(); time::Since(start) < 50 * time::Millisecond;)
      runtime::Gosched();
  }
}

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 5, "number of workers");
  const int* cycles = flag::Int("cycles", 3, "how often each computes and sleeps");
  const String* out = flag::String("out", "trace.out", "file of the trace");
  flag::Parse();

  const auto [file, err] = os::Create(*out);
  if (err) {
    std::printf("%s\n", err.Text().c_str());
    os::Exit(1);
  }
  if (const Error failed = trace::Start(file)) {
    std::printf("%s\n", failed.Text().c_str());
    os::Exit(1);
  }

  sync::WaitGroup wg;
  for (int i = 0; i < *workers; i++) {
    wg.Add(1);
    go([&wg, n = *cycles] {
      Defer joined{[&] { wg.Done(); }};
      Work(n);
    });
  }
  wg.Wait();

  trace::Stop();  // all of it is in the file when this returns: only then may main end
  static_cast<void>(file.Close());
}
