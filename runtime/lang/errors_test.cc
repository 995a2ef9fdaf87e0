#include "golab/errors.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "golab/any.h"
#include "golab/fmt.h"
#include "golab/io.h"

namespace golab {
namespace {

struct NotFound {
  String name;

  String Text() const { return name + ": not found"; }
};

struct Wrapper {
  Error err;

  std::string Text() const { return "wrapped " + std::string(err.Text()); }

  Error Unwrap() const { return err; }
};

struct Several {
  std::vector<Error> errs;

  String Text() const { return "several"; }

  const std::vector<Error>& Unwrap() const { return errs; }
};

struct Timeout {
  String Text() const { return "timeout"; }

  bool Is(const Error& target) const { return target == io::Eof; }
};

Error Find(const String& name) {
  return NotFound{name};
}

TEST(Error, IsNilByDefaultAndComparesByIdentity) {
  const Error nil;
  const Error one = errors::New("x");
  const Error copy = one;
  EXPECT_TRUE(nil == nullptr && !nil && Error(nullptr) == nil);
  EXPECT_TRUE(one != nullptr && one == copy);
  EXPECT_FALSE(one == errors::New("x"));
  EXPECT_EQ(one.Text(), "x");
}

TEST(ErrorDeathTest, TextOfNilPanics) {
  EXPECT_EXIT(Error().Text(), testing::ExitedWithCode(2),
              "invalid memory address or nil pointer dereference");
}

TEST(Error, HoldsCxxExceptions) {
  const Error err = std::runtime_error("boom");
  EXPECT_EQ(err.Text(), "boom");
}

TEST(Errors, AsFindsTheTypeAtAnyDepth) {
  const Error err = Wrapper{Several{{errors::New("x"), Wrapper{Find("a.txt")}}}};
  const NotFound* const found = errors::As<NotFound>(err);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "a.txt");
  EXPECT_EQ(errors::As<Timeout>(err), nullptr);
  EXPECT_EQ(errors::As<NotFound>(nullptr), nullptr);
}

TEST(Errors, IsFindsTheErrorAtAnyDepth) {
  const Error target = errors::New("target");
  EXPECT_TRUE(errors::Is(target, target));
  EXPECT_TRUE(errors::Is(Wrapper{Several{{errors::New("x"), Wrapper{target}}}}, target));
  EXPECT_FALSE(errors::Is(errors::New("target"), target));
  EXPECT_TRUE(errors::Is(Timeout{}, io::Eof)) << "by its method Is";
  EXPECT_TRUE(errors::Is(nullptr, nullptr));
  EXPECT_FALSE(errors::Is(nullptr, target));
  EXPECT_FALSE(errors::Is(target, nullptr));
}

TEST(Errors, ConstantsReadAsErrors) {
  const Error err = io::Eof;
  EXPECT_TRUE(err == io::Eof && io::Eof == err && err != nullptr);
  EXPECT_EQ(fmt::Sprint(io::Eof), "EOF");
  EXPECT_EQ(errors::Unwrap(fmt::Errorf("read: %w", io::Eof)), io::Eof);
  const Any any = io::Eof;
  EXPECT_EQ(*any.As<Error>(), io::Eof);
}

// Go prints for this: "a\nb" true <nil> true
TEST(Errors, JoinLikeGo) {
  const Error a = errors::New("a");
  const Error b = errors::New("b");
  const Error joined = errors::Join(a, nullptr, b);
  EXPECT_EQ(joined.Text(), "a\nb");
  EXPECT_TRUE(errors::Is(joined, b));
  EXPECT_EQ(errors::Unwrap(joined), nullptr);
  EXPECT_EQ(errors::Join(nullptr, nullptr), nullptr);
  EXPECT_EQ(errors::Join(), nullptr);
}

TEST(Errors, ErrorfWraps) {
  const Error a = errors::New("a");
  const Error b = errors::New("b");
  EXPECT_EQ(errors::Unwrap(fmt::Errorf("x: %w", a)), a);
  EXPECT_EQ(fmt::Errorf("x: %w", a).Text(), "x: a");
  const Error both = fmt::Errorf("%w and %w", a, b);
  EXPECT_EQ(both.Text(), "a and b");
  EXPECT_TRUE(errors::Is(both, a) && errors::Is(both, b));
  EXPECT_EQ(errors::Unwrap(both), nullptr);
  EXPECT_EQ(errors::Unwrap(fmt::Errorf("%v", a)), nullptr);
  EXPECT_EQ(fmt::Errorf("%w", 5).Text(), "%!w(int=5)");
  EXPECT_EQ(fmt::Errorf("%w", Error()).Text(), "%!w(<nil>)");
  EXPECT_EQ(fmt::Sprintf("%w", a).Slice(0, 4), "%!w(") << "only Errorf wraps";
}

}  // namespace
}  // namespace golab
