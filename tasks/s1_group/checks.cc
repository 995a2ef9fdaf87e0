// Checks of s1. golab's driver (cases/driver.cc) gives the group works that end in known ways; it
// marks what it does by calls that are recorded with their stacks: a work begins, ends, Go is
// called, has returned, and with what. All else is the student's, and may look like anything.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/common_checks.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1'000 * kMs;
constexpr std::uint64_t kTimeout = kSecond;

/// The driver's works.
constexpr std::string_view kWorks[] = {"Item",  "Finishes", "Keeper",    "Late",    "Overruns",
                                       "Step",  "Panics",   "Fails11",   "Fails12", "Fails13",
                                       "Exits", "Nests",    "NestsFull", "Inner"};

/// A work that was run.
struct Run {
  std::string_view work;
  std::uint32_t g = 0;
  std::uint64_t stack = 0;  ///< of the mark at its beginning
  std::size_t group = 0;    ///< the driver's groups come one after the other; from 1
  Moment begin = kNever, end = kNever;
  Moment told = kNever;      ///< when it saw that its context had ended
  Moment not_told = kNever;  ///< when it gave up to wait for that

  bool LiveAt(Moment m) const { return begin <= m && (end == kNever || end > m); }
};

/// A call of Go or Wait by the driver, and what it gave.
struct Call {
  std::string_view what;
  std::uint32_t g = 0;
  std::size_t group = 0;
  Moment at = kNever, returned = kNever;
  bool nil = false, canceled = false, deadline = false;
  bool host[3] = {};                     ///< is, or wraps, the error of host 11, 12, 13
  Moment tells = kNever, told = kNever;  ///< what it prints in between is the error's text
  std::string text = {};
};

/// What the driver saw.
struct Seen {
  std::vector<Run> runs;    ///< by beginning
  std::vector<Call> calls;  ///< by beginning
  Moment parent_ends = kNever;
  std::size_t groups = 0;
  std::string driver;  ///< its file

  std::vector<Run> Of(std::string_view work, std::size_t group = 0) const {
    std::vector<Run> its;
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(its), [&](const Run& run) {
      return run.work == work && (group == 0 || run.group == group);
    });
    return its;
  }

  std::vector<Call> Calls(std::string_view what, std::size_t group) const {
    std::vector<Call> its;
    std::copy_if(calls.begin(), calls.end(), std::back_inserter(its),
                 [&](const Call& call) { return call.what == what && call.group == group; });
    return its;
  }
};

/// Its marks, from the recording.
class Reader {
 public:
  explicit Reader(const History& h) : h_(h) {
    for (const Moment m : h.EventsOf(EventType::kNumGoroutine)) Take(m);
    for (Call& call : seen.calls) {
      for (const Output& output : h.outputs()) {
        if (output.g == call.g && output.at > call.tells && output.at < call.told)
          call.text += output.text;
      }
    }
  }

  Seen seen;

 private:
  void Take(Moment m) {
    const rt::Record& r = h_.events()[m];
    const std::vector<Frame> frames = h_.Stack(r.stack);
    std::size_t i = 0;
    while (i < frames.size() && WithoutPackage(frames[i].function) != "Mark") ++i;
    if (i + 1 >= frames.size()) return;
    seen.driver = frames[i].file;
    const std::string_view what = WithoutPackage(frames[i + 1].function);
    if (what == "MakesGroup") ++seen.groups;
    if (what == "CancelsParent") seen.parent_ends = m;
    if (what == "Begins" || what == "Ends" || what == "Cancelled" || what == "NotCancelled") {
      for (std::size_t k = i + 2; k < frames.size(); ++k) {
        const auto* work =
            std::find(std::begin(kWorks), std::end(kWorks), WithoutPackage(frames[k].function));
        if (work != std::end(kWorks)) return TakeRun(what, *work, m, r);
      }
    }
    TakeCall(what, m, r);
  }

  void TakeRun(std::string_view what, std::string_view work, Moment m, const rt::Record& r) {
    if (what == "Begins") {
      seen.runs.push_back({work, r.g, r.stack, seen.groups, m});
      return;
    }
    for (auto run = seen.runs.rbegin(); run != seen.runs.rend(); ++run) {
      if (run->work != work || run->g != r.g || run->end != kNever) continue;
      if (what == "Ends") run->end = m;
      if (what == "Cancelled") run->told = m;
      if (what == "NotCancelled") run->not_told = m;
      return;
    }
  }

  void TakeCall(std::string_view what, Moment m, const rt::Record& r) {
    if (what == "CallsGo" || what == "CallsWait") {
      seen.calls.push_back({what == "CallsGo" ? "Go" : "Wait", r.g, seen.groups, m});
      return;
    }
    const auto call = std::find_if(seen.calls.rbegin(), seen.calls.rend(),
                                   [&](const Call& one) { return one.g == r.g; });
    if (call == seen.calls.rend()) return;
    if (what == "GoReturned" || what == "WaitReturned") call->returned = m;
    if (what == "IsNil") call->nil = true;
    if (what == "IsCanceled") call->canceled = true;
    if (what == "IsDeadline") call->deadline = true;
    if (what == "IsHost11") call->host[0] = true;
    if (what == "IsHost12") call->host[1] = true;
    if (what == "IsHost13") call->host[2] = true;
    if (what == "Tells") call->tells = m;
    if (what == "Told") call->told = m;
  }

  const History& h_;
};

Seen SeenIn(const History& h) {
  return Reader(h).seen;
}

/// The innermost of the student's own frames: not golab's driver's.
Frame TheirFrame(const History& h, const Seen& seen, std::uint64_t stack) {
  for (const Frame& frame : h.Stack(stack)) {
    if (frame.own && frame.file != seen.driver) return frame;
  }
  return {};
}

std::uint64_t Between(const History& h, Moment from, Moment to) {
  return h.TimeAt(to) - h.TimeAt(from);
}

/// More than what a loaded machine explains; never so in real time.
bool TooLate(const Evidence& evidence, Moment from, Moment to) {
  const History& h = evidence.history;
  return !evidence.InRealTime() && Between(h, from, to) > SlackBetween(h, from, to);
}

