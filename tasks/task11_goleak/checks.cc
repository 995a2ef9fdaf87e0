// Checks of task11. The student's suite is run as it is and with tests of golab's beside it, one
// process each; what it says is its status. What goleak has found is in the recording.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;
using Kind = Ending::Kind;

constexpr std::string_view kGolabs = "TestGolab";  // how golab's own tests begin

/// A test, from the recording.
struct RunTest {
  std::string name;
  std::uint32_t g = 0;
  Moment begun = kNever;
  Moment ended = kNever;
  bool failed = false;

  bool IsGolabs() const { return name.starts_with(kGolabs); }
};

std::vector<RunTest> TestsOf(const History& h) {
  std::vector<RunTest> tests;
  for (Moment m = 0; m < h.events().size(); ++m) {
    const rt::Record& r = h.events()[m];
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kTestStart) tests.push_back({h.Blob(r.arg), r.g, m, kNever, false});
    if (type != EventType::kTestEnd) continue;
    const std::string name = h.Blob(r.arg);
    for (auto test = tests.rbegin(); test != tests.rend(); ++test) {
      if (test->name != name || test->ended != kNever) continue;
      test->ended = m;
      test->failed = r.reason == static_cast<std::uint8_t>(rt::TestOutcome::kFailed);
      break;
    }
  }
  return tests;
}

/// A search of goleak's.
struct LeakCheck {
  Moment at = kNever;
  std::uint32_t g = 0;
  bool found = false;
  std::uint64_t stack = 0;
};

std::vector<LeakCheck> LeakChecks(const History& h) {
  std::vector<LeakCheck> checks;
  for (const Moment m : h.EventsOf(EventType::kLeakCheck)) {
    const rt::Record& r = h.events()[m];
    checks.push_back({m, r.g, r.reason != 0, r.stack});
  }
  return checks;
}

/// The test in which `g` was created, by its goroutine or one below that; null: in none.
const RunTest* TestOf(const History& h, const std::vector<RunTest>& tests, const GoroutineLife& g) {
  for (const GoroutineLife* up = &g; up != nullptr; up = h.Find(up->creator)) {
    for (const RunTest& test : tests) {
      if (test.g == up->creator && test.begun < up->created) return &test;
    }
  }
  return nullptr;
}

bool IsTest(const std::vector<RunTest>& tests, const GoroutineLife& g) {
  return std::any_of(tests.begin(), tests.end(), [&](const RunTest& t) { return t.g == g.id; });
}

/// Goroutines that the suite is about, by where they were created.
struct Started {
  std::vector<const GoroutineLife*> in_own_tests, in_golabs_tests, outside;
};

Started StartedIn(const History& h) {
  const std::vector<RunTest> tests = TestsOf(h);
  Started started;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || IsTest(tests, g)) continue;
    const RunTest* test = TestOf(h, tests, g);
    (test == nullptr    ? started.outside
     : test->IsGolabs() ? started.in_golabs_tests
                        : started.in_own_tests)
        .push_back(&g);
  }
  return started;
}

std::vector<const GoroutineLife*> AliveOf(const std::vector<const GoroutineLife*>& among,
                                          Moment m) {
  std::vector<const GoroutineLife*> alive;
  for (const GoroutineLife* g : among) {
    if (g->AliveAt(m)) alive.push_back(g);
  }
  return alive;
}

/// What the suite's process says.
struct SuiteSays {
  enum What { kPassed, kFailed, kNeither } what = kNeither;

  std::string why;  ///< kNeither: "does not end"
};

SuiteSays ResultOf(const History& h) {
  const Ending& ending = h.ending();
  switch (ending.kind) {
    case Kind::kPanic:
    case Kind::kFatal:
    case Kind::kSignal:
      return {SuiteSays::kNeither, "crashes"};
    case Kind::kDeadlock:
      return {SuiteSays::kNeither, "waits for ever"};
    case Kind::kLivelock:
    case Kind::kVirtualLimit:
    case Kind::kKilled:
    case Kind::kOutsideEnd:
      return {SuiteSays::kNeither, "does not end"};
    case Kind::kVanished:
      return {SuiteSays::kNeither, "is gone"};
    case Kind::kMainReturned:
    case Kind::kExit:
      break;
  }
  if (ending.status == 1) return {SuiteSays::kFailed, ""};
  if (ending.status != 0)
    return {SuiteSays::kNeither, "ends with status " + std::to_string(ending.status)};
  const std::vector<RunTest> tests = TestsOf(h);
  if (tests.empty()) return {SuiteSays::kNeither, "runs no test"};
  for (const RunTest& test : tests) {
    if (test.ended == kNever) return {SuiteSays::kNeither, "ends before its tests do"};
  }
  return {SuiteSays::kPassed, ""};
}

