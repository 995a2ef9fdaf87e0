#pragma once
// Stands in for <gtest/gtest.h> and runtime/tests/on_goroutine.h where a file of the runtime's
// tests is built as a submission is, to be looked at for races: each test is a program of its own,
// which the flag --test names. Expectations are of Go's order and are printed there; what counts
// under other schedules is what the sanitizers say.

#include <golab/golab.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#  define GOLAB_ASAN 1
#else
#  define GOLAB_ASAN 0
#endif
#if defined(__SANITIZE_THREAD__)
#  define GOLAB_TSAN 1
#else
#  define GOLAB_TSAN 0
#endif

namespace expectations {

// Orders nothing: what the tests do must not come after each other because of it.
inline std::atomic<bool> failed{false};

inline int* program_of_test = nullptr;  ///< the flag --program: which ExpectEnd of the test to run

/// A test's name and body, on a list that static initialisers build.
struct Test {
  const char* name;
  void (*body)();
  Test* next;
  inline static Test* first = nullptr;

  Test(const char* its_name, void (*its_body)()) : name(its_name), body(its_body), next(first) {
    first = this;
  }
};

/// Whether something held, and what is said if not.
class Expectation {
 public:
  Expectation(bool held, const char* what, int line) : held_(held) {
    if (held) return;
    failed.store(true, std::memory_order_relaxed);
    std::fprintf(stderr, "line %d: %s\n", line, what);
  }

  template <class T>
  const Expectation& operator<<(const T& value) const {
    if (!held_) std::cerr << value << '\n';
    return *this;
  }

 private:
  bool held_;
};

/// Lets a function that returns nothing return an Expectation with what is written to it.
struct Void {
  void operator=(const Expectation& /*last*/) const {}
};

/// Runs the named test.
inline void Main() {
  const golab::String* const name = golab::flag::String("test", "", "the `test` to run");
  program_of_test = golab::flag::Int("program", 0, "which of its programs");
  golab::flag::Parse();
  for (const Test* test = Test::first; test != nullptr; test = test->next) {
    if (*name != test->name) continue;
    test->body();
    golab::os::Exit(failed.load(std::memory_order_relaxed) ? 1 : 0);
  }
  std::fprintf(stderr, "no test %s\n", std::string(name->data(), name->size()).c_str());
  golab::os::Exit(3);
}

}  // namespace expectations

namespace testing {

struct Test {
  static bool HasFailure() { return ::expectations::failed.load(std::memory_order_relaxed); }
};

}  // namespace testing

namespace golab::tests {

enum class TestWorld { kVirtual, kReal };

struct ChildResult {
  std::string out, err;
  int status = 0;
};

/// The test's own process is the program: what follows it in the test is not run.
inline ChildResult RunProgram(void (*body)(), TestWorld /*world*/) {
  if ((*::expectations::program_of_test)-- != 0) return {};
  body();
  os::Exit(0);
}

inline void ExpectEnd(void (*body)(), int /*status*/, const std::string& /*out*/,
                      const std::string& /*err*/) {
  RunProgram(body, TestWorld::kVirtual);
}

}  // namespace golab::tests

#define TEST(suite, name)                                                          \
  static void suite##_##name##_Body();                                             \
  static const ::expectations::Test suite##_##name##_Test{#suite "." #name,        \
                                                          &suite##_##name##_Body}; \
  static void suite##_##name##_Body()
#define GO_TEST(suite, name) TEST(suite, name)
// Race images know the virtual world only; many of these have a twin there.
#define GO_TEST_REAL(suite, name) [[maybe_unused]] static void suite##_##name##_Body()

#define EXPECT_(held, what) ::expectations::Expectation(static_cast<bool>(held), what, __LINE__)
#define ASSERT_(held, what)            \
  if (const bool expected_ = (held)) { \
  } else                               \
    return ::expectations::Void() = EXPECT_(expected_, what)

#define EXPECT_TRUE(a) EXPECT_(a, #a)
#define EXPECT_FALSE(a) EXPECT_(!(a), "not " #a)
#define EXPECT_EQ(a, b) EXPECT_((a) == (b), #a " == " #b)
#define EXPECT_NE(a, b) EXPECT_((a) != (b), #a " != " #b)
#define EXPECT_LE(a, b) EXPECT_((a) <= (b), #a " <= " #b)
#define EXPECT_GE(a, b) EXPECT_((a) >= (b), #a " >= " #b)
#define EXPECT_GT(a, b) EXPECT_((a) > (b), #a " > " #b)
#define EXPECT_NEAR(a, b, d) EXPECT_((a) - (b) <= (d) && (b) - (a) <= (d), #a " near " #b)
#define ASSERT_TRUE(a) ASSERT_(static_cast<bool>(a), #a)
#define ASSERT_EQ(a, b) ASSERT_((a) == (b), #a " == " #b)
#define ASSERT_NE(a, b) ASSERT_((a) != (b), #a " != " #b)
#define ADD_FAILURE() EXPECT_(false, "failed")
#define GTEST_SKIP() return ::expectations::Void() = EXPECT_(true, "")
#define SCOPED_TRACE(text) static_cast<void>(text)

GOLAB_MAIN() {
  expectations::Main();
}
