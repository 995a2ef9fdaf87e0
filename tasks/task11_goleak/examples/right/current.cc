// What is there before the tests is known: IgnoreCurrent names nobody.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

GOLAB_TEST(Meets, t) {
  const auto ch = MakeChan<int>();
  go([=] { ch.Send(7); });
  if (ch.Recv() != 7) t.Error("not 7");
}

GOLAB_TEST_MAIN(m) {
  go([] { Select(); });
  goleak::VerifyTestMain(m, goleak::IgnoreCurrent());
}
