// A trace of nothing first, then the one that counts, each in a file of its own.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static Error Traced(const String& path, const Func<void()>& f) {
  const auto [file, err] = os::Create(path);
  if (err) return err;
  Defer close{[&] { static_cast<void>(file.Close()); }};
  if (const Error failed = trace::Start(file)) return failed;
  Defer stop{[] { trace::Stop(); }};
  f();
  return nullptr;
}

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 5, "");
  const int* cycles = flag::Int("cycles", 3, "");
  const String* out = flag::String("out", "trace.out", "");
  flag::Parse();
  if (Traced("warm-up.out", [] { runtime::Gosched(); })) os::Exit(1);
  const Error err = Traced(*out, [&] {
    sync::Mutex mu;
    auto all = sync::NewCond(&mu);
    int left = *workers;
    for (int i = 0; i < *workers; i++) {
      go([&] {
        for (int k = 0; k < *cycles; k++) {
          long sum = 0;
          for (const auto start = time::Now(); time::Since(start) < 10 * time::Millisecond;) sum++;
          runtime::KeepAlive(sum);
          const auto timer = time::NewTimer(50 * time::Millisecond);
          timer.C.Recv();
        }
        mu.Lock();
        if (--left == 0) all.Broadcast();
        mu.Unlock();
      });
    }
    mu.Lock();
    while (left > 0) all.Wait();
    mu.Unlock();
    time::Sleep(time::Millisecond);  // who has signalled has still to end
  });
  if (err) os::Exit(1);
}
