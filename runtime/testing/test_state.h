#pragma once
// What the runtime knows of one test. Go: testing.common, testing.T.
//
// Thread safety: `lock` guards what follows it, up to the blank line; goroutines that outlive the
// test may still ask. The rest belongs to the goroutine that runs the test. A state is never freed.

#include <cstdint>
#include <string>
#include <vector>

#include "golab/chan.h"
#include "golab/func.h"
#include "golab/testing.h"
#include "golab/time.h"

#include "runtime/base/spin_lock.h"
#include "runtime/world/trace.h"

namespace golab::rt {

class TestNames;
struct TestState;

/// One line of output after another; with -v, says which test a log line is of when that changes.
/// Go: testing.chattyPrinter.
struct TestOutput {
  bool verbose = false;
  std::string last_name;  ///< The test that the last line spoke of.
};

/// What all tests of one run share.
struct TestRun {
  TestNames* names = nullptr;
  TestOutput* output = nullptr;
  bool fail_fast = false;  ///< No test is started once one has failed.
  std::uint32_t lock = 0;  ///< Guards what follows.
  std::vector<const TestState*> running = {};
};

struct TestState {
  std::uint32_t lock = 0;
  bool failed = false;
  bool skipped = false;
  bool finished = false;  ///< Its function has returned, or called FailNow or SkipNow.
  bool done = false;      ///< It has been reported.
  bool ran = false;       ///< It, or a test in it, has run.
  bool has_subtests = false;
  bool cleaning = false;  ///< Its cleanups run.
  std::string output;     ///< What waits for its report.
  std::vector<Func<void()>> cleanups;
  std::vector<std::string> helpers;  ///< Functions that called Helper.

  std::string name;
  TestState* parent = nullptr;  ///< Null: the root, which is no test.
  int level = 0;
  TestRun* run = nullptr;
  time::Time start;
  time::Duration duration;
  Chan<bool> signal;  ///< Sent when it is done; false: its parent is to end, too.
  testing::T handle{this};
};

/// Held for a few words' work, never where the program's code runs.
class TestLock {
 public:
  explicit TestLock(TestState* t) : word_(&t->lock) { Enter(t); }

  explicit TestLock(TestRun* run) : word_(&run->lock) { Enter(run); }

  TestLock(const TestLock&) = delete;
  TestLock& operator=(const TestLock&) = delete;

  ~TestLock() { UnlockWord(word_); }

 private:
  void Enter(const void* what) noexcept {
    Touch(what, AccessMode::kWrite);
    LockWord(word_);
  }

  std::uint32_t* word_;
};

/// A new test in `parent` (null: the root of a run).
TestState* NewTest(TestRun* run, TestState* parent, std::string name);

/// The tests that run, a line each, as `TestX (1s)`: by name. Go: runningList.
std::vector<std::string> RunningTests(TestRun* run);

/// Notes text of `t`, a whole number of lines: with -v at once, else in t's output.
void LogOutput(TestState* t, const std::string& lines);

/// Hands `header` and t's output behind it to t's parent, or prints them where that is the root.
void FlushToParent(TestState* t, const std::string& header);

/// `=== RUN   NAME`, with -v.
void AnnounceTest(TestState* t);

/// `--- FAIL: NAME (0.05s)`.
std::string ReportLine(const char* outcome, const TestState* t);

}  // namespace golab::rt

namespace golab::testing {

/// Runs f as the test `t` on this goroutine, to its end, however that comes. Named as Go names it:
/// dumps show it.
void tRunner(rt::TestState* t, const Func<void(T&)>& f);  // NOLINT(readability-identifier-naming)

}  // namespace golab::testing
