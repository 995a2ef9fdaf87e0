// goleak's verdicts and texts, in both worlds.

#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"
#include "runtime/tests/golden_text.h"

namespace golab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kWorlds[] = {"real", "virtual"};

tests::ChildResult RunTests(const char* world, const std::string& test,
                            const std::string& mode = "") {
  tests::ChildOptions options;
  options.environment = {std::string("GOLAB_WORLD=") + world};
  return tests::RunChild({GOLEAK_PROGRAM, "-v", "-run", "^" + test + "$", "-mode", mode}, options);
}

/// Without what varies: ids, folders, offsets, durations.
std::string Same(std::string text) {
  text = std::regex_replace(text, std::regex("(oroutine) [0-9]+"), "$1 N");
  text =
      std::regex_replace(text, std::regex("\t/[^\n]*/([^/\n]+:)[0-9]+( \\+0x[0-9a-f]+)?"), "\t$1L");
  return std::regex_replace(text, std::regex("[0-9.]+s\\)"), "Ns)");
}

struct Case {
  const char* test;
  const char* mode;
  int status;
  const char* says;  // on stderr; nullptr: nothing
};

TEST(Goleak, VerdictOnASuite) {
  constexpr const char* kFound = "goleak: Errors on successful test run: found unexpected gor";
  constexpr const char* kFoundAll = "goleak: Errors on unsuccessful test run: found unexpected gor";
  const Case cases[] = {
      {"TestClean", "", 0, nullptr},
      {"TestIntentionalLeak", "", 1, kFound},
      {"TestTwoLeaks", "", 1, kFound},
      {"TestEndsLate", "", 0, nullptr},
      {"TestEndsTooLate", "", 1, kFound},
      {"TestFails", "", 1, nullptr},
      {"TestFails", "failure", 1, kFoundAll},
      {"TestIntentionalLeak", "failure", 1, kFoundAll},
      {"TestTwoLeaks", "top", 1, " in state select (no cases), with main."},
      {"TestTwoLeaks", "not-top", 1, ", with main.Wait on top of the stack:\n"},
      {"TestTwoLeaks", "any", 1, " in state select (no cases), with main."},
      {"TestTwoLeaks", "created", 1, " in state select (no cases), with main."},
      {"TestClean", "current", 0, nullptr},
      {"TestIntentionalLeak", "current", 1, kFound},
      {"TestClean", "cleanup", 5, nullptr},
      {"TestIntentionalLeak", "cleanup", 6, kFound},
  };

  for (const Case& c : cases) {
    for (const char* world : kWorlds) {
      SCOPED_TRACE(std::string(c.test) + " " + c.mode + ", " + world);
      const tests::ChildResult got = RunTests(world, c.test, c.mode);
      EXPECT_EQ(got.status, c.status) << got.err;
      if (c.says == nullptr) {
        EXPECT_EQ(got.err, "");
      } else {
        EXPECT_THAT(got.err, HasSubstr(c.says));
      }
      const std::string mode = c.mode;
      if (mode == "top" || mode == "any" || mode == "created") {
        EXPECT_THAT(got.err, Not(HasSubstr("main.Wait")));
      }
    }
  }
}

TEST(Goleak, TextIsTheOriginals) {
  for (const char* world : kWorlds) {
    const tests::ChildResult got = RunTests(world, "TestIntentionalLeak");
    EXPECT_EQ(Same(got.out),
              "=== RUN   TestIntentionalLeak\n--- PASS: TestIntentionalLeak (Ns)\nPASS\n");
    EXPECT_EQ(
        Same(got.err),
        "goleak: Errors on successful test run: found unexpected goroutines:\n"
        "[Goroutine N in state chan receive, with main.TestIntentionalLeak.func1 on top of the "
        "stack:\n"
        "goroutine N [chan receive]:\n"
        "main.TestIntentionalLeak.func1()\n"
        "\tgoleak_program.cc:L\n"
        "created by main.TestIntentionalLeak in goroutine N\n"
        "\tgoleak_program.cc:L\n"
        "]\n");
    const tests::ChildResult two = RunTests(world, "TestTwoLeaks");
    EXPECT_THAT(Same(two.err), HasSubstr("\tgoleak_program.cc:L\n Goroutine N in state "));
  }
}

TEST(Goleak, InATest) {
  for (const char* world : kWorlds) {
    SCOPED_TRACE(world);
    for (const char* test : {"TestVerifiesItself", "TestVerifiesItselfAfterFatal"}) {
      const tests::ChildResult got = RunTests(world, test);
      EXPECT_EQ(got.status, 1);
      EXPECT_THAT(got.out, HasSubstr("    goleak_program.cc:"));
      EXPECT_THAT(got.out, HasSubstr(": found unexpected goroutines:\n        [Goroutine "));
      EXPECT_THAT(got.out, HasSubstr(std::string("--- FAIL: ") + test));
      EXPECT_EQ(got.err, "");  // looked for by the suite only if its tests pass
    }
    const tests::ChildResult cleanup = RunTests(world, "TestVerifiesInCleanup");
    EXPECT_EQ(cleanup.status, 0) << cleanup.out;
    EXPECT_THAT(cleanup.out, HasSubstr("\n0\n"));
    EXPECT_THAT(RunTests(world, "TestCurrentOnesAreIgnored").out, HasSubstr("\ntrue\nfalse\n"));
    EXPECT_THAT(RunTests(world, "TestSignals").out, HasSubstr("\ntrue\n"));
    const tests::ChildResult misuse = RunTests(world, "TestMisuse");
    EXPECT_THAT(misuse.out,
                HasSubstr("\nCleanup can only be passed to VerifyNone or VerifyTestMain\n"
                          "RunOnFailure can only be passed to VerifyTestMain\n"));
    EXPECT_EQ(misuse.status, 1);
  }
}

TEST(Goleak, OnGoogleTest) {
  for (const char* world : kWorlds) {
    SCOPED_TRACE(world);
    const auto run = [&](const std::string& filter) {
      tests::ChildOptions options;
      options.environment = {std::string("GOLAB_WORLD=") + world};
      return tests::RunChild({GTEST_LEAK_PROGRAM, "--gtest_filter=" + filter}, options);
    };
    const tests::ChildResult clean = run("Suite.Clean:Suite.KeepsAKnownOne:Suite.VerifiesItself");
    EXPECT_EQ(clean.status, 0) << clean.out << clean.err;
    const tests::ChildResult leaks = run("Suite.Leaks");
    EXPECT_EQ(leaks.status, 1);
    EXPECT_THAT(leaks.out, HasSubstr("[  PASSED  ] 1 test."));
    EXPECT_THAT(leaks.err,
                HasSubstr("goleak: Errors on successful test run: found unexpected gor"));
    const tests::ChildResult verified = run("Suite.LeaksAndVerifies");
    EXPECT_EQ(verified.status, 1);
    EXPECT_THAT(verified.out, HasSubstr("gtest_leak_program.cc:"));
    EXPECT_THAT(verified.out, HasSubstr("found unexpected goroutines:\n[Goroutine "));
    EXPECT_EQ(verified.err, "");
  }
}

}  // namespace
}  // namespace golab
