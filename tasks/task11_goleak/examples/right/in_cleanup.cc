// With --none by t.Cleanup, with subtests; two known ones, of which one is started by the first
// test.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

namespace {

bool* none = nullptr;

void Serve(Chan<int> requests) {
  for (;;) requests.Recv();
}

void Tick() {
  for (;;) time::Sleep(time::Second);
}

goleak::Option Server() {
  return goleak::IgnoreAnyFunction("main.Serve");
}

goleak::Option Ticker() {
  return goleak::IgnoreAnyFunction("main.Tick");
}

void Watch(testing::T& t) {
  if (*none) t.Cleanup([t] { goleak::VerifyNone(t, Server(), Ticker()); });
}

GOLAB_TEST(InSubtests, t) {
  Watch(t);
  for (int n = 1; n < 3; n++) {
    t.Run(fmt::Sprintf("n=%d", n), [n](testing::T& sub) {
      Watch(sub);
      const Chan<int> ch = MakeChan<int>(n);
      for (int i = 0; i < n; i++) go([=] { ch.Send(i); });
      for (int i = 0; i < n; i++) ch.Recv();
    });
  }
}

}  // namespace

GOLAB_TEST_MAIN(m) {
  none = flag::Bool("none", false, "VerifyNone in each test");
  flag::Parse();
  go(&Serve, MakeChan<int>());
  go(&Tick);
  if (*none) return static_cast<void>(m.Run());
  goleak::VerifyTestMain(m, Server(), Ticker());
}
