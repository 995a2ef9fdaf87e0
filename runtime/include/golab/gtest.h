#pragma once
// GoogleTest on goroutines: include this in place of <gtest/gtest.h>.
//
//   #include <golab/gtest.h>
//   TEST(Queue, GivesWhatItGot) { ... }      // runs on a goroutine of its own
//   GOLAB_GTEST_MAIN()                       // in one file; do not link gtest_main
//
// Leaks, as goleak looks for them (golab/goleak.h): in place of that line
//
//   GOLAB_GTEST_MAIN_VERIFIED()              // after all tests; with goleak's options, if any
//
// or in a test `Defer verified{[] { goleak::VerifyNone(); }};`.
//
// The bodies of TEST and TEST_F may do all that goroutines may; main waits for each (wait reason
// "chan receive"), so that runtime::NumGoroutine() is 2 in a body. A body that panics, or that an
// exception or runtime::Goexit ends, is a failed test with that reason and the stack; the next test
// runs. SetUp, TearDown, constructors and TEST_P run on main. EXPECT and ASSERT work on every
// goroutine, ASSERT leaves its function; SCOPED_TRACE is one list for all goroutines: use it where
// only one runs. Tests run on one processor, because GoogleTest keeps such lists by thread; the
// environment variable GOMAXPROCS says otherwise.
//
// After `using namespace golab;` write ::testing for GoogleTest's: golab::testing is Go's.
// Unlike golab's other headers this one includes what it needs; golab.h does not include it.

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/func.h"
#include "golab/goleak.h"
#include "golab/main.h"
#include "golab/os.h"
#include "golab/runtime.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

/// Runs `body` on a goroutine of its own and waits until that has ended. How it was left: empty if
/// it returned, else why, with the stack. Goroutines only.
String RunOnGoroutine(Func<void()> body);

/// What stands between a test class and its fixture.
template <class Fixture>
class GoroutineTest : public Fixture {
 protected:
  virtual void GolabBody() = 0;

 private:
  void TestBody() final {
    const String how = RunOnGoroutine([this] { GolabBody(); });
    if (how.empty()) return;
    const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    ADD_FAILURE_AT(test->file(), test->line()) << how.c_str();
  }
};

/// GoogleTest's main: its status.
inline int RunAllGTests() {
  if (std::getenv("GOMAXPROCS") == nullptr) runtime::GOMAXPROCS(1);
  static std::vector<std::string> arguments;
  static std::vector<char*> argv;
  arguments.reserve(os::Args().size());
  argv.reserve(os::Args().size() + 1);
  for (const String& argument : os::Args())
    arguments.emplace_back(argument.data(), argument.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(arguments.size());
  ::testing::InitGoogleTest(&argc, argv.data());
  return RUN_ALL_TESTS();
}

template <class... Options>
void VerifyGTests(const Options&... options) {
  const goleak::Option all[6] = {options...};
  VerifyTestRun(&RunAllGTests, all[0], all[1], all[2], all[3], all[4], all[5]);
}

}  // namespace golab::rt

namespace golab::goleak {

/// Fails the running test if Find finds any; call it when the test's work is over. Go:
/// goleak.VerifyNone.
inline void VerifyNone(const Option& o1 = {}, const Option& o2 = {}, const Option& o3 = {},
                       const Option& o4 = {}, const Option& o5 = {}, const Option& o6 = {},
                       rt::Place place = rt::Here()) {
  if (const Error err = Find(o1, o2, o3, o4, o5, o6))
    ADD_FAILURE_AT(place.file, place.line) << err.Text().c_str();
}

}  // namespace golab::goleak

#pragma GCC visibility pop

/// The program's main: runs all tests, exits with 1 if one has failed.
#define GOLAB_GTEST_MAIN()                          \
  GOLAB_MAIN() {                                    \
    ::golab::os::Exit(::golab::rt::RunAllGTests()); \
  }

/// The same; fails if goroutines are left over when all tests have passed.
/// Go: goleak.VerifyTestMain.
#define GOLAB_GTEST_MAIN_VERIFIED(...)      \
  GOLAB_MAIN() {                            \
    ::golab::rt::VerifyGTests(__VA_ARGS__); \
  }

// What TEST and TEST_F are made of, in GoogleTest 1.12 and later. As there, but for the base class
// and the name of the function that the braces define.
#undef GTEST_TEST_
#define GTEST_TEST_(test_suite_name, test_name, parent_class, parent_id)                         \
  static_assert(sizeof(GTEST_STRINGIFY_(test_suite_name)) > 1,                                   \
                "test_suite_name must not be empty");                                            \
  static_assert(sizeof(GTEST_STRINGIFY_(test_name)) > 1, "test_name must not be empty");         \
  class GTEST_TEST_CLASS_NAME_(test_suite_name, test_name)                                       \
      : public ::golab::rt::GoroutineTest<parent_class> {                                        \
    void GolabBody() override;                                                                   \
    [[maybe_unused]] static ::testing::TestInfo* const test_info_;                               \
  };                                                                                             \
  ::testing::TestInfo* const GTEST_TEST_CLASS_NAME_(test_suite_name, test_name)::test_info_ =    \
      ::testing::internal::MakeAndRegisterTestInfo(                                              \
          #test_suite_name, #test_name, nullptr, nullptr,                                        \
          ::testing::internal::CodeLocation(__FILE__, __LINE__), (parent_id),                    \
          ::testing::internal::SuiteApiResolver<parent_class>::GetSetUpCaseOrSuite(__FILE__,     \
                                                                                   __LINE__),    \
          ::testing::internal::SuiteApiResolver<parent_class>::GetTearDownCaseOrSuite(__FILE__,  \
                                                                                      __LINE__), \
          new ::testing::internal::TestFactoryImpl<GTEST_TEST_CLASS_NAME_(test_suite_name,       \
                                                                          test_name)>);          \
  void GTEST_TEST_CLASS_NAME_(test_suite_name, test_name)::GolabBody()
