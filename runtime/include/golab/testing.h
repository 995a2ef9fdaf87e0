#pragma once
// Go's testing: tests as programs.
//
//   GOLAB_TEST(NoLeak, t) {                            // func TestNoLeak(t *testing.T)
//     const int before = runtime::NumGoroutine();
//     RunWork();
//     if (const int after = runtime::NumGoroutine(); after > before) {
//       t.Fatalf("leak: before=%d after=%d", before, after);
//     }
//   }
//
// A program with tests and without GOLAB_MAIN runs them, files by name and tests as they stand in
// their file, each on a goroutine of its own while main waits in T::Run; or what GOLAB_TEST_MAIN
// says. It prints what the binary of `go test -c` prints: with -v `=== RUN   TestNoLeak`, log
// lines, `--- PASS: TestNoLeak (0.05s)`; without it failed tests alone, their log lines below;
// `PASS` or `FAIL` last. The
// lines `ok  	lab/t3	0.054s`, `FAIL	lab/t3	0.055s` and `exit status 1` are the go command's:
// they are not printed. Exit status 1 if a test failed, 2 on a panic.
//
// Flags, each also with `test.` in front: -v, -run and -skip (POSIX extended regular expressions,
// one for each level between slashes), -count, -failfast, -short, -timeout (Differs: the report
// shows the goroutine of the alarm alone). A flag of the program's own that is called so stays the
// program's.

#include <cstddef>
#include <type_traits>
#include <utility>

#include "golab/arg.h"
#include "golab/fmt.h"
#include "golab/func.h"
#include "golab/main.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::testing {

class T;
class M;

}  // namespace golab::testing

namespace golab::rt {

struct TestState;

/// A test, on a list that static initialisers build.
struct TestEntry {
  const char* program;  ///< which program of the image it belongs to
  const char* name;     ///< "TestNoLeak"
  void (*function)(testing::T& t);
  const char* file;
  int line;
  TestEntry* next;
};

/// A GOLAB_TEST_MAIN, likewise.
struct TestMainEntry {
  const char* program;
  void (*function)(testing::M& m);
  TestMainEntry* next;
};

void RegisterTest(TestEntry* entry);
void RegisterTestMain(TestMainEntry* entry);

/// A place in the source.
struct Place {
  const char* file;
  int line;
};

constexpr Place Here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return {file, line};
}

/// The first argument of Log and its like: any value, borrowed, and the place of the call.
struct Logged {
  template <OtherThan<Logged> V>
  // NOLINTNEXTLINE(google-explicit-constructor): takes a function's argument as it comes
  Logged(const V& value, const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : arg(fmt::Arg::Of(value)), place{file, line} {}

  fmt::Arg arg;
  Place place;
};

/// The format of Logf and its like, and the place of the call.
struct LoggedFormat {
  template <class V>

  requires std::is_convertible_v<const V&, String>
  // NOLINTNEXTLINE(google-explicit-constructor): takes a function's argument as it comes
  LoggedFormat(const V& text, const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : format(text), place{file, line} {}

  String format;
  Place place;
};

}  // namespace golab::rt

namespace golab::testing {

/// A test that runs. A reference, like Go's *testing.T: copies mean the same test, goroutines may
/// capture it. Any goroutine may call its methods; but FailNow, SkipNow and what ends in them end
/// the goroutine that calls them, so they belong on the test's own. Once the test has ended, Log
/// panics "Log in goroutine after TestX has completed: TEXT" and Fail "Fail in goroutine after
/// TestX has completed". Go: testing.T.
class T {
 public:
  explicit T(rt::TestState* state) : state_(state) {}

  /// Writes the arguments as Println would, behind the place of the call: `    work_test.cc:29:
  /// leak`. Shown at once with -v, else below the test's line if it fails. Go: (*T).Log.
  template <class... A>
  [[gnu::always_inline]] void Log(rt::Logged first, const A&... rest) const {
    LogArgs(first.place, Gather(first, rest...));
  }

  /// As Log, by format as Printf. Go: (*T).Logf.
  template <class... A>
  [[gnu::always_inline]] void Logf(const rt::LoggedFormat& format, const A&... args) const {
    LogFormat(format, fmt::MakeArgs(args...));
  }

  /// Log, then Fail. Go: (*T).Error.
  template <class... A>
  [[gnu::always_inline]] void Error(rt::Logged first, const A&... rest) const {
    LogArgs(first.place, Gather(first, rest...));
    Fail();
  }

  /// Logf, then Fail. Go: (*T).Errorf.
  template <class... A>
  [[gnu::always_inline]] void Errorf(const rt::LoggedFormat& format, const A&... args) const {
    LogFormat(format, fmt::MakeArgs(args...));
    Fail();
  }

  /// Log, then FailNow. Go: (*T).Fatal.
  template <class... A>
  [[noreturn]] [[gnu::always_inline]] void Fatal(rt::Logged first, const A&... rest) const {
    LogArgs(first.place, Gather(first, rest...));
    FailNow();
  }

  /// Logf, then FailNow. Go: (*T).Fatalf.
  template <class... A>
  [[noreturn]] [[gnu::always_inline]] void Fatalf(const rt::LoggedFormat& format,
                                                  const A&... args) const {
    LogFormat(format, fmt::MakeArgs(args...));
    FailNow();
  }

