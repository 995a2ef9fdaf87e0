#include "golab/flag.h"

#include <string>

#include <gtest/gtest.h>

#include "golab/fmt.h"

#include "runtime/lang/arguments.h"
#include "runtime/lang/flag_registry.h"

namespace golab {
namespace {

class Flag : public testing::Test {
 protected:
  ~Flag() override { rt::ForgetFlags(); }

  template <class... A>
  static void Run(const A&... words) {
    rt::SetArguments({"prog", words...});
    flag::Parse();
  }
};

using FlagDeathTest = Flag;

TEST_F(Flag, ReadsEveryForm) {
  const int* const n = flag::Int("n", 1, "");
  const bool* const verbose = flag::Bool("v", false, "");
  const bool* const on = flag::Bool("on", true, "");
  const String* const name = flag::String("name", "x", "");
  const time::Duration* const wait = flag::Duration("wait", time::Second, "");
  const double* const rate = flag::Float64("rate", 0.5, "");
  const std::int64_t* const big = flag::Int64("big", 0, "");
  const unsigned* const u = flag::Uint("u", 0, "");
  Run("-n", "5", "--name=a=b", "-v", "-on=false", "-wait", "1m30s", "--rate", "2.5", "-big=-0x10",
      "-u=7", "rest", "-n");
  EXPECT_EQ(*n, 5);
  EXPECT_EQ(*name, "a=b");
  EXPECT_TRUE(*verbose);
  EXPECT_FALSE(*on);
  EXPECT_EQ(*wait, 90 * time::Second);
  EXPECT_EQ(*rate, 2.5);
  EXPECT_EQ(*big, -16);
  EXPECT_EQ(*u, 7U);
  EXPECT_EQ(flag::NFlag(), 8);
  EXPECT_EQ(flag::NArg(), 2);
  EXPECT_EQ(flag::Arg(0), "rest");
  EXPECT_EQ(flag::Arg(2), "");
  EXPECT_EQ(fmt::Sprint(flag::Args()), "[rest -n]");
  EXPECT_TRUE(flag::Parsed());
}

TEST_F(Flag, StopsAtTwoDashesAndAtOneAlone) {
  const bool* const v = flag::Bool("v", false, "");
  Run("-v", "--", "-x");
  EXPECT_TRUE(*v);
  EXPECT_EQ(flag::Arg(0), "-x");
  Run("-", "-v");
  EXPECT_EQ(flag::Arg(0), "-");
}

TEST_F(Flag, ABoolTakesNoWord) {
  const bool* const v = flag::Bool("v", false, "");
  Run("-v", "false");
  EXPECT_TRUE(*v);
  EXPECT_EQ(flag::Arg(0), "false");
}

TEST_F(FlagDeathTest, MistakesAreGosWordsAndStatus2) {
  flag::Int("n", 3, "number of `things`");
  flag::Bool("v", false, "");
  flag::Uint("u", 0, "");
  flag::Duration("d", 0, "");

  const struct {
    const char* word;
    const char* want;
  } cases[] = {
      {"-x", "flag provided but not defined: -x\nUsage of prog:\n"},
      {"-n=a", "invalid value \"a\" for flag -n: parse error\nUsage of prog:\n"},
      {"-n=99999999999", "invalid value \"99999999999\" for flag -n: value out of range\n"},
      {"-n=", "invalid value \"\" for flag -n: parse error\n"},
      {"-n=--5", "invalid value \"--5\" for flag -n: parse error\n"},
      {"-n", "flag needs an argument: -n\nUsage of prog:\n"},
      {"-v=maybe", "invalid boolean value \"maybe\" for -v: parse error\n"},
      {"-u=-1", "invalid value \"-1\" for flag -u: parse error\n"},
      {"-d=5", "invalid value \"5\" for flag -d: parse error\n"},
      {"---n", "bad flag syntax: ---n\n"},
      {"-=5", "bad flag syntax: -=5\n"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.word);
    EXPECT_EXIT(Run(c.word), testing::ExitedWithCode(2), c.want);
  }
}

TEST_F(FlagDeathTest, HelpIsTwoColumnsAndStatus0) {
  flag::Int("workers", 10, "number of `goroutines`");
  flag::Bool("v", false, "say more");
  flag::Bool("race", true, "look for races");
  flag::String("addr", "localhost:6060", "where to serve");
  flag::Duration("wait", 2 * time::Second, "time\nto wait");
  flag::Int("zero", 0, "no default shown");
  flag::Float64("rate", 0, "");
  const char* const want =
      "^Usage of prog:\n"
      "  -addr string\n    \twhere to serve \\(default \"localhost:6060\"\\)\n"
      "  -race\n    \tlook for races \\(default true\\)\n"
      "  -rate float\n    \t\n"
      "  -v\tsay more\n"
      "  -wait duration\n    \ttime\n    \tto wait \\(default 2s\\)\n"
      "  -workers goroutines\n    \tnumber of goroutines \\(default 10\\)\n"
      "  -zero int\n    \tno default shown\n$";
  for (const char* const word : {"-h", "-help", "--help"}) {
    EXPECT_EXIT(Run(word), testing::ExitedWithCode(0), want);
  }
}

TEST_F(FlagDeathTest, DefiningTwicePanics) {
  rt::SetArguments({"prog"});
  flag::Int("n", 1, "");
  EXPECT_EXIT(flag::Bool("n", false, ""), testing::ExitedWithCode(2),
              "panic: prog flag redefined: n\n");
  EXPECT_EXIT(flag::Int("-n", 1, ""), testing::ExitedWithCode(2),
              "panic: flag \"-n\" begins with -\n");
  EXPECT_EXIT(flag::Int("a=b", 1, ""), testing::ExitedWithCode(2),
              "panic: flag \"a=b\" contains =\n");
}

TEST_F(Flag, SetUsesTheSameRules) {
  const int* const n = flag::Int("n", 1, "");
  EXPECT_EQ(flag::Set("n", "0x1F"), nullptr);
  EXPECT_EQ(*n, 31);
  EXPECT_EQ(flag::Set("m", "1").Text(), "no such flag -m");
  EXPECT_EQ(flag::Set("n", "1e3").Text(), "parse error");
}

TEST_F(Flag, TheRegistrySaysWhatIsDefined) {
  int n = 0;
  flag::IntVar(&n, "n", 4, "how many");
  flag::Bool("v", false, "");
  Run("-n", "9");
  const auto defined = rt::DefinedFlags();
  ASSERT_EQ(defined.size(), 2U);
  EXPECT_EQ(defined[0].name, "n");
  EXPECT_EQ(defined[0].type, "int");
  EXPECT_EQ(defined[0].default_value, "4");
  EXPECT_EQ(defined[0].value, "9");
  EXPECT_EQ(defined[1].type, "bool");
  EXPECT_EQ(n, 9);
}

}  // namespace
}  // namespace golab
