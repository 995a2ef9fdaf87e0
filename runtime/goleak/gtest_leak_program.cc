// GoogleTest with leak checks; run by goleak_test.cc.

#include "golab/golab.h"
#include "golab/gtest.h"

namespace {

using namespace golab;

void KnownOne() {
  Select();
}

TEST(Suite, Clean) {
  const Chan<int> c = MakeChan<int>();
  go([=] { c.Send(1); });
  EXPECT_EQ(c.Recv(), 1);
}

TEST(Suite, KeepsAKnownOne) {
  go(&KnownOne);
}

TEST(Suite, VerifiesItself) {
  Defer verified{[] { goleak::VerifyNone(goleak::IgnoreAnyFunction("main.KnownOne")); }};
  go([] { time::Sleep(time::Millisecond); });
}

TEST(Suite, Leaks) {
  go([] { Select(); });
}

TEST(Suite, LeaksAndVerifies) {
  Defer verified{[] { goleak::VerifyNone(); }};
  go([] { Select(); });
}

}  // namespace

GOLAB_GTEST_MAIN_VERIFIED(goleak::IgnoreAnyFunction("main.KnownOne"))