  /// Log, then SkipNow. Go: (*T).Skip.
  template <class... A>
  [[noreturn]] [[gnu::always_inline]] void Skip(rt::Logged first, const A&... rest) const {
    LogArgs(first.place, Gather(first, rest...));
    SkipNow();
  }

  [[noreturn]] [[gnu::always_inline]] void Skip(rt::Place place = rt::Here()) const {
    LogArgs(place, {nullptr, 0});
    SkipNow();
  }

  /// Logf, then SkipNow. Go: (*T).Skipf.
  template <class... A>
  [[noreturn]] [[gnu::always_inline]] void Skipf(const rt::LoggedFormat& format,
                                                 const A&... args) const {
    LogFormat(format, fmt::MakeArgs(args...));
    SkipNow();
  }

  /// Marks the test, and those around it, as failed, and goes on. Go: (*T).Fail.
  void Fail() const;
  /// Fail, then runtime::Goexit: what is deferred runs. Go: (*T).FailNow.
  [[noreturn]] void FailNow() const;
  /// Marks the test as skipped, then runtime::Goexit. Go: (*T).SkipNow.
  [[noreturn]] void SkipNow() const;
  bool Failed() const;
  bool Skipped() const;

  /// `TestNoLeak`, of a subtest `TestNoLeak/two_workers`. Go: (*T).Name.
  String Name() const;

  /// Runs f as a subtest on a goroutine of its own and waits for it (wait reason "chan receive");
  /// whether it passed. Spaces in the name become `_`, a name that is taken gets `#01`. Panics
  /// "testing: t.Run called during t.Cleanup". Go: (*T).Run.
  bool Run(const String& name, Func<void(T& t)> f) const;

  /// Calls f when the test and its subtests have ended, last added first, on the test's goroutine.
  /// Go: (*T).Cleanup.
  void Cleanup(Func<void()> f) const;

  /// The calling function is a helper: lines that it logs carry the place of its caller.
  /// Go: (*T).Helper.
  void Helper() const;

  /// Does nothing: tests run one after another. Go: (*T).Parallel, where they run side by side.
  void Parallel() const;

 private:
  template <class... A>
  [[gnu::always_inline]] static fmt::ArgArray<1 + sizeof...(A)> Gather(const rt::Logged& first,
                                                                       const A&... rest) {
    return {{first.arg, fmt::Arg::Of(rest)..., fmt::Arg{}}};
  }

  void LogArgs(rt::Place place, fmt::Args args) const;
  void LogFormat(const rt::LoggedFormat& format, fmt::Args args) const;

  rt::TestState* state_;  // never null; lives until the process ends
};

/// What GOLAB_TEST_MAIN gets. Go: testing.M.
class M {
 public:
  M() = default;
  M(const M&) = delete;
  M& operator=(const M&) = delete;

  /// Parses the flags if nobody has, runs the tests, prints PASS or FAIL; the status to exit with.
  /// On main. Go: (*M).Run.
  int Run();

  int ExitCode() const { return exit_code_; }  ///< Of the latest Run. golab's own.

 private:
  int exit_code_ = 0;
};

/// Whether -short was given; after flag::Parse. Go: testing.Short.
bool Short();

/// Whether -v was given; after flag::Parse. Go: testing.Verbose.
bool Verbose();

/// Whether the program is one of tests. Go: testing.Testing.
bool Testing();

}  // namespace golab::testing

#pragma GCC visibility pop

// NOLINTBEGIN(bugprone-macro-parentheses): names of parameters cannot have any

/// Defines a test: `GOLAB_TEST(NoLeak, t) { ... }` is func TestNoLeak(t *testing.T), and t a
/// testing::T&. It fails by t.Error, t.Fatal and their like.
#define GOLAB_TEST(test, t)                                                        \
  static void Test##test([[maybe_unused]] ::golab::testing::T& t);                 \
  static ::golab::rt::TestEntry golab_test_##test##_{                              \
      GOLAB_PROGRAM_NAME, "Test" #test, &Test##test, __FILE__, __LINE__, nullptr}; \
  [[maybe_unused]] static const bool golab_test_##test##_registered_ =             \
      (::golab::rt::RegisterTest(&golab_test_##test##_), true);                    \
  static void Test##test([[maybe_unused]] ::golab::testing::T& t)

/// Defines what happens around the tests: `GOLAB_TEST_MAIN(m) { ...; os::Exit(m.Run()); }` is func
/// TestMain(m *testing.M). It runs as main, and may define flags and call flag::Parse first. When
/// it returns, the process exits with what m.Run has returned.
#define GOLAB_TEST_MAIN(m)                                                                    \
  static void TestMain([[maybe_unused]] ::golab::testing::M& m);                              \
  static ::golab::rt::TestMainEntry golab_test_main_{GOLAB_PROGRAM_NAME, &TestMain, nullptr}; \
  [[maybe_unused]] static const bool golab_test_main_registered_ =                            \
      (::golab::rt::RegisterTestMain(&golab_test_main_), true);                               \
  static void TestMain([[maybe_unused]] ::golab::testing::M& m)

// NOLINTEND(bugprone-macro-parentheses)
