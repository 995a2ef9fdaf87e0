// Checks of task3. The student's test is judged by what it says of RunWork functions that golab
// knows, one process each: passed is status 0 after a test has ended, failed is status 1. The
// student's own RunWork is judged by the goroutines that it starts.

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

/// What a test's process says of the work.
struct TestSays {
  enum What { kPassed, kFailed, kNeither } what = kNeither;

  std::string why;  ///< kNeither: "does not end"
};

TestSays ResultOf(const History& h) {
  const Ending& ending = h.ending();
  switch (ending.kind) {
    case Ending::Kind::kPanic:
    case Ending::Kind::kFatal:
    case Ending::Kind::kSignal:
      return {TestSays::kNeither, "crashes"};
    case Ending::Kind::kDeadlock:
      return {TestSays::kNeither, "waits for ever"};
    case Ending::Kind::kLivelock:
    case Ending::Kind::kVirtualLimit:
    case Ending::Kind::kKilled:
    case Ending::Kind::kOutsideEnd:
      return {TestSays::kNeither, "does not end"};
    case Ending::Kind::kVanished:
      return {TestSays::kNeither, "is gone"};
    case Ending::Kind::kMainReturned:
    case Ending::Kind::kExit:
      break;
  }
  const std::size_t begun = h.EventsOf(EventType::kTestStart).size();
  const std::size_t ended = h.EventsOf(EventType::kTestEnd).size();
  if (ending.status == 1) return {TestSays::kFailed, ""};
  if (ending.status != 0)
    return {TestSays::kNeither, "ends with status " + std::to_string(ending.status)};
  if (ended == 0) return {TestSays::kNeither, "does not run"};
  if (ended < begun) return {TestSays::kNeither, "is left by exit(0)"};
  return {TestSays::kPassed, ""};
}

/// The latest count that the program took; null-like (at kNever) if it took none.
CountCall LastCount(const History& h) {
  const auto calls = NumGoroutineCalls(h);
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    // The cases count as well, to know when their goroutines are gone: those calls are RunWork's.
    const auto frames = h.Stack(call->stack);
    const bool of_work = std::any_of(frames.begin(), frames.end(), [](const Frame& f) {
      return f.function.ends_with("RunWork");
    });
    if (!of_work) return *call;
  }
  return {};
}

std::vector<CountCall> CountsOfTest(const History& h) {
  std::vector<CountCall> counts;
  for (const CountCall& call : NumGoroutineCalls(h)) {
    const auto frames = h.Stack(call.stack);
    if (std::any_of(frames.begin(), frames.end(),
                    [](const Frame& f) { return f.function.ends_with("RunWork"); }))
      continue;
    counts.push_back(call);
  }
  return counts;
}

/// The evidence of a verdict on the test: the moment of its last count.
Moment MomentOf(const History& h) {
  const CountCall last = LastCount(h);
  return last.at != kNever ? last.at : h.ending().at != kNever ? h.ending().at : h.last();
}

constexpr char kLinked[] = "golab linked your test with 6 other RunWork; in this run ";

void AddCounts(const History& h, Finding* finding) {
  const auto counts = CountsOfTest(h);
  if (counts.empty()) return;
  const auto say = [](const CountCall& call) {
    return "gives " + Grouped(call.answer) + " here, at " + InSeconds(call.time);
  };
  finding->PlaceOf(h, counts.front().stack, "counts-at", say(counts.front()), counts.front().g);
  if (counts.size() > 1 &&
      h.OwnFrame(counts.back().stack).line != h.OwnFrame(counts.front().stack).line) {
    finding->PlaceOf(h, counts.back().stack, "counts-at", say(counts.back()), counts.back().g);
  }
}

Finding Neither(const Evidence& evidence, const std::string& context, const std::string& expected,
                const TestSays& says) {
  Finding finding = Fail("neither")
                        .Set("why", says.why)
                        .Context(kLinked + context)
                        .Expected(expected)
                        .Actual("the test " + says.why)
                        .At(MomentOf(evidence.history));
  AddCounts(evidence.history, &finding);
  return finding;
}

#define GOLAB_NEITHER                                                                           \
  {                                                                                             \
    "neither", "your test {why}: neither pass nor fail",                                        \
        "a test passes with status 0 and fails with status 1, in time (golab explain verdict)", \
        "what does the test wait for, and for how long at most?"                                \
  }

