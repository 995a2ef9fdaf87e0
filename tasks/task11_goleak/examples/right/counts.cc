// Without goleak: counts again and again, until as many are there as before or half a second is
// over.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(Pipeline, t) {
  const Chan<int> in = MakeChan<int>();
  const Chan<int> out = MakeChan<int>();
  go([=] {
    for (int v : in) out.Send(v + 1);
    out.Close();
  });
  in.Send(1);
  if (out.Recv() != 2) t.Error("not 2");
  in.Close();
}

GOLAB_TEST_MAIN(m) {
  go([] {
    for (;;) time::Sleep(time::Minute);
  });
  const int before = runtime::NumGoroutine();
  const int status = m.Run();
  for (int i = 0; i < 50 && runtime::NumGoroutine() > before; i++)
    time::Sleep(10 * time::Millisecond);
  if (const int extra = runtime::NumGoroutine() - before; extra > 0) {
    fmt::Fprintf(os::Stderr(), "%d goroutines too many\n", extra);
    os::Exit(1);
  }
  os::Exit(status);
}