Moment ProcessEnd(const History& h) {
  return h.ending().at != kNever ? h.ending().at : h.last();
}

/// When the suite's verdict was made: at goleak's last search, or at the end.
Moment VerdictAt(const History& h) {
  const auto checks = LeakChecks(h);
  return checks.empty() ? ProcessEnd(h) : checks.back().at;
}

Finding Neither(const Evidence& evidence, const std::string& expected, const SuiteSays& says) {
  return Fail("neither")
      .Set("why", says.why)
      .Expected(expected)
      .Actual("the suite " + says.why)
      .At(ProcessEnd(evidence.history));
}

void BlameAll(const History& h, const std::vector<const GoroutineLife*>& all, Finding* finding) {
  for (const GoroutineLife* g : all) finding->Blame(*g);
  if (all.empty()) return;
  const GoroutineLife& first = *all.front();
  finding->PlaceOf(h, first.creation_stack, "created-at", Who(first.id) + " is created here",
                   first.creator);
}

/// Those that nobody will wake. Who is ready only waits for its turn to end; who sleeps may be
/// about to, unless goleak has given it its time.
std::vector<const GoroutineLife*> LeftBehind(const History& h,
                                             const std::vector<const GoroutineLife*>& among) {
  const auto checks = LeakChecks(h);
  const bool found = !checks.empty() && checks.back().found;
  const Moment at = VerdictAt(h);
  std::vector<const GoroutineLife*> left;
  for (const GoroutineLife* g : among) {
    const Wait* wait = g->AliveAt(at) ? g->WaitAt(at) : nullptr;
    if (wait != nullptr && (found || !wait->until)) left.push_back(g);
  }
  return left;
}

std::string Count(std::size_t n) {
  return Grouped(static_cast<std::int64_t>(n));
}

#define GOLAB_NEITHER                                                                            \
  {                                                                                              \
    "neither", "your suite {why}: neither pass nor fail",                                        \
        "a suite passes with status 0 and fails with status 1, in time (golab explain verdict)", \
        "what does GOLAB_TEST_MAIN do, from its first line to the exit?"                         \
  }

// passes