#define GOLAB_FAILS_CLEAN "your test fails a RunWork that leaks nothing"

// passes-clean

constexpr CauseText kCleanCauses[] = {
    {"fails", GOLAB_FAILS_CLEAN, "a leak is more after than before (golab explain leak)",
     "which comparison of the two counts means a leak?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(PassesClean, "task3.passes-clean", "the test passes where five goroutines are joined",
            info.cases = "clean", info.variations = "-", info.causes = kCleanCauses) {
  const History& h = evidence.history;
  const TestSays says = ResultOf(h);
  const std::string context = "five goroutines, all gone in time";
  if (says.what == TestSays::kPassed) return Pass("passes a RunWork of five that are joined");
  if (says.what == TestSays::kNeither) return Neither(evidence, context, "passes", says);
  Finding finding =
      Fail("fails").Context(kLinked + context).Expected("passes").Actual("fails").At(MomentOf(h));
  AddCounts(h, &finding);
  return finding;
}

// catches-leak

constexpr CauseText kCatchesCauses[] = {
    {"passes", "your test passes with {leaked} {leaked|goroutine|goroutines} left by RunWork",
     "a leak is more after than before (golab explain leak)",
     "which two numbers are compared, and what follows from it?"},
    {"not-called", "your test passes, and RunWork is not called", "a test runs what it tests",
     "which line of the test calls RunWork?"},
    {"not-counted", "your test never counts; {leaked} {leaked|goroutine is|goroutines are} left",
     "a leak shows in the count of goroutines (golab explain NumGoroutine)",
     "which call gives the number of goroutines?"},
    {"baseline-late", "your test's first count, {first}, has the leak already in it",
     "a leak is a difference: count before and after (golab explain baseline)",
     "what must be known before RunWork is called?"},
    {"not-failed", "your test counts {first} before and {last} after, and passes",
     "a leak is more after than before (golab explain leak)", "which line makes the test fail?"},
    GOLAB_NEITHER,
    {}};

/// Which stacks have a frame of RunWork; each is looked up once.
class InWork {
 public:
  explicit InWork(const History& h) : h_(h) {}

  bool operator()(std::uint64_t stack) {
    const auto known = known_.find(stack);
    if (known != known_.end()) return known->second;
    const auto frames = h_.Stack(stack);
    const bool in = std::any_of(frames.begin(), frames.end(),
                                [](const Frame& f) { return f.function.ends_with("RunWork"); });
    return known_[stack] = in;
  }

 private:
  const History& h_;
  std::map<std::uint64_t, bool> known_;
};

/// Goroutines of the program that wait for ever at the end, or that RunWork has started and that
/// had no time to come to their wait.
std::vector<const GoroutineLife*> Leaked(const History& h) {
  std::vector<const GoroutineLife*> leaked;
  InWork in_work(h);
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || g.ended != kNever) continue;
    const Wait* wait = g.WaitAt(h.last());
    const bool waits = wait != nullptr && !wait->until;
    if (waits || (wait == nullptr && in_work(g.creation_stack))) leaked.push_back(&g);
  }
  return leaked;
}

GOLAB_CHECK(CatchesLeak, "task3.catches-leak",
            "the test fails where one of five never ends, and where ten never end",
            info.cases = "one-leaks ten-leak", info.needs = "passes-clean", info.variations = "-",
            info.causes = kCatchesCauses) {
  const History& h = evidence.history;
  const TestSays says = ResultOf(h);
  const bool one = evidence.case_id == "one-leaks";
  const std::string context = one ? "one of five never ends" : "ten never end";
  if (says.what == TestSays::kFailed) return Pass("fails where one goroutine, or ten, never end");
  if (says.what == TestSays::kNeither) return Neither(evidence, context, "fails", says);
  const auto leaked = Leaked(h);
  const auto counts = CountsOfTest(h);
  const char* cause = "passes";
  if (leaked.empty()) {
    cause = "not-called";
  } else if (counts.empty()) {
    cause = "not-counted";
  } else if (counts.front().at > leaked.front()->created) {
    cause = "baseline-late";
  } else if (counts.back().answer > counts.front().answer) {
    cause = "not-failed";
  }
  Finding finding = Fail(cause)
                        .Set("leaked", static_cast<std::int64_t>(leaked.size()))
                        .Context(kLinked + context)
                        .Expected("fails")
                        .Actual("passes")
                        .At(MomentOf(h));
  if (!counts.empty())
    finding.Set("first", counts.front().answer).Set("last", counts.back().answer);
  for (const GoroutineLife* g : leaked) finding.Blame(*g);
  AddCounts(h, &finding);
  return finding;
}

