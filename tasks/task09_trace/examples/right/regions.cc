// With a task, regions and logs; workers started by a helper goroutine.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

namespace {

void Busy() {
  long sum = 0;
  for (const auto start = time::Now(); time::Since(start) < 10 * time::Millisecond; ++sum) {
  }
  runtime::KeepAlive(sum);
}

struct Pool {
  sync::WaitGroup wg;

  void Run(const context::Context& ctx, int id, int cycles) {
    Defer joined{[&] { wg.Done(); }};
    for (int i = 0; i < cycles; i++) {
      trace::WithRegion(ctx, "compute", Busy);
      const auto region = trace::StartRegion(ctx, "sleep");
      time::Sleep(50 * time::Millisecond);
    }
    trace::Logf(ctx, "worker", "%d is through", id);
  }
};

}  // namespace

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 5, "number of workers");
  const int* cycles = flag::Int("cycles", 3, "cycles of each");
  const String* out = flag::String("out", "trace.out", "file");
  flag::Parse();
  const auto [file, err] = os::Create(*out);
  if (err) os::Exit(1);
  if (trace::Start(file)) os::Exit(1);
  auto [ctx, task] = trace::NewTask(context::Background(), "everything");
  Pool pool;
  pool.wg.Add(*workers);
  sync::WaitGroup started;
  started.Add(1);
  go([&, ctx = ctx] {
    Defer d{[&] { started.Done(); }};
    for (int i = 0; i < *workers; i++) go([&pool, ctx, i, n = *cycles] { pool.Run(ctx, i, n); });
  });
  started.Wait();
  pool.wg.Wait();
  task.End();
  trace::Stop();
  static_cast<void>(file.Close());
}
