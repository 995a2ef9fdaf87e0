// GoogleTest's verdicts on bodies that run on goroutines.

#include <string>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab {
namespace {

tests::ChildResult RunGTest(const char* world, const std::string& filter) {
  tests::ChildOptions options;
  options.environment = {std::string("GOLAB_WORLD=") + world};
  return tests::RunChild({GTEST_PROGRAM, "--gtest_filter=" + filter}, options);
}

TEST(GTestOnGoroutines, OneVerdictATest) {
  struct {
    const char* test;
    int status;
    const char* says;
  } const cases[] = {
      {"Body.IsAGoroutine", 0, "[       OK ] Body.IsAGoroutine"},
      {"Body.ExpectsOnAnyGoroutine", 1, "from a goroutine"},
      {"Body.Panics", 1, "panic: boom\n\ngoroutine"},
      {"Body.Throws", 1, "panic: std::runtime_error: thrown\n\ngoroutine"},
      {"Body.Goexits", 1, "deferred\n"},
      {"Body.Goexits", 1, "the test's goroutine was ended by runtime.Goexit"},
      {"Body.Skips", 0, "[  SKIPPED ] Body.Skips"},
      {"Body.Asserts", 1, "asserted"},
      {"Fixture.HasItsMembers", 0, "[       OK ] Fixture.HasItsMembers"},
      {"Body.Dies", 0, "[       OK ] Body.Dies"},
  };

  for (const auto& c : cases) {
    for (const char* world : {"real", "virtual"}) {
      SCOPED_TRACE(std::string(c.test) + ", " + world);
      const tests::ChildResult got = RunGTest(world, c.test);
      EXPECT_EQ(got.status, c.status) << got.err;
      EXPECT_NE(got.out.find(c.says), std::string::npos) << got.out;
      EXPECT_EQ(got.out.find("not reached"), std::string::npos) << got.out;
    }
  }
}

TEST(GTestOnGoroutines, AFailureDoesNotEndTheRun) {
  const tests::ChildResult got = RunGTest("real", "*");
  EXPECT_EQ(got.status, 1);
  EXPECT_NE(got.out.find("[  PASSED  ] 3 tests."), std::string::npos) << got.out;
  EXPECT_NE(got.out.find(" 5 FAILED TESTS"), std::string::npos) << got.out;
}

}  // namespace
}  // namespace golab
