// A test's life. Go: testing.tRunner, testing.T.
//
// GOLAB_NOINLINE where a dump or runtime::Caller may look: debug information without types has no
// namespaces for inlined functions, so that they would count as the program's.

#include <algorithm>

#include "golab/defer.h"
#include "golab/errors.h"
#include "golab/go.h"
#include "golab/runtime.h"

#include "runtime/event/record.h"
#include "runtime/sched/transition.h"
#include "runtime/testing/test_names.h"
#include "runtime/testing/test_state.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

String ToString(const std::string& text) {
  return String(text.data(), text.size());
}

std::string FromString(const String& text) {
  return std::string(text.data(), text.size());
}

bool Has(const TestState* t, bool TestState::*what) {
  const TestLock lock(const_cast<TestState*>(t));
  return t->*what;
}

void Set(TestState* t, bool TestState::*what) {
  const TestLock lock(t);
  t->*what = true;
}

void RecordEnd(const TestState* t) {
  if (!world.lab || t->parent == nullptr) return;
  const TestOutcome outcome = t->failed    ? TestOutcome::kFailed
                              : t->skipped ? TestOutcome::kSkipped
                                           : TestOutcome::kPassed;
  GOLAB_EVIDENCE(EventType::kTestEnd, outcome, EvidenceText(t->name.data(), t->name.size()));
}

/// `    work_test.cc:29: text`, further lines below it. Go: testing.common.decorate.
std::string Decorate(const Place& place, std::string text) {
  const std::string_view path = place.file;
  const std::size_t slash = path.rfind('/');
  std::string out = "    ";
  out += slash == std::string_view::npos ? path : path.substr(slash + 1);
  out += ':' + std::to_string(place.line) + ": ";
  if (!text.empty() && text.back() == '\n') text.pop_back();
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "        ";
  }
  return out + '\n';
}

/// The place of the innermost caller that is no helper, if `t` has helpers; `file` keeps its name.
GOLAB_NOINLINE Place OutsideHelpers(TestState* t, Place place, std::string* file) {
  std::vector<std::string> helpers;
  {
    const TestLock lock(t);
    helpers = t->helpers;
  }
  if (helpers.empty()) return place;
  bool innermost = true;
  for (int skip = 0;; ++skip) {
    const runtime::CallerInfo caller = runtime::Caller(skip);
    if (!caller.ok) return place;
    const std::string function = FromString(caller.function);
    if (function.compare(0, 8, "testing.") == 0) continue;  // the methods that log
    if (std::find(helpers.begin(), helpers.end(), function) == helpers.end()) {
      if (innermost) return place;
      *file = FromString(caller.file);
      return {file->c_str(), caller.line};
    }
    innermost = false;
  }
}

GOLAB_NOINLINE void Log(TestState* t, const Place& place, const String& text) {
  std::string file;
  const std::string lines = Decorate(OutsideHelpers(t, place, &file), FromString(text));
  if (!Has(t, &TestState::done)) return LogOutput(t, lines);
  for (TestState* parent = t->parent; parent != nullptr; parent = parent->parent) {
    const TestLock lock(parent);
    if (parent->done) continue;
    parent->output += lines;
    return;
  }
  panic("Log in goroutine after " + ToString(t->name) + " has completed: " + text);
}

void Fail(TestState* t) {
  if (t->parent != nullptr) Fail(t->parent);
  if (Has(t, &TestState::done)) {
    panic("Fail in goroutine after " + ToString(t->name) + " has completed");
  }
  Set(t, &TestState::failed);
}

/// Calls the cleanups that are left, last added first; all of them, whatever one of them does.
GOLAB_NOINLINE void RunCleanups(TestState* t) {
  struct Started {
    TestState* t;

    explicit Started(TestState* test) : t(test) { Set(t, &TestState::cleaning); }

    ~Started() {
      const TestLock lock(t);
      t->cleaning = false;
    }
  } started(t);

  WithDefers([t](Defers& defer) {
    defer([t] {
      if (!t->cleanups.empty()) RunCleanups(t);
    });
    while (!t->cleanups.empty()) {
      const Func<void()> f = t->cleanups.back();
      t->cleanups.pop_back();
      f();
    }
  });
}

/// The same; a panic of one is given back.
GOLAB_NOINLINE Recovered RunCleanupsCatching(TestState* t) {
  Recovered panicked;
  WithDefers([&](Defers& defer) {
    defer([&] { panicked = recover(); });
    RunCleanups(t);
  });
  return panicked;
}

/// The end of a test that panicked: what is known of it, up to the outermost test, then the panic.
[[noreturn]] GOLAB_NOINLINE void PanicWith(TestState* t, const Any& err) {
  Fail(t);
  if (const Recovered second = RunCleanupsCatching(t)) {
    t->handle.Logf("cleanup panicked with %v", second.Value());
  }
  RecordEnd(t);
  for (TestState* test = t; test->parent != nullptr; test = test->parent) {
    test->duration += time::Since(test->start);
    FlushToParent(test, ReportLine("FAIL", test));
    if (const Recovered second = RunCleanupsCatching(test->parent)) {
      fmt::Printf("cleanup panicked with %v", second.Value());
    }
  }
  panic(err);
}

void Report(TestState* t) {
  if (t->parent == nullptr) return;
  if (Has(t, &TestState::failed)) {
    FlushToParent(t, ReportLine("FAIL", t));
  } else if (t->run->output->verbose) {
    FlushToParent(t, ReportLine(Has(t, &TestState::skipped) ? "SKIP" : "PASS", t));
  }
}