// uses-baseline

constexpr CauseText kBaselineCauses[] = {
    {"fails", GOLAB_FAILS_CLEAN,
     "a leak is a difference: count before and after (golab explain baseline)",
     "which number, known only when the test begins, is to be compared with?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(UsesBaseline, "task3.uses-baseline",
            "goroutines that were alive before the test are no leak", info.cases = "alive-before",
            info.needs = "passes-clean catches-leak", info.variations = "-",
            info.causes = kBaselineCauses) {
  const History& h = evidence.history;
  const TestSays says = ResultOf(h);
  const std::string context = "3 others were alive";
  if (says.what == TestSays::kPassed)
    return Pass("passes with 3 others alive before, during and after");
  if (says.what == TestSays::kNeither) return Neither(evidence, context, "passes", says);
  const CountCall last = LastCount(h);
  Finding finding = Fail("fails").Context(kLinked + context).Actual("fails").At(MomentOf(h));
  finding.Expected(last.at == kNever ? "passes"
                                     : "passes (" + Grouped(last.answer) + " goroutines before, " +
                                           Grouped(last.answer) + " after)");
  if (last.at != kNever) {
    finding.PlaceOf(h, last.stack, "counts-at",
                    "gives " + Grouped(last.answer) + " here, though RunWork added none", last.g);
  }
  return finding;
}

// no-false-alarm

constexpr CauseText kAlarmCauses[] = {
    {"too-soon", "your test takes one that ends 20 ms later for a leak",
     "what is about to end needs a moment to do so (golab explain settle)",
     "how much time lies between RunWork's return and the last count?"},
    {"fewer", "your test fails though fewer goroutines are there than before",
     "a leak is more after than before (golab explain leak)",
     "which comparison of the two counts means a leak?"},
    {"fails", GOLAB_FAILS_CLEAN, "a leak is more after than before (golab explain leak)",
     "which goroutine does the test take for a leak?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(
    NoFalseAlarm, "task3.no-false-alarm",
    "the test passes where a goroutine ends 20 ms late, and where one of the others ends meanwhile",
    info.cases = "late one-ends", info.needs = "passes-clean uses-baseline", info.variations = "-",
    info.causes = kAlarmCauses) {
  const History& h = evidence.history;
  const TestSays says = ResultOf(h);
  const bool late = evidence.case_id == "late";
  const std::string context =
      late ? "one of five ends 20 ms later" : "one of 3 others ended meanwhile";
  if (says.what == TestSays::kPassed)
    return Pass("passes where one ends 20 ms late, or one of the others ends");
  if (says.what == TestSays::kNeither) return Neither(evidence, context, "passes", says);
  const auto counts = CountsOfTest(h);
  const bool fewer = counts.size() > 1 && counts.back().answer < counts.front().answer;
  const bool soon =
      late && !counts.empty() &&
      std::any_of(h.goroutines().begin(), h.goroutines().end(), [&](const GoroutineLife& g) {
        const Wait* wait = g.IsMain() || g.system ? nullptr : g.WaitAt(counts.back().at);
        return wait != nullptr && wait->reason == rt::WaitReason::kSleep;
      });
  Finding finding = Fail(soon    ? "too-soon"
                         : fewer ? "fewer"
                                 : "fails")
                        .Context(kLinked + context)
                        .Expected("passes")
                        .Actual("fails")
                        .At(MomentOf(h));
  AddCounts(h, &finding);
  return finding;
}

// spawns, joins: the student's own RunWork

/// One call of RunWork: who was started in it, directly or by those, and where it was seen to be
/// over.
struct Call {
  std::uint32_t caller = 0;
  Moment returned = kNever;
  std::vector<const GoroutineLife*> started;
};

std::vector<Call> CallsOfWork(const History& h) {
  std::vector<Call> calls;
  std::map<std::uint32_t, std::size_t> open;     // caller -> its call
  std::map<std::uint32_t, std::size_t> belongs;  // goroutine -> the call it was started in
  InWork in_work(h);
  for (Moment m = 0; m < h.events().size(); ++m) {
    const rt::Record& r = h.events()[m];
    const auto type = static_cast<EventType>(r.type);
    // What the clock does carries the stack of whom it interrupts.
    if (r.g == 0 || type == EventType::kPick) continue;
    if (r.stack == 0 && type != EventType::kEnd && type != EventType::kCreate) continue;
    const auto mine = open.find(r.g);
    const bool inside = r.stack != 0 && in_work(r.stack);
    if (mine != open.end() && !inside) {
      calls[mine->second].returned = m;
      open.erase(mine);
    }
    const auto family = belongs.find(r.g);
    if (inside && family == belongs.end() && open.find(r.g) == open.end()) {
      open[r.g] = calls.size();
      calls.push_back({r.g, kNever, {}});
    }
    if (type != EventType::kCreate) continue;
    const auto call = open.find(r.g);
    if (call == open.end() && family == belongs.end()) continue;
    const std::size_t index = call != open.end() ? call->second : family->second;
    const auto id = static_cast<std::uint32_t>(r.arg);
    belongs[id] = index;
    if (const GoroutineLife* g = h.Find(id)) calls[index].started.push_back(g);
  }
  return calls;
}

constexpr CauseText kSpawnsCauses[] = {
    {"too-few", "RunWork starts {count} {count|goroutine|goroutines}, not five",
     "go starts a goroutine (golab explain go)",
     "which lines of RunWork start goroutines, and how often do they run?"},
    {"not-called", "RunWork starts no goroutine, or is not called",
     "go starts a goroutine (golab explain go)", "which line of the test calls RunWork?"},
    {}};

GOLAB_CHECK(Spawns, "task3.spawns", "your RunWork starts at least five goroutines",
            info.cases = "own", info.variations = "-", info.causes = kSpawnsCauses) {
  const History& h = evidence.history;
  const std::vector<Call> calls = CallsOfWork(h);
  const auto end = h.ending().at != kNever ? h.ending().at : h.last();
  if (calls.empty()) return Fail("not-called").Expected("5 goroutines or more").Actual("0").At(end);
  for (const Call& call : calls) {
    const auto count = static_cast<std::int64_t>(call.started.size());
    if (count >= 5) continue;
    Finding finding = Fail(count == 0 ? "not-called" : "too-few")
                          .Set("count", count)
                          .Expected("5 goroutines or more")
                          .Actual(Grouped(count))
                          .At(call.returned != kNever ? call.returned : end);
    for (const GoroutineLife* g : call.started) finding.Blame(*g);
    if (count > 0) {
      finding.PlaceOf(h, call.started.front()->creation_stack, "created-at",
                      Grouped(count) + " created here or below", call.caller);
    }
    return finding;
  }
  return Pass(Grouped(static_cast<std::int64_t>(calls.front().started.size())) +
              " goroutines are started");
}

constexpr CauseText kJoinsCauses[] = {
    {"still-waits",
     "RunWork returns while {count} of its {total} goroutines still {count|waits|wait}",
     "to join is to wait until the last one is done (golab explain join)",
     "what counts those still at work, and where does RunWork wait for it?"},
    {"not-run", "RunWork returns before {count} of its {total} goroutines have run",
     "go starts a goroutine and does not wait for it (golab explain go)",
     "what counts those still at work, and where does RunWork wait for it?"},
    {}};

GOLAB_CHECK(Joins, "task3.joins", "your RunWork returns when the fifth goroutine is done",
            info.cases = "own", info.needs = "spawns", info.variations = "-",
            info.causes = kJoinsCauses) {
  const History& h = evidence.history;
  for (const Call& call : CallsOfWork(h)) {
    if (call.returned == kNever) continue;
    std::vector<const GoroutineLife*> waiting, fresh;
    for (const GoroutineLife* g : call.started) {
      const bool waits = std::any_of(g->waits.begin(), g->waits.end(), [&](const Wait& wait) {
        return wait.end == kNever || wait.end > call.returned;
      });
      if (g->started > call.returned) {
        fresh.push_back(g);
      } else if (waits) {
        waiting.push_back(g);
      }
    }
    const auto& late = waiting.empty() ? fresh : waiting;
    if (late.empty()) continue;
    const GoroutineLife& first = *late.front();
    Finding finding = Fail(waiting.empty() ? "not-run" : "still-waits")
                          .Set("count", static_cast<std::int64_t>(late.size()))
                          .Set("total", static_cast<std::int64_t>(call.started.size()))
                          .Expected("all done when RunWork returns")
                          .Actual(Grouped(static_cast<std::int64_t>(late.size())) + " not done")
                          .At(call.returned)
                          .Show(Picture::kTimeline);
    if (const GoroutineLife* caller = h.Find(call.caller)) finding.Blame(*caller);
    for (const GoroutineLife* g : late) finding.Blame(*g);
    for (const Wait& wait : first.waits) {
      if (wait.end != kNever && wait.end <= call.returned) continue;
      finding.PlaceOf(h, wait.stack, "waits-at",
                      Who(first.id) + " waits here: " + InBrackets(wait.reason), first.id);
      break;
    }
    return finding.PlaceOf(h, first.creation_stack, "created-at", "created here", first.id);
  }
  if (CallsOfWork(h).empty()) return Skip("not judged: RunWork starts no goroutine");
  return Pass("RunWork returns when all of them are done");
}

// leak: the variation

constexpr CauseText kLeakCauses[] = {
    {"no-leak", "with --leak, your RunWork leaves nothing behind",
     "a leak is a goroutine that nobody can wake any more (golab explain leak)",
     "with --leak, which goroutine never ends?"},
    {"passes",
     "your test passes with {count} {count|goroutine|goroutines} left behind by your RunWork",
     "a leak is more after than before (golab explain leak)",
     "which two numbers are compared, and what follows from it?"},
    GOLAB_NEITHER,
    {}};

GOLAB_CHECK(Leak, "task3.leak", "with --leak, your own RunWork leaks and your test fails",
            info.cases = "own", info.variations = "leak", info.causes = kLeakCauses) {
  const History& h = evidence.history;
  const TestSays says = ResultOf(h);
  if (says.what == TestSays::kFailed) {
    const auto leaked = Leaked(h);
    if (leaked.empty()) return Pass("the test fails");
    const std::string site = FileLine(h.OwnFrame(leaked.front()->creation_stack));
    return Pass("the test fails; " + Who(leaked.front()->id) + " stays in " +
                InBrackets(leaked.front()->WaitAt(h.last())->reason) +
                (site.empty() ? "" : ", created at " + site));
  }
  if (says.what == TestSays::kNeither) {
    return Fail("neither")
        .Set("why", says.why)
        .Expected("fails")
        .Actual("the test " + says.why)
        .At(MomentOf(h));
  }
  const auto leaked = Leaked(h);
  Finding finding = Fail(leaked.empty() ? "no-leak" : "passes")
                        .Set("count", static_cast<std::int64_t>(leaked.size()))
                        .Expected("fails")
                        .Actual("passes")
                        .At(MomentOf(h));
  AddCounts(h, &finding);
  return finding;
}

// reports: advice

constexpr CauseText kReportsCauses[] = {
    {"numbers",
     "your test fails without both counts; with {before} and {after} a reader knows how many",
     "a message says what was found and what was expected", ""},
    {}};

bool HasNumber(std::string_view text, std::int64_t number) {
  const std::string digits = std::to_string(number);
  const auto is_digit = [&](std::size_t at) {
    return at < text.size() && std::strchr("0123456789", text[at]) != nullptr;
  };
  for (std::size_t at = text.find(digits); at != std::string_view::npos;
       at = text.find(digits, at + 1)) {
    if ((at == 0 || !is_digit(at - 1)) && !is_digit(at + digits.size())) return true;
  }
  return false;
}

GOLAB_ADVICE(Reports, "task3.reports", "a failure says both counts", info.cases = "ten-leak",
             info.variations = "-", info.causes = kReportsCauses) {
  const History& h = evidence.history;
  const auto counts = CountsOfTest(h);
  if (ResultOf(h).what != TestSays::kFailed || counts.size() < 2)
    return Skip("the test does not fail by counts");
  std::string text;
  for (const Line& line : h.lines()) {
    if (line.text.find("ok ") != 0 && line.text.find("FAIL") == std::string::npos)
      text += line.text + "\n";
  }
  if (HasNumber(text, counts.front().answer) && HasNumber(text, counts.back().answer))
    return Pass("");
  return Fail("numbers")
      .Set("before", counts.front().answer)
      .Set("after", counts.back().answer)
      .At(MomentOf(h));
}

#undef GOLAB_NEITHER
#undef GOLAB_FAILS_CLEAN

}  // namespace
}  // namespace golab::lab