/// What golab's program did, under line one.
std::string ContextOf(const Evidence& evidence) {
  const std::string& id = evidence.case_id;
  if (id == "crowd") return "golab's program: limit 3, main calls Go for 9 works";
  if (id == "callers") return "golab's program: limit 2, 3 goroutines call Go for 2 works each";
  if (id == "parent") return "golab's program: limit 1, taken; the parent's context ends at 0.5 s";
  if (id == "timeouts") return "golab's program: timeout 1 s; works of 0.7 s, of 1.8 s, one waits";
  if (id == "panics") return "golab's program: work 'ledger' panics after 0.1 s";
  if (id == "first-error")
    return "golab's program: mode kFirstError; errors at 0.3 s (mailer), 0.8 s (ledger)";
  if (id == "wait-all")
    return "golab's program: mode kWaitAll; errors of ledger, mailer and archiver";
  if (id == "zero") return "golab's program: no limit, no timeout, 50 works of 5 s; and none";
  if (id == "reuse") return "golab's program: Go, Wait, and on the same group Go, Wait again";
  if (id == "nested") return "golab's program: works that call Go of their own group, or have one";
  return "";
}

Finding FailIn(const Evidence& evidence, const char* cause) {
  return Fail(cause).Context(ContextOf(evidence));
}

/// A call that does not come back, and where it waits.
Finding Stays(const Evidence& evidence, const Seen& seen, const Call& call, const char* cause) {
  const History& h = evidence.history;
  Finding finding = FailIn(evidence, cause).Expected("returns").Actual("not returned").At(call.at);
  const GoroutineLife* g = h.Find(call.g);
  const Wait* wait = g == nullptr ? nullptr : g->WaitAt(EndOf(h));
  if (wait != nullptr)
    finding.PlaceAt(TheirFrame(h, seen, wait->stack), "waits-at",
                    Who(call.g) + " waits here: " + InBrackets(wait->reason), call.g);
  return finding;
}

/// Where the student's code runs a work.
Finding& AtRun(Finding& finding, const Evidence& evidence, const Seen& seen, const Run& run,
               const std::string& label) {
  const Frame runs = TheirFrame(evidence.history, seen, run.stack);
  if (runs.line > 0) finding.PlaceAt(runs, "runs-at", label, run.g);
  return finding;
}

