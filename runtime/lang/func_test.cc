#include "golab/func.h"

#include <functional>
#include <memory>

#include <gtest/gtest.h>

namespace golab {
namespace {

TEST(Func, IsNilWhenMadeOfNothing) {
  int (*const null)(int) = nullptr;
  const std::function<int(int)> empty;
  EXPECT_TRUE(Func<int(int)>() == nullptr);
  EXPECT_TRUE(Func<int(int)>(nullptr) == nullptr);
  EXPECT_TRUE(Func<int(int)>(null) == nullptr);
  EXPECT_TRUE(Func<int(int)>(empty) == nullptr);
  EXPECT_FALSE(static_cast<bool>(Func<int(int)>()));
  EXPECT_TRUE(Func<long(int)>(Func<int(int)>()) == nullptr);
}

TEST(Func, CopiesShareTheirState) {
  const Func<int()> count = [n = 0]() mutable { return ++n; };
  const Func<int()> copy = count;
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(copy(), 2);
}

TEST(Func, HoldsMoveOnlyCallablesAndFreesThem) {
  const auto watch = std::make_shared<int>(7);
  {
    Func<int()> f = [kept = std::make_unique<std::shared_ptr<int>>(watch)] { return **kept; };
    EXPECT_EQ(f(), 7);
    EXPECT_EQ(watch.use_count(), 2);
  }
  EXPECT_EQ(watch.use_count(), 1);
}

TEST(Func, PassesReferencesAndMoves) {
  const Func<void(int&, std::unique_ptr<int>)> f = [](int& out, std::unique_ptr<int> in) {
    out = *in;
  };
  int got = 0;
  f(got, std::make_unique<int>(3));
  EXPECT_EQ(got, 3);
}

TEST(Func, DropsAResultThatIsNotWanted) {
  const Func<void()> f = [] { return 1; };
  f();
}

TEST(FuncDeathTest, CallingNilPanicsLikeGo) {
  const Func<void()> nil;
  EXPECT_EXIT(nil(), testing::ExitedWithCode(2),
              "panic: runtime error: invalid memory address or nil pointer dereference\n");
}

}  // namespace
}  // namespace golab