constexpr CauseText kPassesCauses[] = {
    {"test-fails", "your test {test} fails", "a suite passes if all of its tests do",
     "what does the test say, in its output (-v)?"},
    {"leaks", "your tests leave {count} {count|goroutine|goroutines} behind",
     "each wait needs somebody who ends it (golab explain leak)",
     "what tells {them} to end before the test does?"},
    {"status", "your tests pass, and the suite ends with status 1",
     "a suite passes if its tests do and nothing is left (golab explain goleak)", ""},
    {"no-work", "no test of yours starts a goroutine", "go starts a goroutine (golab explain go)",
     "which work of a test can be done by goroutines?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(Passes, "task11.passes", "your tests pass, start goroutines and leave none behind",
            info.cases = "own", info.variations = "-", info.causes = kPassesCauses) {
  const History& h = evidence.history;
  const SuiteSays says = ResultOf(h);
  if (says.what == SuiteSays::kNeither) return Neither(evidence, "passes", says);
  for (const RunTest& test : TestsOf(h)) {
    if (!test.failed) continue;
    return Fail("test-fails")
        .Set("test", test.name)
        .Expected("passes")
        .Actual("fails")
        .At(test.ended);
  }
  const Started started = StartedIn(h);
  const auto left = LeftBehind(h, started.in_own_tests);
  if (!left.empty()) {
    Finding finding = Fail("leaks")
                          .Set("count", static_cast<std::int64_t>(left.size()))
                          .Set("them", left.size() == 1 ? "it" : "them")
                          .Expected("0 left when the tests have ended")
                          .Actual(Count(left.size()) + " left")
                          .At(VerdictAt(h));
    BlameAll(h, left, &finding);
    return finding;
  }
  if (started.in_own_tests.empty()) {
    return Fail("no-work").Expected("1 goroutine or more").Actual("0").At(ProcessEnd(h));
  }
  // A known goroutine that was not ignored is for the check `ignores`.
  const auto checks = LeakChecks(h);
  const bool finds = checks.empty() ? !NumGoroutineCalls(h).empty() : checks.back().found;
  const bool of_known = finds && !AliveOf(started.outside, VerdictAt(h)).empty();
  if (says.what == SuiteSays::kFailed && !of_known) {
    return Fail("status").Expected("status 0").Actual("status 1").At(ProcessEnd(h));
  }
  const std::size_t own = started.in_own_tests.size();
  return Pass(Count(own) + (own == 1 ? " goroutine in your tests, gone at the end"
                                     : " goroutines in your tests, all gone at the end"));
}

// ignores

constexpr CauseText kIgnoresCauses[] = {
    {"reported", "your suite takes its own known goroutine for a leak",
     "what lives on purpose is ignored by an option (golab explain goleak)",
     "which option names the function in which it waits?"},
    {"no-background", "no goroutine lives on when your suite ends",
     "what lives on purpose is ignored by an option (golab explain goleak)",
     "where does your suite start one that lives as long as the program?"},
    {}};

GOLAB_CHECK(Ignores, "task11.ignores",
            "a goroutine that lives on purpose is alive at the end, and is no failure",
            info.cases = "own", info.needs = "passes", info.variations = "-",
            info.causes = kIgnoresCauses) {
  const History& h = evidence.history;
  const auto known = AliveOf(StartedIn(h).outside, VerdictAt(h));
  if (known.empty()) {
    return Fail("no-background")
        .Expected("1 that your suite starts, and ignores")
        .Actual("0")
        .At(ProcessEnd(h));
  }
  if (ResultOf(h).what == SuiteSays::kPassed)
    return Pass(Who(known.front()->id) + " is alive at the end, and is no leak");
  Finding finding = Fail("reported")
                        .Expected("passes with " + Who(known.front()->id) + " alive")
                        .Actual("fails")
                        .At(VerdictAt(h));
  BlameAll(h, known, &finding);
  for (const LeakCheck& check : LeakChecks(h)) {
    if (check.found)
      finding.PlaceOf(h, check.stack, "looks-at",
                      "finds it here, at " + InSeconds(h.TimeAt(check.at)), check.g);
  }
  return finding;
}

// catches

constexpr CauseText kCatchesCauses[] = {
    {"not-run", "your suite passes, and golab's test is not run",
     "m.Run runs all tests of a program", "which line of GOLAB_TEST_MAIN runs the tests?"},
    {"never-looks", "your suite passes with {leaked} left behind; goleak never looks",
     "goleak looks when it is called (golab explain goleak)",
     "what is to look when all tests have ended, and where is it called?"},
    {"too-early", "your suite passes: goleak looks before the leak, and not after it",
     "a leak shows when the tests are over (golab explain goleak)",
     "how does this call become the last thing that happens?"},
    {"ignored", "your suite passes: goleak looks, and leaves the leak out",
     "an option leaves out what it names, whoever it is (golab explain goleak)",
     "which goroutine should the option name, and which others does it name?"},
    {"status", "goleak finds the leak, and the suite ends with status 0",
     "a suite fails with a status other than 0 (golab explain verdict)",
     "what happens to the error, or the status, that goleak gives?"},
    GOLAB_NEITHER,
    {}};

/// Why a suite passes beside a leak.
const char* WhyMissed(const History& h, const std::vector<const GoroutineLife*>& leaked) {
  if (leaked.empty()) return "not-run";
  const auto checks = LeakChecks(h);
  if (checks.empty()) return "never-looks";
  if (std::any_of(checks.begin(), checks.end(),
                  [&](const LeakCheck& c) { return c.found && c.at > leaked.front()->created; }))
    return "status";
  return checks.back().at < leaked.front()->created ? "too-early" : "ignored";
}

GOLAB_CHECK(Catches, "task11.catches", "goroutines left behind on purpose make the suite fail",
            info.cases = "leak leaks asleep", info.needs = "passes ignores", info.variations = "-",
            info.causes = kCatchesCauses) {
  const History& h = evidence.history;
  const SuiteSays says = ResultOf(h);
  if (says.what == SuiteSays::kFailed)
    return Pass("fails where a receive, a send, a select or a sleep is left behind");
  if (says.what == SuiteSays::kNeither) return Neither(evidence, "fails", says);
  const auto leaked = AliveOf(StartedIn(h).in_golabs_tests, ProcessEnd(h));
  const std::string who = leaked.empty()       ? "golab's test"
                          : leaked.size() == 1 ? Who(leaked.front()->id)
                                               : Count(leaked.size()) + " goroutines";
  Finding finding =
      Fail(WhyMissed(h, leaked))
          .Set("leaked", leaked.size() == 1 ? "a goroutine" : Count(leaked.size()) + " goroutines")
          .Context("golab linked your suite with a test that passes and leaves a goroutine behind")
          .Expected(leaked.empty() ? "golab's test runs" : "it fails and names " + who)
          .Actual(Count(TestsOf(h).size()) + " tests pass, status 0")
          .At(leaked.empty() ? ProcessEnd(h) : leaked.front()->created);
  for (const GoroutineLife* g : leaked) finding.Blame(*g);
  if (const auto checks = LeakChecks(h); !checks.empty()) {
    const LeakCheck& last = checks.back();
    finding.PlaceOf(
        h, last.stack, "looks-at",
        (last.found ? "finds it here, at " : "looks here, at ") + InSeconds(h.TimeAt(last.at)),
        last.g);
  }
  if (!leaked.empty()) {
    finding.PlaceOf(h, leaked.front()->creation_stack, "created-at",
                    "golab's test creates " + Who(leaked.front()->id) + " here, at " +
                        InSeconds(leaked.front()->created_time),
                    leaked.front()->creator);
  }
  return finding;
}

// retries

constexpr CauseText kRetriesCauses[] = {
    {"too-soon", "your suite takes a goroutine that ends 0.200 s later for a leak",
     "what is about to end needs a moment to do so (golab explain settle)",
     "how often, and for how long, does your suite look before it fails?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(Retries, "task11.retries", "one that ends 200 ms after its test is no leak",
            info.cases = "late", info.needs = "passes ignores", info.variations = "-",
            info.causes = kRetriesCauses) {
  const History& h = evidence.history;
  const SuiteSays says = ResultOf(h);
  if (says.what == SuiteSays::kPassed) return Pass("waits for one that ends 200 ms after its test");
  if (says.what == SuiteSays::kNeither) return Neither(evidence, "passes", says);
  Finding finding = Fail("too-soon")
                        .Context(
                            "golab linked your suite with a test whose goroutine ends 200 ms "
                            "after it")
                        .Expected("passes")
                        .Actual("fails at " + InSeconds(h.TimeAt(ProcessEnd(h))))
                        .At(ProcessEnd(h));
  for (const GoroutineLife* g : StartedIn(h).in_golabs_tests) finding.Blame(*g);
  for (const LeakCheck& check : LeakChecks(h)) {
    if (check.found)
      finding.PlaceOf(h, check.stack, "looks-at", "looks here, at " + InSeconds(h.TimeAt(check.at)),
                      check.g);
  }
  if (const auto counts = NumGoroutineCalls(h); LeakChecks(h).empty() && !counts.empty()) {
    finding.PlaceOf(
        h, counts.back().stack, "counts-at",
        "gives " + Grouped(counts.back().answer) + " here, at " + InSeconds(counts.back().time),
        counts.back().g);
  }
  return finding;
}

// none: the variation

constexpr CauseText kNoneCauses[] = {
    {"not-in-test", "with --none, your test {test} does not look for goroutines",
     "VerifyNone looks when it is called, for one test (golab explain goleak)",
     "what does the first line of each test put off to its end?"},
    {"too-early", "with --none, your test {test} looks before its work begins",
     "what is deferred runs when the test ends (golab explain defer)",
     "how does this call become the last thing that happens in the test?"},
    {"fails", "with --none, your suite fails, though nothing is left behind",
     "what lives on purpose is ignored by an option (golab explain goleak)",
     "which goroutine does VerifyNone find?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(None, "task11.none", "with --none, each of your tests looks for goroutines at its end",
            info.cases = "own", info.variations = "none", info.causes = kNoneCauses) {
  const History& h = evidence.history;
  const SuiteSays says = ResultOf(h);
  if (says.what == SuiteSays::kNeither) return Neither(evidence, "passes", says);
  const std::vector<RunTest> tests = TestsOf(h);
  const auto checks = LeakChecks(h);
  if (says.what == SuiteSays::kFailed) {
    Finding finding = Fail("fails").Expected("passes").Actual("fails").At(VerdictAt(h));
    const auto first = std::find_if(checks.begin(), checks.end(),
                                    [](const LeakCheck& check) { return check.found; });
    if (first != checks.end())
      finding.PlaceOf(h, first->stack, "looks-at", "finds somebody here", first->g);
    return finding;
  }
  for (const RunTest& test : tests) {
    const LeakCheck* last = nullptr;
    for (const LeakCheck& check : checks) {
      if (check.g == test.g && check.at > test.begun && check.at < test.ended) last = &check;
    }
    Moment started = test.begun;
    for (const GoroutineLife& g : h.goroutines()) {
      if (g.creator == test.g) started = std::max(started, g.created);
    }
    if (last != nullptr && last->at > started) continue;
    Finding finding = Fail(last == nullptr ? "not-in-test" : "too-early")
                          .Set("test", test.name)
                          .Expected("a look at the end of each test")
                          .Actual(last == nullptr ? "none" : "a look at its begin")
                          .At(test.ended);
    if (last != nullptr) finding.PlaceOf(h, last->stack, "looks-at", "looks here", last->g);
    return finding;
  }
  return Pass("each of " + Count(tests.size()) + " tests looks at its end");
}

#undef GOLAB_NEITHER

}  // namespace
}  // namespace golab::lab
