// Runs, finds and exits by itself; the known one is named by who creates it.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

namespace {

void StartLogger(Chan<String> lines) {
  go([=] {
    for (const String& line : lines) fmt::Println(line);
  });
}

GOLAB_TEST(Joins, t) {
  sync::WaitGroup wg;
  atomic::Int64 sum;
  for (int i = 1; i <= 3; i++) {
    wg.Add(1);
    go([&, i] {
      Defer done{[&] { wg.Done(); }};
      sum.Add(i);
    });
  }
  wg.Wait();
  if (sum.Load() != 6) t.Fatalf("sum is %d", sum.Load());
}

}  // namespace

GOLAB_TEST_MAIN(m) {
  const Chan<String> lines = MakeChan<String>();
  StartLogger(lines);
  int status = m.Run();
  if (const Error err = goleak::Find(goleak::IgnoreCreatedBy("main.StartLogger"))) {
    fmt::Fprintln(os::Stderr(), err);
    status = 1;
  }
  os::Exit(status);
}
