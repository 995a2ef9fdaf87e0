// Tests of GoogleTest on goroutines, most of which fail; run by gtest_test.cc.

#include <stdexcept>

#include "golab/golab.h"
#include "golab/gtest.h"

namespace {

using golab::Chan;
using golab::Defer;
using golab::MakeChan;

TEST(Body, IsAGoroutine) {
  EXPECT_EQ(golab::runtime::NumGoroutine(), 2);
  const Chan<int> c = MakeChan<int>();
  golab::go([=] { c.Send(7); });
  EXPECT_EQ(c.Recv(), 7);
}

TEST(Body, ExpectsOnAnyGoroutine) {
  golab::sync::WaitGroup wg;
  wg.Add(1);
  golab::go([&] {
    EXPECT_EQ(1, 2) << "from a goroutine";
    wg.Done();
  });
  wg.Wait();
}

TEST(Body, Panics) {
  golab::panic("boom");
}

TEST(Body, Throws) {
  throw std::runtime_error("thrown");
}

TEST(Body, Goexits) {
  Defer said{[] { golab::fmt::Println("deferred"); }};
  golab::runtime::Goexit();
}

TEST(Body, Skips) {
  GTEST_SKIP() << "not today";
}

TEST(Body, Asserts) {
  ASSERT_TRUE(false) << "asserted";
  golab::fmt::Println("not reached");
}

class Fixture : public ::testing::Test {
 protected:
  void SetUp() override { value_ = 3; }

  int value_ = 0;
};

TEST_F(Fixture, HasItsMembers) {
  EXPECT_EQ(value_, 3);
}

TEST(Body, Dies) {
  EXPECT_EXIT(golab::os::Exit(3), ::testing::ExitedWithCode(3), "");
}

}  // namespace

GOLAB_GTEST_MAIN()