std::string Said(const Call& call) {
  if (call.nil) return "nil";
  std::string said = call.text.substr(0, call.text.find('\n'));
  const std::size_t gives = said.find("gives: ");
  if (gives != std::string::npos) said = said.substr(gives + 7);
  return "'" + (said.size() > 44 ? said.substr(0, 41) + "..." : said) + "'";
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The first work of these that had not ended when a Wait returned.
const Run* LiveAtReturn(const std::vector<Run>& runs, const Call& wait) {
  for (const Run& run : runs) {
    if (run.group == wait.group && run.LiveAt(wait.returned)) return &run;
  }
  return nullptr;
}

Finding NotJoined(const Evidence& evidence, const Seen& seen, const Run& run, const Call& wait) {
  const History& h = evidence.history;
  Finding finding =
      FailIn(evidence, "not-joined")
          .Expected("0 works running when Wait returns")
          .Actual(
              "it returned at " + InSeconds(h.TimeAt(wait.returned)) + ", " + Who(run.g) +
              (run.end == kNever ? " was cut off" : " ended at " + InSeconds(h.TimeAt(run.end))))
          .At(wait.returned);
  return AtRun(finding, evidence, seen, run, "a work is still under way here");
}

/// What a Wait lacks of one of the three errors, for causes "missing" and "identity".
Finding LacksHost(const Evidence& evidence, const Call& wait, int number, const char* missing) {
  const std::string text = "no route to host " + std::to_string(number);
  Finding finding = FailIn(evidence, Has(wait.text, text) ? "identity" : missing);
  return finding.Set("text", "'" + text + "'")
      .Expected("an error that is '" + text + "'")
      .Actual(Said(wait))
      .At(wait.returned);
}

// zero

constexpr CauseText kZeroCauses[] = {
    {"never", "Wait() of a group without work does not return",
     "a wait ends only if someone else ends it (golab explain join)",
     "who ends this wait if nothing was started?"},
    {"error", "Wait() gives an error, and no work has failed",
     "no error is nil (golab explain group)", "where does the value that Wait gives come from?"},
    {"stuck", "Go() does not return, though the limit is 0: none",
     "a channel without room is no limit, it is a meeting (golab explain send)",
     "what does your limit do when it is 0?"},
    {"refused", "Go() refuses work, though the limit is 0: none",
     "a limit of 0 stands for none (golab explain group)", "what does your limit do when it is 0?"},
    {"fewer", "{count} of 50 works ran at once, though the limit is 0: none",
     "a limit of 0 stands for none (golab explain group)", "what does a work wait for here?"},
    {"timeout", "the context of a work ended after {length}, though the timeout is 0: none",
     "a timeout of 0 stands for none (golab explain timeout)",
     "what does WithTimeout do with a length of 0?"},
    {}};

GOLAB_CHECK(Zero, "s1.zero", "no work, no limit, no timeout: each is nothing special",
            info.cases = "zero", info.causes = kZeroCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  for (const Call& call : seen.calls) {
    const bool wait = call.what == "Wait";
    if (call.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, call, wait ? "never" : "stuck");
    }
    // What a Wait for works that were cancelled says is a consequence.
    const bool empty = call.group < 3;
    if (!call.nil && (empty || !wait)) {
      return FailIn(evidence, wait ? "error" : "refused")
          .Expected("nil")
          .Actual(Said(call))
          .At(call.returned);
    }
  }
  const std::vector<Run> runs = seen.Of("Item", 3);
  std::int64_t most = 0;
  for (const Run& run : runs) {
    most = std::max<std::int64_t>(
        most, std::count_if(runs.begin(), runs.end(),
                            [&](const Run& other) { return other.LiveAt(run.begin); }));
  }
  for (const Run& run : runs) {
    if (run.told == kNever) continue;
    Finding finding = FailIn(evidence, "timeout")
                          .Set("length", InSeconds(Between(h, run.begin, run.told)))
                          .Expected("a context that does not end")
                          .Actual("ended")
                          .At(run.told);
    return AtRun(finding, evidence, seen, run, "work is given its context here");
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  if (most < 50) {
    Finding finding = FailIn(evidence, "fewer")
                          .Set("count", most)
                          .Expected("50 at once")
                          .Actual(std::to_string(most))
                          .At(runs.empty() ? EndOf(h) : runs.front().begin);
    return runs.empty() ? finding : AtRun(finding, evidence, seen, runs.front(), "one runs here");
  }
  for (const Call& call : seen.calls) {
    if (!call.nil)
      return FailIn(evidence, "error").Expected("nil").Actual(Said(call)).At(call.returned);
  }
  return Pass("without a limit 50 ran at once; without work Wait gives nil at once");
}

// limit

constexpr CauseText kLimitCauses[] = {
    {"more", "{count} functions ran at the same moment, the limit is {limit}",
     "test and change must be one step (golab explain check-then-act)",
     "which one operation waits for a free place and takes it?"},
    {"overrun",
     "{count} functions ran at the same moment: one that is out of time has lost its "
     "place",
     "a timeout ends a context; the work ends when it returns (golab explain timeout)",
     "when does a work that does not look at its context leave its place?"},
    {"fewer",
     "{count} {count|function|functions} at most ran at the same moment, the limit is "
     "{limit}",
     "starting is not waiting (golab explain go)",
     "what does a work wait for, besides a free place?"},
    {"not-run", "{count} of {all} works were run", "go starts a goroutine (golab explain go)",
     "what becomes of a place whose work has ended?"},
    {}};

/// By case and group of the driver; 0: none.
int LimitOf(const std::string& case_id, std::size_t group) {
  if (case_id == "crowd") return 3;
  if (case_id == "callers") return 2;
  if (case_id == "timeouts") return group == 1 ? 2 : group == 3 ? 1 : 0;
  return 0;
}

GOLAB_CHECK(Limit, "s1.limit", "never more at once than the limit, and as many as that",
            info.cases = "crowd callers timeouts", info.needs = "zero",
            info.causes = kLimitCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  std::int64_t most = 0;
  for (const Run& run : seen.runs) {
    const int limit = LimitOf(evidence.case_id, run.group);
    std::vector<Run> live;
    std::copy_if(
        seen.runs.begin(), seen.runs.end(), std::back_inserter(live),
        [&](const Run& other) { return other.group == run.group && other.LiveAt(run.begin); });
    const auto count = static_cast<std::int64_t>(live.size());
    most = std::max(most, count);
    if (limit == 0 || count <= limit) continue;
    const bool overrun = std::any_of(live.begin(), live.end(), [&](const Run& other) {
      return other.work == "Overruns" && Between(h, other.begin, run.begin) >= kTimeout;
    });
    Finding finding = FailIn(evidence, overrun ? "overrun" : "more")
                          .Set("count", count)
                          .Set("limit", limit)
                          .Expected(std::to_string(limit) + " at most")
                          .Actual(std::to_string(count) + " at " + InSeconds(h.TimeAt(run.begin)))
                          .At(run.begin)
                          .Show(Picture::kStory);
    for (const Run& other : live) {
      if (const GoroutineLife* g = h.Find(other.g)) finding.Blame(*g);
    }
    return AtRun(finding, evidence, seen, run, Who(run.g) + " runs one more here");
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  if (evidence.case_id != "crowd") return Pass("never more at once than the limit");
  const auto runs = static_cast<std::int64_t>(seen.runs.size());
  if (runs > 0 && most < 3) {
    Finding finding = FailIn(evidence, "fewer")
                          .Set("count", most)
                          .Set("limit", 3)
                          .Expected("3 at once, while others wait")
                          .Actual(std::to_string(most))
                          .At(seen.runs.front().begin);
    return AtRun(finding, evidence, seen, seen.runs.front(), "one runs here");
  }
  const bool refused = std::any_of(seen.calls.begin(), seen.calls.end(),
                                   [](const Call& call) { return call.what == "Go" && !call.nil; });
  if (refused) return Skip("not judged: Go refused a work, or did not return");
  if (runs < 9) {
    return FailIn(evidence, "not-run")
        .Set("count", runs)
        .Set("all", 9)
        .Expected("9 are run")
        .Actual(std::to_string(runs))
        .At(EndOf(h));
  }
  return Pass("3 of 9 ran at once, never more");
}

// blocks

constexpr CauseText kBlocksCauses[] = {
    {"early", "Go() returns while all {limit} places are taken",
     "Go waits for a place; that is what slows its caller down (golab explain semaphore)",
     "on which goroutine does the wait for a place stand?"},
    {"late", "Go() returns {length} after a place was free",
     "Go waits for a place, and for nothing else (golab explain semaphore)",
     "what tells Go that a work has ended?"},
    {"never", "Go() does not return, though works have ended",
     "a place is free when its work has ended (golab explain semaphore)",
     "which line gives a place back, and does every way out pass it?"},
    {"refused", "Go() refuses work, though nothing has ended the group's context",
     "Go waits for a place (golab explain semaphore)",
     "what does Go do when all places are taken?"},
    {"ignores", "Go() waits on for a place when the parent's context has ended",
     "a wait for one thing alone cannot be cancelled (golab explain select)",
     "what can wait for a place and for ctx.Done(), whichever comes first?"},
    {"runs-anyway", "a work is started after the parent's context has ended",
     "what is cancelled starts nothing more (golab explain cancel)",
     "of two cases that are ready, which does a select take?"},
    {"nil", "Go() gives nil, and the work was not run",
     "who is refused has to know it (golab explain context)",
     "what does Go give when the context has ended?"},
    {"other", "Go() gives another error than the context's when that has ended",
     "ctx.Err() says why (golab explain context)",
     "which error says that the context was cancelled?"},
    {"not-told", "a work is not told that the parent's context has ended",
     "a context ends with its parent (golab explain context)",
     "from which context is that of the works made?"},
    {}};

/// Go against the count of places: who is told "yes" has one.
Finding JudgePlaces(const Evidence& evidence, const Seen& seen, int limit) {
  const History& h = evidence.history;
  const std::vector<Call> calls = seen.Calls("Go", 1);
  const auto taken_before = [&](Moment m) {
    const auto accepted = std::count_if(calls.begin(), calls.end(), [&](const Call& call) {
      return call.nil && call.returned < m;
    });
    const auto ended = std::count_if(seen.runs.begin(), seen.runs.end(),
                                     [&](const Run& run) { return run.end < m; });
    return accepted - ended;
  };
  for (const Call& call : calls) {
    if (call.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, call, "never");
    }
    if (!call.nil) {
      return FailIn(evidence, "refused")
          .Expected("nil, when a place is free")
          .Actual(Said(call))
          .At(call.returned);
    }
    if (taken_before(call.returned) >= limit) {
      return FailIn(evidence, "early")
          .Set("limit", limit)
          .Expected("waits for a place")
          .Actual("returned at " + InSeconds(h.TimeAt(call.returned)))
          .At(call.returned);
    }
    Moment free = call.at;
    for (const Run& run : seen.runs) {
      if (run.end > free && run.end < call.returned && taken_before(run.end) >= limit)
        free = run.end;
    }
    if (!TooLate(evidence, free, call.returned)) continue;
    return FailIn(evidence, "late")
        .Set("length", InSeconds(Between(h, free, call.returned)))
        .Expected("returns at " + InSeconds(h.TimeAt(free)))
        .Actual(InSeconds(h.TimeAt(call.returned)))
        .At(free);
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("each Go returned when a place was free");
}

GOLAB_CHECK(Blocks, "s1.blocks", "Go waits for a place, and no longer than its context lasts",
            info.cases = "crowd callers parent", info.needs = "limit zero",
            info.causes = kBlocksCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (evidence.case_id != "parent")
    return JudgePlaces(evidence, seen, LimitOf(evidence.case_id, 1));
  const std::vector<Call> calls = seen.Calls("Go", 1);
  const Moment ends = seen.parent_ends;
  if (calls.size() < 2) return Skip(kStopped);
  const Call& waits = calls[1];
  if (waits.returned < ends && !waits.canceled) {
    return FailIn(evidence, "early")
        .Set("limit", 1)
        .Expected("waits for a place")
        .Actual("returned at " + InSeconds(h.TimeAt(waits.returned)))
        .At(waits.returned);
  }
  if (ends == kNever) return Skip(kStopped);
  const Moment back = std::min(waits.returned, EndOf(h));
  if (TooLate(evidence, ends, back) || (waits.returned == kNever && !StoppedOrExited(h))) {
    Finding finding = Stays(evidence, seen, waits, "ignores");
    if (waits.returned == kNever) return finding;
    // By the wait that it was in.
    const GoroutineLife* g = h.Find(waits.g);
    const Wait* wait = g == nullptr ? nullptr : g->WaitAt(ends);
    if (wait != nullptr)
      finding.PlaceAt(TheirFrame(h, seen, wait->stack), "waits-at", "Go waits here", waits.g);
    return finding.Expected("returns at " + InSeconds(h.TimeAt(ends)))
        .Actual(InSeconds(h.TimeAt(waits.returned)));
  }
  for (const Run& run : seen.Of("Late")) {
    Finding finding = FailIn(evidence, "runs-anyway")
                          .Expected("nothing starts any more")
                          .Actual("runs at " + InSeconds(h.TimeAt(run.begin)))
                          .At(run.begin);
    return AtRun(finding, evidence, seen, run, "it is run here");
  }
  for (std::size_t i = 1; i < calls.size(); ++i) {
    if (calls[i].returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, calls[i], "ignores");
    }
    if (calls[i].canceled) continue;
    return FailIn(evidence, calls[i].nil ? "nil" : "other")
        .Expected("'context canceled'")
        .Actual(Said(calls[i]))
        .At(calls[i].returned);
  }
  for (const Run& run : seen.Of("Finishes")) {
    const Moment told = std::min(run.told, EndOf(h));
    if (run.told != kNever && !TooLate(evidence, ends, told)) continue;
    if (run.told == kNever && StoppedOrExited(h)) return Skip(kStopped);
    Finding finding = FailIn(evidence, "not-told")
                          .Expected("told at " + InSeconds(h.TimeAt(ends)))
                          .Actual(run.told == kNever ? "not told" : InSeconds(h.TimeAt(run.told)))
                          .At(ends);
    return AtRun(finding, evidence, seen, run, "work is given its context here");
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("Go waited for a place until the parent's context ended");
}

// wait-all

constexpr CauseText kWaitAllCauses[] = {
    {"not-joined", "Wait() returned while a work was still running",
     "to wait for all is to wait for the last one (golab explain join)",
     "what tells Wait that the last work has ended?"},
    {"never", "Wait() does not return, though every work has ended",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and on every way out?"},
    {"not-begun", "Wait() returned before {count} of {all} works had begun",
     "a counter rises before go, or Wait may come first (golab explain join)",
     "on which goroutine, and before which line, is a work counted?"},
    {"cancels", "the context of a work ended because another one has failed",
     "in mode kWaitAll an error ends nothing (golab explain group)",
     "which errors end the group's context?"},
    {"missing", "the error that Wait() gives lacks {text}",
     "errors::Join makes one error of many (golab explain wrap)",
     "where is the error of each work kept until Wait?"},
    {"identity", "the error that Wait() gives reads {text}, but is not that error",
     "what wraps with %w stays the same error, with %v it is text (golab explain wrap)",
     "can errors::Is still find the error inside?"},
    {"order", "the errors of Wait() are not in the order of Go",
     "who ends first is chance; who was started first is not (golab explain schedule)",
     "where is each error put, and is that the place of its Go?"},
    {"false-alarm", "Wait() gives an error, and no work has failed",
     "no error is nil (golab explain group)", "where does the value that Wait gives come from?"},
    {}};

/// Works that Go has taken on, and that had not begun when Wait returned. Where nothing is
/// cancelled each of them is run.
std::optional<Finding> NotBegun(const Evidence& evidence, const Seen& seen, const Call& wait) {
  if (evidence.case_id == "parent" || evidence.case_id == "panics") return std::nullopt;
  const std::vector<Call> gos = seen.Calls("Go", wait.group);
  const auto taken = std::count_if(gos.begin(), gos.end(), [&](const Call& call) {
    return call.nil && call.returned < wait.returned;
  });
  const auto begun = std::count_if(seen.runs.begin(), seen.runs.end(), [&](const Run& run) {
    return run.group == wait.group && run.begin < wait.returned;
  });
  if (begun >= taken) return std::nullopt;
  return FailIn(evidence, "not-begun")
      .Set("count", taken - begun)
      .Set("all", taken)
      .Expected("all have ended when Wait returns")
      .Actual(std::to_string(taken - begun) + " not begun at " +
              InSeconds(evidence.history.TimeAt(wait.returned)))
      .At(wait.returned);
}

GOLAB_CHECK(WaitAll, "s1.wait-all", "with kWaitAll every error, in the order of Go",
            info.cases = "wait-all zero crowd callers parent timeouts panics", info.needs = "zero",
            info.causes = kWaitAllCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (evidence.case_id != "wait-all") {
    for (const Call& call : seen.calls) {
      if (call.what != "Wait" || call.returned == kNever) continue;
      if (const Run* run = LiveAtReturn(seen.runs, call))
        return NotJoined(evidence, seen, *run, call);
      if (const auto missing = NotBegun(evidence, seen, call)) return *missing;
    }
    if (StoppedOrExited(h)) return Skip(kStopped);
    return Pass("every work had ended when Wait returned");
  }
  for (const Run& run : seen.runs) {
    if (run.told == kNever) continue;
    Finding finding = FailIn(evidence, "cancels")
                          .Expected("a context that does not end")
                          .Actual("ended by " + InSeconds(h.TimeAt(run.told)))
                          .At(run.told);
    return AtRun(finding, evidence, seen, run, "work is given its context here");
  }
  for (const std::size_t group : {1, 2}) {
    const std::vector<Call> waits = seen.Calls("Wait", group);
    if (waits.empty()) return Skip(kStopped);
    const Call& wait = waits.front();
    if (wait.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, wait, "never");
    }
    if (const Run* run = LiveAtReturn(seen.runs, wait))
      return NotJoined(evidence, seen, *run, wait);
    if (const auto missing = NotBegun(evidence, seen, wait)) return *missing;
    if (group == 2) {
      if (!wait.nil)
        return FailIn(evidence, "false-alarm").Expected("nil").Actual(Said(wait)).At(wait.returned);
      continue;
    }
    std::size_t last = 0;
    for (const int number : {11, 12, 13}) {
      if (!wait.host[number - 11]) return LacksHost(evidence, wait, number, "missing");
      const std::size_t at = wait.text.find("no route to host " + std::to_string(number));
      if (at == std::string::npos) continue;  // its text is the student's
      if (at < last) {
        return FailIn(evidence, "order")
            .Expected("host 11, host 12, host 13")
            .Actual("host " + std::to_string(number) + " too early")
            .At(wait.returned);
      }
      last = at;
    }
  }
  return Pass("3 errors of 5 works, in the order of Go");
}

// timeout

constexpr CauseText kTimeoutCauses[] = {
    {"never", "the context of a work does not end after its timeout of 1 s",
     "context::WithTimeout ends by time (golab explain timeout)",
     "which context does a work get, and what ends it?"},
    {"early", "the context of a work ends after {length}, its timeout is 1 s",
     "each work has its own time, from its own beginning (golab explain timeout)",
     "when is the context of a work made: at Go, or when it has its place?"},
    {"late", "the context of a work ends after {length}, its timeout is 1 s",
     "each work has its own time, from its own beginning (golab explain timeout)",
     "when is the context of a work made?"},
    {"others", "a work of 0.7 s finds its context ended, its timeout is 1 s",
     "each work has its own time, from its own beginning (golab explain timeout)",
     "whose time has passed: that of the work, or that of all before it?"},
    {"nil-after", "a work that returned nil after 1.8 s is no error, its timeout was 1 s",
     "what comes too late is a timeout (golab explain timeout)",
     "whom do you ask when a work returns: the work alone?"},
    {"unsaid", "Wait() does not say that a work ran out of time",
     "ctx.Err() says why (golab explain timeout)",
     "is the error of Wait the one that the work gave?"},
    {"false-alarm", "Wait() gives an error, and each work took 0.7 s of its second",
     "each work has its own time, from its own beginning (golab explain timeout)",
     "when is the context of a work made: at Go, or when it has its place?"},
    {"stuck", "a call of the group does not return",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and on every way out?"},
    {}};

GOLAB_CHECK(Timeout, "s1.timeout", "each work has its own time; who is late has failed, alone",
            info.cases = "timeouts", info.needs = "zero limit blocks wait-all",
            info.causes = kTimeoutCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  for (const Run& run : seen.Of("Step")) {
    if (run.told == kNever || evidence.InRealTime()) continue;
    if (Between(h, run.begin, run.told) >= kTimeout) continue;  // held up by the schedule
    Finding finding = FailIn(evidence, "others")
                          .Expected("ends 1 s after the work's beginning")
                          .Actual("ended before 0.700 s")
                          .At(run.told);
    return AtRun(finding, evidence, seen, run, "work is given its context here");
  }
  for (const Run& run : seen.Of("Keeper")) {
    const Moment told = std::min(run.told, run.not_told);
    if (told == kNever) return Skip(kStopped);
    const std::uint64_t length = Between(h, run.begin, told);
    const bool early = run.told != kNever && length < kTimeout;
    const bool late = run.told != kNever && !evidence.InRealTime() &&
                      length > kTimeout + SlackBetween(h, run.begin, told);
    if (run.told != kNever && !early && !late) continue;
    Finding finding =
        FailIn(evidence, run.told == kNever ? "never"
                         : early            ? "early"
                                            : "late")
            .Set("length", InSeconds(length))
            .Expected("ends 1 s after the work's beginning")
            .Actual(run.told == kNever ? "not ended after " + InSeconds(length) : InSeconds(length))
            .At(told);
    return AtRun(finding, evidence, seen, run, "work is given its context here");
  }
  for (const Call& call : seen.calls) {
    if (call.returned != kNever) continue;
    if (StoppedOrExited(h)) return Skip(kStopped);
    return Stays(evidence, seen, call, "stuck");
  }
  for (const std::size_t group : {1, 2, 3}) {
    const std::vector<Call> waits = seen.Calls("Wait", group);
    if (waits.empty()) return Skip(kStopped);
    const Call& wait = waits.front();
    // A schedule may hold up a work of 0.7 s for longer than its second.
    const std::vector<Run> steps = seen.Of("Step", group);
    const bool held_up = std::any_of(steps.begin(), steps.end(), [&](const Run& run) {
      return run.end != kNever && Between(h, run.begin, run.end) >= kTimeout;
    });
    const bool good = group == 3 ? wait.nil || held_up : wait.deadline;
    if (good) continue;
    return FailIn(evidence, group == 1   ? "unsaid"
                            : group == 2 ? "nil-after"
                                         : "false-alarm")
        .Expected(group == 3 ? "nil" : "'context deadline exceeded'")
        .Actual(Said(wait))
        .At(wait.returned);
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("each context ended after 1 s of its own work; what was late is an error");
}

// first-error

constexpr CauseText kFirstErrorCauses[] = {
    {"nil", "Wait() gives nil, though a work has failed",
     "an error that nobody keeps is lost (golab explain group)",
     "where is the error of a work kept until Wait?"},
    {"not-first", "Wait() does not give the error that was first by time, {text}",
     "first is who ends first, not who was started first (golab explain group)",
     "when is an error written down, and may a later one replace it?"},
    {"identity", "the error that Wait() gives reads {text}, but is not that error",
     "what wraps with %w stays the same error, with %v it is text (golab explain wrap)",
     "can errors::Is still find the error inside?"},
    {"not-cancelled", "the others are not told when a work has failed",
     "in mode kFirstError an error ends the others' context (golab explain cancel)",
     "which call ends the context of the others, and when?"},
    {"late", "the others are told {length} after a work has failed",
     "in mode kFirstError an error ends the others' context (golab explain cancel)",
     "which call ends the context of the others, and when?"},
    {"not-joined", "Wait() returned while a work was still running",
     "to cancel is to tell; to join is to wait (golab explain join)",
     "what does Wait wait for when it knows the error?"},
    {"never", "Wait() does not return, though every work has ended",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and on every way out?"},
    {"starts-after", "a work is started after the first error",
     "what is cancelled starts nothing more (golab explain cancel)",
     "what does Go ask when it has its place?"},
    {"go-nil", "Go() gives nil after the first error, and the work was not run",
     "who is refused has to know it (golab explain context)",
     "what does Go give when the context has ended?"},
    {"go-never", "Go() does not return after the first error",
     "a wait ends only if someone else ends it (golab explain join)",
     "what does Go wait for when the group's context has ended?"},
    {"false-alarm", "Wait() gives an error, and no work has failed",
     "no error is nil (golab explain group)", "where does the value that Wait gives come from?"},
    {"timeout-alone", "a timeout does not end the others",
     "a timeout is an error like others (golab explain timeout)",
     "which errors end the group's context?"},
    {}};

/// Others than the one that failed at `failed` must be told of it.
Finding JudgeTold(const Evidence& evidence, const Seen& seen, const Run& other, Moment failed,
                  const char* never) {
  const History& h = evidence.history;
  const Moment told = std::min({other.told, other.not_told, EndOf(h)});
  if (other.told != kNever && !TooLate(evidence, failed, told)) return Pass("");
  if (other.told == kNever && other.not_told == kNever && StoppedOrExited(h)) return Skip(kStopped);
  const bool late = other.told != kNever && std::string_view(never) == "not-cancelled";
  Finding finding = FailIn(evidence, late ? "late" : never)
                        .Set("length", InSeconds(Between(h, failed, told)))
                        .Expected("told at " + InSeconds(h.TimeAt(failed)))
                        .Actual(other.told == kNever ? "not told" : InSeconds(h.TimeAt(told)))
                        .At(failed);
  return AtRun(finding, evidence, seen, other, "work is given its context here");
}

GOLAB_CHECK(
    FirstError, "s1.first-error",
    "with kFirstError the first error by time; the others are told, nothing starts any more",
    info.cases = "first-error", info.needs = "zero limit blocks timeout",
    info.causes = kFirstErrorCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Run> fails = seen.Of("Fails12"), keepers = seen.Of("Keeper");
  if (fails.empty() || fails.front().end == kNever || keepers.empty()) return Skip(kStopped);
  if (Finding told = JudgeTold(evidence, seen, keepers.front(), fails.front().end, "not-cancelled");
      told.outcome != Outcome::kPass)
    return told;
  for (const Run& late : seen.Of("Late")) {
    Finding finding = FailIn(evidence, "starts-after")
                          .Expected("nothing starts any more")
                          .Actual("runs at " + InSeconds(h.TimeAt(late.begin)))
                          .At(late.begin);
    return AtRun(finding, evidence, seen, late, "it is run here");
  }
  for (const std::size_t group : {1, 2, 3, 4}) {
    // The last Go of groups 1 and 2 comes too late.
    const std::vector<Call> gos = seen.Calls("Go", group), waits = seen.Calls("Wait", group);
    for (const Call& call : gos) {
      if (call.returned != kNever) continue;
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, call, "go-never");
    }
    if (waits.empty()) return Skip(kStopped);
    const Call& wait = waits.front();
    if (wait.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, wait, "never");
    }
    if (const Run* run = LiveAtReturn(seen.runs, wait))
      return NotJoined(evidence, seen, *run, wait);
    if (group < 3 && !gos.empty() && gos.back().nil) {
      return FailIn(evidence, "go-nil").Expected("an error").Actual("nil").At(gos.back().returned);
    }
    if (group == 3) {
      if (!wait.nil)
        return FailIn(evidence, "false-alarm").Expected("nil").Actual(Said(wait)).At(wait.returned);
      continue;
    }
    if (wait.nil)
      return FailIn(evidence, "nil").Expected("an error").Actual("nil").At(wait.returned);
    if (group < 3 && !wait.host[1]) return LacksHost(evidence, wait, 12, "not-first");
    if (group == 4 && !wait.deadline) {
      return FailIn(evidence, "not-first")
          .Set("text", "'context deadline exceeded'")
          .Expected("an error that is 'context deadline exceeded'")
          .Actual(Said(wait))
          .At(wait.returned);
    }
  }
  const std::vector<Run> timed = seen.Of("Keeper", 4);
  if (timed.size() == 2 && timed[0].end != kNever) {
    if (Finding told = JudgeTold(evidence, seen, timed[1], timed[0].end, "timeout-alone");
        told.outcome != Outcome::kPass)
      return told;
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("the error at 0.3 s was given, the others told, and nothing started later");
}

// panic

constexpr CauseText kPanicCauses[] = {
    {"ends", "the panic of a work ended the whole program",
     "a panic can be stopped on its own goroutine alone (golab explain recover)",
     "which function on the panicking goroutine defers a recover()?"},
    {"place", "the place of a work that panicked is not free again",
     "what must happen on every way out is deferred (golab explain defer)",
     "which line gives the place back, and is it reached after a panic?"},
    {"never", "Wait() does not return after a panic",
     "what must happen on every way out is deferred (golab explain defer)",
     "which line says that a work has ended, and is it reached after a panic?"},
    {"no-error", "Wait() gives no error, though a work has panicked",
     "a panic that is recovered is an error (golab explain recover)",
     "what does the deferred function make of what recover() gives?"},
    {"cause", "the error of a panic does not say what it was: 'disk 7 is full'",
     "recover() gives the panic's value (golab explain recover)",
     "what does the deferred function make of what recover() gives?"},
    {"stack", "the error of a panic lacks its stack",
     "debug::Stack() in the deferred function has the panic's frames (golab explain Stack)",
     "in which function, and when, is the stack still there?"},
    {"not-cancelled", "the others are not told when a work has panicked",
     "a panic is an error like others (golab explain cancel)",
     "which errors end the group's context?"},
    {"no-log", "nothing is logged when a work panics",
     "a log line says who failed, and of what (golab explain slog)",
     "what would you need to read, the day after?"},
    {"log-cause", "the log of a panic lacks what it was: 'disk 7 is full'",
     "a log line says who failed, and of what (golab explain slog)",
     "what would you need to read, the day after?"},
    {"log-name", "the log of a panic does not have the name as a value: name=ledger",
     "a structured line has keys and values (golab explain slog)",
     "which call of slog takes a key and a value?"},
    {}};

/// The panic of a work of the driver's is what ended the program.
bool PanickedAtTheEnd(const History& h) {
  const Ending& ending = h.ending();
  return ending.kind == Ending::Kind::kPanic && h.main_return() == kNever &&
         Has(ending.text, "disk 7 is full");
}

/// name=ledger, name="ledger", "name":"ledger": of any key.
bool HasAsValue(const std::string& text, const std::string& value) {
  for (const char* before : {"=", "=\"", "\":\"", "\": \""}) {
    if (Has(text, before + value)) return true;
  }
  return false;
}

GOLAB_CHECK(Panic, "s1.panic", "a panic is an error with a stack, and is logged",
            info.cases = "panics", info.needs = "zero limit wait-all first-error",
            info.causes = kPanicCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Run> panics = seen.Of("Panics");
  if (PanickedAtTheEnd(h)) {
    Finding finding = FailIn(evidence, "ends")
                          .Expected("an error of Wait")
                          .Actual("panic: disk 7 is full")
                          .At(h.ending().at);
    const Frame calls = TheirFrame(h, seen, h.ending().stack);
    if (calls.line > 0)
      finding.PlaceAt(calls, "called-at", "work is called here; nothing recovers above it",
                      h.ending().g);
    if (const GoroutineLife* g = h.Find(h.ending().g)) finding.Blame(*g);
    return finding;
  }
  if (panics.empty() || panics.front().end == kNever) return Skip(kStopped);
  const Run& panicked = panics.front();
  const auto fail = [&](const char* cause, const Call& call) {
    Finding finding = FailIn(evidence, cause)
                          .Expected("name, cause and stack")
                          .Actual(Said(call))
                          .At(panicked.end);
    return AtRun(finding, evidence, seen, panicked, "the work that panicked was called here");
  };
  for (const std::size_t group : {1, 2}) {
    for (const Call& call : seen.Calls("Go", group)) {
      if (call.returned != kNever) continue;
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, call, "place");
    }
    const std::vector<Call> waits = seen.Calls("Wait", group);
    if (waits.empty()) return Skip(kStopped);
    const Call& wait = waits.front();
    if (wait.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return Stays(evidence, seen, wait, "never");
    }
    if (wait.nil) return fail("no-error", wait);
    if (!Has(wait.text, "disk 7 is full")) return fail(wait.canceled ? "no-error" : "cause", wait);
    const Run& its = seen.Of("Panics", group).empty() ? panicked : seen.Of("Panics", group)[0];
    // Where a catch (...) makes the error, the panic's own frames are gone; the goroutine's are
    // not.
    if (!Has(wait.text, "Panics(") && !Has(wait.text, "goroutine " + std::to_string(its.g) + " ["))
      return fail("stack", wait);
    const std::string log = PrintedBetween(h, its.end, wait.returned);
    if (log.empty()) return fail("no-log", wait).Actual("nothing");
    if (!Has(log, "disk 7 is full"))
      return fail("log-cause", wait).Actual("'" + log.substr(0, 44) + "'");
    if (!HasAsValue(log, "ledger"))
      return fail("log-name", wait)
          .Actual("'" + log.substr(0, std::min<std::size_t>(log.find('\n'), 44)) + "'");
  }
  const std::vector<Run> keepers = seen.Of("Keeper"), second = seen.Of("Panics", 2);
  if (!keepers.empty() && !second.empty() && second.front().end != kNever) {
    const Moment told = std::min({keepers.front().told, keepers.front().not_told, EndOf(h)});
    if (keepers.front().told == kNever || TooLate(evidence, second.front().end, told))
      return fail("not-cancelled", seen.Calls("Wait", 2).front()).Actual("not told in time");
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("2 panics became errors with their stacks, each with a log line");
}

// reuse

constexpr CauseText kReuseCauses[] = {
    {"refused", "Go() refuses work after Wait() has returned",
     "what is cancelled stays so; a new round takes a new context (golab explain context)",
     "which context do works get after Wait?"},
    {"stuck", "Go() does not return after Wait() has returned",
     "a place is free when its work has ended (golab explain semaphore)", "what does Wait use up?"},
    {"ended", "a work that is started after Wait() finds its context ended",
     "what is cancelled stays so; a new round takes a new context (golab explain context)",
     "which context do works get after Wait?"},
    {"not-run", "a work that is given to Go after Wait() is not run",
     "after Wait a group is as new (golab explain group)", "what does Wait use up?"},
    {"old", "the second Wait() gives the error of the first round",
     "after Wait a group is as new (golab explain group)", "what does Wait leave of the errors?"},
    {"forgets", "the third Wait() does not give the error of its round",
     "after Wait a group is as new (golab explain group)", "what is done once, and never again?"},
    {"never", "the second Wait() does not return",
     "a wait ends only if someone else ends it (golab explain join)", "what does Wait use up?"},
    {"not-joined", "the second Wait() returned while a work was still running",
     "to wait for all is to wait for the last one (golab explain join)", "what does Wait use up?"},
    {}};

GOLAB_CHECK(Reuse, "s1.reuse", "after Wait a group is as new", info.cases = "reuse",
            info.needs = "zero limit first-error wait-all", info.causes = kReuseCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  for (const std::size_t group : {1, 2}) {
    for (const Call& call : seen.Calls("Go", group)) {
      if (call.returned == kNever) {
        if (StoppedOrExited(h)) return Skip(kStopped);
        return Stays(evidence, seen, call, "stuck");
      }
      if (!call.nil) {
        return FailIn(evidence, "refused").Expected("nil").Actual(Said(call)).At(call.returned);
      }
    }
    for (const Run& run : seen.Of("Step", group)) {
      if (run.told == kNever) continue;
      Finding finding = FailIn(evidence, "ended")
                            .Expected("a context that does not end")
                            .Actual("ended")
                            .At(run.told);
      return AtRun(finding, evidence, seen, run, "work is given its context here");
    }
    const std::vector<Call> waits = seen.Calls("Wait", group);
    for (std::size_t i = 0; i < waits.size(); ++i) {
      const Call& wait = waits[i];
      if (wait.returned == kNever) {
        if (StoppedOrExited(h)) return Skip(kStopped);
        return Stays(evidence, seen, wait, "never");
      }
      if (const Run* run = LiveAtReturn(seen.runs, wait))
        return NotJoined(evidence, seen, *run, wait);
      if (i == 1 && seen.Of("Step", group).empty()) {
        return FailIn(evidence, "not-run").Expected("runs").Actual("does not").At(wait.returned);
      }
      const bool good = i == 1 ? wait.nil : wait.host[1];
      if (good) continue;
      return FailIn(evidence, i == 1 ? "old" : "forgets")
          .Expected(i == 1 ? "nil" : "'no route to host 12'")
          .Actual(Said(wait))
          .At(wait.returned);
    }
    if (waits.size() < 3) return Skip(kStopped);
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("3 rounds of Go and Wait on each group, each with its own errors");
}

// nested

constexpr CauseText kNestedCauses[] = {
    {"refused", "Go() of a work's own group gives an error, though a place is free",
     "a work may start others while there is room (golab explain group)",
     "what does Go ask when a work calls it?"},
    {"not-joined", "Wait() returned while what a work had started was still running",
     "to wait for all is to wait for the last one (golab explain join)",
     "when is a work counted that is started while Wait waits?"},
    {"inner", "a group inside a work is not told when the outer one is cancelled",
     "a context ends with its parent (golab explain context)",
     "from which context is that of the works made?"},
    {"waits-for-itself", "a work that calls Go waits there for its own place",
     "what waits for itself waits for ever (golab explain deadlock)",
     "who would have to end, so that this place is free?"},
    {"over", "a work that calls Go when no place is free gets nil",
     "one more than the limit is too many (golab explain semaphore)",
     "what can Go say to a work that would wait for its own place?"},
    {"never", "Wait() does not return",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and on every way out?"},
    {}};

GOLAB_CHECK(Nested, "s1.nested", "a work may call Go, and may have a group of its own",
            info.cases = "nested", info.needs = "zero limit first-error wait-all",
            info.causes = kNestedCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Run> full = seen.Of("NestsFull");
  for (const Call& call : seen.calls) {
    const bool by_work = call.what == "Go" && call.g != 1;
    const bool in_full = !full.empty() && full.front().g == call.g && call.at > full.front().begin;
    if (call.returned == kNever) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      // The inner one is the cause of the outer one's.
      if (call.what == "Wait" && call.g == 1) {
        const bool inner = std::any_of(
            seen.calls.begin(), seen.calls.end(),
            [&](const Call& other) { return other.at > call.at && other.returned == kNever; });
        if (inner) continue;
        return Stays(evidence, seen, call, "never");
      }
      return Stays(evidence, seen, call, in_full ? "waits-for-itself" : "never");
    }
    if (by_work && in_full && call.nil)
      return FailIn(evidence, "over").Expected("an error").Actual("nil").At(call.returned);
    if (by_work && !in_full && !call.nil)
      return FailIn(evidence, "refused").Expected("nil").Actual(Said(call)).At(call.returned);
    if (call.what != "Wait") continue;
    if (const Run* run = LiveAtReturn(seen.runs, call))
      return NotJoined(evidence, seen, *run, call);
  }
  const std::vector<Run> fails = seen.Of("Fails12"), keepers = seen.Of("Keeper");
  if (!fails.empty() && !keepers.empty() && fails.front().end != kNever) {
    const Run& keeper = keepers.front();
    const Moment told = std::min({keeper.told, keeper.not_told, EndOf(h)});
    if (keeper.told == kNever || TooLate(evidence, fails.front().end, told)) {
      if (told == EndOf(h) && StoppedOrExited(h)) return Skip(kStopped);
      Finding finding = FailIn(evidence, "inner")
                            .Expected("told at " + InSeconds(h.TimeAt(fails.front().end)))
                            .Actual(keeper.told == kNever ? "not told" : InSeconds(h.TimeAt(told)))
                            .At(fails.front().end);
      return AtRun(finding, evidence, seen, keeper, "the inner work is given its context here");
    }
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("a work called Go: with room its work ran, without it got an error");
}

// no-crash: the common check, but for the panic that `panic` is about

GOLAB_CHECK(NoCrash, "s1.no-crash", "no signal, no panic, no deadlock ends the program",
            info.needs = "builds flags", info.causes = common::kNoCrashCauses) {
  if (PanickedAtTheEnd(evidence.history))
    return Skip("not judged: the panic is what 'panic' looks at");
  return common::NoCrash(evidence);
}

// goexit: advice

constexpr CauseText kGoexitCauses[] = {
    {"holds", "a work that ends by Goexit keeps its place for ever: it is not given back",
     "Goexit runs what is deferred, no other line (golab explain Goexit)", ""},
    {}};

GOLAB_ADVICE(GoexitInWork, "s1.goexit", "a work may end by Goexit", info.cases = "goexit",
             info.causes = kGoexitCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (StoppedOrExited(h) || seen.Of("Exits").empty()) return Pass("");
  for (const Call& call : seen.calls) {
    if (call.returned == kNever) return Stays(evidence, seen, call, "holds");
  }
  return Pass("");
}

}  // namespace
}  // namespace golab::lab