/// Whether a test around `t` has been ended, so that t's Goexit was meant for that.
bool IsParentFinished(const TestState* t) {
  for (const TestState* p = t->parent; p != nullptr; p = p->parent) {
    if (Has(p, &TestState::finished)) return true;
  }
  return false;
}

constexpr const char* kNoFailNow = "test executed panic(nil) or runtime.Goexit";

/// What remains to be done when the test's function has been left.
GOLAB_NOINLINE void EndTest(TestState* t, const Recovered& panicked) {
  bool signal = true;
  if (panicked) PanicWith(t, panicked.Value());
  if (!Has(t, &TestState::finished)) {
    if (!IsParentFinished(t)) PanicWith(t, errors::New(kNoFailNow));
    t->handle.Errorf("%v: subtest may have called FailNow on a parent test", kNoFailNow);
    signal = false;
  }
  t->duration += time::Since(t->start);
  RecordEnd(t);
  Report(t);
  {
    const TestLock lock(t);
    t->done = true;
  }
  if (t->parent != nullptr && !t->has_subtests) {
    for (TestState* p = t; p != nullptr; p = p->parent) Set(p, &TestState::ran);
  }
  {
    const TestLock lock(t->run);
    std::erase(t->run->running, t);
  }
  t->signal.Send(signal);
}

}  // namespace

TestState* NewTest(TestRun* run, TestState* parent, std::string name) {
  auto* t = new TestState;
  t->name = std::move(name);
  t->parent = parent;
  t->level = parent == nullptr ? 0 : parent->level + 1;
  t->run = run;
  t->signal = MakeChan<bool>(1);
  return t;
}

std::vector<std::string> RunningTests(TestRun* run) {
  std::vector<const TestState*> running;
  {
    const TestLock lock(run);
    running = run->running;
  }
  std::vector<std::string> lines;
  for (const TestState* t : running) {
    const time::Duration ran = time::Since(t->start).Round(time::Second);
    lines.push_back(t->name + " (" + FromString(ran.String()) + ")");
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace rt

namespace testing {

using rt::TestState;

void tRunner(TestState* t, const Func<void(T&)>& f) {  // NOLINT(readability-identifier-naming)
  WithDefers([&](Defers& defer) {
    defer([t] {
      const Recovered panicked = recover();
      rt::EndTest(t, panicked);
    });
    defer([t] { rt::RunCleanups(t); });
    t->start = time::Now();
    if (t->parent != nullptr) {
      {
        const rt::TestLock lock(t->run);
        t->run->running.push_back(t);
      }
      GOLAB_EVIDENCE(rt::EventType::kTestStart, 0,
                     rt::EvidenceText(t->name.data(), t->name.size()));
    }
    f(t->handle);
    rt::Set(t, &TestState::finished);
  });
}

void T::LogArgs(rt::Place place, fmt::Args args) const {
  GOLAB_AT_CALL();
  rt::Log(state_, place, fmt::VSprintln(args));
}

void T::LogFormat(const rt::LoggedFormat& format, fmt::Args args) const {
  GOLAB_AT_CALL();
  rt::Log(state_, format.place, fmt::VSprintf(format.format, args));
}

void T::Fail() const {
  GOLAB_AT_CALL();
  rt::Fail(state_);
}

void T::FailNow() const {
  GOLAB_AT_CALL();
  rt::Fail(state_);
  rt::Set(state_, &TestState::finished);
  runtime::Goexit();
}

void T::SkipNow() const {
  GOLAB_AT_CALL();
  rt::Set(state_, &TestState::skipped);
  rt::Set(state_, &TestState::finished);
  runtime::Goexit();
}

bool T::Failed() const {
  return rt::Has(state_, &TestState::failed);
}

bool T::Skipped() const {
  return rt::Has(state_, &TestState::skipped);
}

String T::Name() const {
  return rt::ToString(state_->name);
}

bool T::Run(const String& name, Func<void(T&)> f) const {
  GOLAB_AT_CALL();
  if (rt::Has(state_, &TestState::cleaning)) panic("testing: t.Run called during t.Cleanup");
  rt::Set(state_, &TestState::has_subtests);
  std::string full = rt::FromString(name);
  if (state_->level > 0) full = state_->run->names->Unique(state_->name, full);
  if (!state_->run->names->IsWanted(full)) return true;
  if (state_->run->fail_fast && rt::Has(state_, &TestState::failed)) return true;
  TestState* t = rt::NewTest(state_->run, state_, std::move(full));
  rt::AnnounceTest(t);
  go(&tRunner, t, static_cast<Func<void(T&)>&&>(f));
  if (!t->signal.Recv()) runtime::Goexit();
  return !rt::Has(t, &TestState::failed);
}

void T::Cleanup(Func<void()> f) const {
  GOLAB_AT_CALL();
  const rt::TestLock lock(state_);
  state_->cleanups.push_back(static_cast<Func<void()>&&>(f));
}

void T::Helper() const {
  const std::string caller = rt::FromString(runtime::Caller(1).function);
  const rt::TestLock lock(state_);
  for (const std::string& known : state_->helpers) {
    if (known == caller) return;
  }
  state_->helpers.push_back(caller);
}

void T::Parallel() const {}

}  // namespace testing
}  // namespace golab
