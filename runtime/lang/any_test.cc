#include "golab/any.h"

#include <array>
#include <complex>
#include <map>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "golab/duration.h"
#include "golab/fmt.h"
#include "golab/func.h"
#include "golab/os.h"

struct S {
  int a, b;
};

enum class MyInt { kAnswer = 42 };

enum Plain : unsigned char { kOne = 1 };

struct Str {
  int n;

  golab::String String() const { return "Str#" + std::to_string(n); }
};

struct PtrErr {
  golab::String Text() const { return "ptr err"; }
};

namespace outer {
template <class T>
struct Box {
  T value;
};
}  // namespace outer

namespace golab {
namespace {

struct Key {};

struct OtherKey {};

struct Comparable {
  int n;

  bool operator==(const Comparable&) const = default;
};

// Go's texts: panic-values.txt of the ground truth, section by section.
TEST(Any, PanicTextIsGos) {
  const S value{1, 2};

  const struct {
    Any value;
    const char* want;  // a regular expression
  } cases[] = {
      {"boom", "boom"},
      {std::string("boom"), "boom"},
      {"", ""},
      {errors::New("boom"), "boom"},
      {fmt::Errorf("outer: %w", errors::New("inner")), "outer: inner"},
      {Str{7}, "Str#7"},
      {42, "42"},
      {std::int64_t{-42}, "-42"},
      {1.5, R"(\+1\.500000e\+000)"},
      {-1e100, R"(-1\.000000e\+100)"},
      {0.0, R"(\+0\.000000e\+000)"},
      {true, "true"},
      {std::complex<double>(1, 2), R"(\(\+1\.000000e\+000\+2\.000000e\+000i\))"},
      {MyInt::kAnswer, R"(main\.MyInt\(42\))"},
      {kOne, R"(main\.Plain\(1\))"},
      {S{1, 2}, R"(\(main\.S\) 0x[0-9a-f]+)"},
      {&value, R"(\(\*main\.S\) 0x[0-9a-f]+)"},
      {std::vector<int>{1}, R"(\(\[\]int\) 0x[0-9a-f]+)"},
      {"line1\nline2", "line1\n\tline2"},
      {nullptr, "panic called with nil argument"},
      {PtrErr{}, "ptr err"},
      {std::out_of_range("no such index"), "no such index"},
      {2 * time::Second, "2s"},
      {os::Interrupt, "interrupt"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    const std::string got = c.value.PanicText();
    EXPECT_TRUE(std::regex_match(got, std::regex(c.want))) << got;
  }
}

TEST(Any, TypeNameIsGos) {
  struct Local {};

  const struct {
    Any value;
    const char* want;
  } cases[] = {
      {nullptr, "<nil>"},
      {1, "int"},
      {1L, "int64"},
      {1U, "uint"},
      {std::size_t{1}, "uint64"},
      {'x', "uint8"},
      {U'x', "int32"},
      {1.0F, "float32"},
      {1.0, "float64"},
      {true, "bool"},
      {"s", "string"},
      {S{}, "main.S"},
      {Key{}, "golab.Key"},
      {Local{}, "main.Local"},
      {MyInt{}, "main.MyInt"},
      {static_cast<S*>(nullptr), "*main.S"},
      {time::Second, "time.Duration"},
      {os::Interrupt, "os.Signal"},
      {std::vector<std::string>{}, "[]string"},
      {std::map<std::string, std::vector<long>>{}, "map[string][]int64"},
      {std::array<int, 3>{}, "[3]int"},
      {outer::Box<S>{}, "main.outer.Box[main.S]"},
      {Func<int(double, String)>(), "func(float64, string) int"},
      {Func<void()>(), "func()"},
      {std::pair<int, int>{}, "std::pair<int, int>"},
      {errors::New("x"), "errors.ErrorString"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(c.value.TypeName(), c.want);
  }
}

TEST(Any, AsWantsTheExactType) {
  const Any number = 42;
  EXPECT_EQ(*number.As<int>(), 42);
  EXPECT_EQ(number.As<long>(), nullptr);
  EXPECT_EQ(number.As<Error>(), nullptr);
  EXPECT_EQ(*Any("x").As<String>(), "x");
  EXPECT_EQ(*Any(std::string("x")).As<String>(), "x");
  EXPECT_EQ(Any().As<int>(), nullptr);
}

TEST(Any, ErrorsAreFoundAsErrorsAndByType) {
  const Error err = PtrErr{};
  const Any any = err;
  ASSERT_NE(any.As<Error>(), nullptr);
  EXPECT_EQ(*any.As<Error>(), err);
  EXPECT_NE(any.As<PtrErr>(), nullptr);
  EXPECT_NE(Any(PtrErr{}).As<Error>(), nullptr);
  EXPECT_TRUE(Any(Error()) == nullptr) << "a nil error is nil in an any, as in Go";
}

TEST(Any, ComparesTypeAndValue) {
  EXPECT_TRUE(Any(1) == Any(1));
  EXPECT_FALSE(Any(1) == Any(2));
  EXPECT_FALSE(Any(1) == Any(1L));
  EXPECT_TRUE(Any("k") == Any(std::string("k")));
  EXPECT_TRUE(Any(Key{}) == Any(Key{}));
  EXPECT_FALSE(Any(Key{}) == Any(OtherKey{}));
  EXPECT_TRUE(Any(Comparable{1}) == Any(Comparable{1}));
  EXPECT_TRUE(Any() == nullptr);
  EXPECT_FALSE(Any() == Any(0));
}

TEST(Any, KnowsWhatIsComparable) {
  EXPECT_TRUE(Any(1).Comparable() && Any(Key{}).Comparable() && Any().Comparable());
  EXPECT_FALSE(Any(std::vector<int>{}).Comparable());
  EXPECT_FALSE(Any(S{}).Comparable()) << "no operator==";
}

TEST(AnyDeathTest, ComparingSlicesPanics) {
  const Any list = std::vector<int>{1};
  EXPECT_EXIT(static_cast<void>(list == list), testing::ExitedWithCode(2),
              "panic: runtime error: comparing uncomparable type \\[\\]int\n");
}

TEST(Any, HoldsWhatCannotBeCopied) {
  const Any any = std::make_unique<int>(5);
  const Any copy = any;
  EXPECT_EQ(**copy.As<std::unique_ptr<int>>(), 5);
}

}  // namespace
}  // namespace golab
