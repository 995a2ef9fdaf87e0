// Checks of task6. golab's driver (cases/driver.cc) gives the supervisor workers that fail in known
// ways; it marks what it does by calls that are recorded with their stacks: a run begins, ends,
// Stop is called, has returned. All else is the student's, and may look like anything.

#include <algorithm>
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
constexpr std::uint64_t kDelay = kSecond;

/// The driver's workers: function, the name given to Go, what it dies of.
struct Worker {
  std::string_view function;
  const char* name;
  const char* way;    ///< how its runs end: "a panic"
  const char* cause;  ///< what must be logged of it; "" if there is nothing to say
};

constexpr Worker kWorkers[] = {
    {"Panics", "ledger", "a panic", "disk 7 is full"},
    {"Fails", "mailer", "an error", "no route to host 12"},
    {"Returns", "poller", "a plain return", ""},
    {"Steady", "keeper", "its context's end", ""},
    {"Finishes", "archiver", "a plain return", ""},
    {"PanicsLate", "ledger", "a panic", "disk 7 is full"},
    {"PanicsAtOnce", "ledger", "a panic", "disk 7 is full"},
    {"SecondSteady", "keeper", "its context's end", ""},
    {"SecondPanics", "ledger", "its context's end", ""},
    {"Late", "latecomer", "its context's end", ""},
    {"First", "ledger", "a panic", "disk 7 is full"},
    {"Second", "archiver", "a panic", "disk 8 is full"},
    {"Third", "mailer", "an error", "no route to host 12"},
    {"Often", "ledger", "a panic", "disk 7 is full"},
    {"Seldom", "archiver", "a panic", "disk 8 is full"},
    {"Calm", "keeper", "its context's end", ""},
};

const Worker* FindWorker(std::string_view function) {
  for (const Worker& worker : kWorkers) {
    if (worker.function == function) return &worker;
  }
  return nullptr;
}

/// One run of one worker.
struct Run {
  const Worker* worker = nullptr;
  std::uint32_t g = 0;
  std::uint64_t stack = 0;  ///< of the mark at its beginning
  Moment begin = kNever, end = kNever;
  Moment told = kNever;      ///< when it saw that its context had ended
  Moment not_told = kNever;  ///< when it gave up to wait for that

  bool LiveAt(Moment m) const { return begin <= m && (end == kNever || end > m); }
};

/// A call of Go or Stop by the driver, or the end of the parent's context.
struct Call {
  std::string_view what;
  Moment at = kNever;
  Moment returned = kNever;
  std::uint32_t g = 0;
};

/// What the driver saw.
struct Seen {
  std::vector<Run> runs;  ///< by beginning
  std::vector<Call> go, stop, stop_again;
  Moment parent_ends = kNever;
  std::string driver;  ///< its file

  std::vector<Run> Of(std::string_view function) const {
    std::vector<Run> its;
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(its),
                 [&](const Run& run) { return run.worker->function == function; });
    return its;
  }

  Moment StopCalled() const { return stop.empty() ? kNever : stop.front().at; }

  Moment StopReturned() const { return stop.empty() ? kNever : stop.front().returned; }
};

/// Its marks, from the recording.
class Reader {
 public:
  explicit Reader(const History& h) : h_(h) {
    for (const Moment m : h.EventsOf(EventType::kNumGoroutine)) Take(m);
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
    const Worker* worker = nullptr;
    for (std::size_t k = i + 2; k < frames.size() && worker == nullptr; ++k)
      worker = FindWorker(WithoutPackage(frames[k].function));
    if (worker != nullptr) {
      TakeRun(what, *worker, m, r);
    } else {
      TakeCall(what, m, r);
    }
  }

  void TakeRun(std::string_view what, const Worker& worker, Moment m, const rt::Record& r) {
    if (what == "Begins") {
      seen.runs.push_back({&worker, r.g, r.stack, m, kNever, kNever, kNever});
      return;
    }
    for (auto run = seen.runs.rbegin(); run != seen.runs.rend(); ++run) {
      if (run->worker != &worker || run->g != r.g || run->end != kNever) continue;
      if (what == "Ends") run->end = m;
      if (what == "Cancelled") run->told = m;
      if (what == "NotCancelled") run->not_told = m;
      return;
    }
  }

  void TakeCall(std::string_view what, Moment m, const rt::Record& r) {
    const auto called = [&](std::vector<Call>* calls) { calls->push_back({what, m, kNever, r.g}); };
    const auto returned = [&](std::vector<Call>* calls) {
      if (!calls->empty()) calls->back().returned = m;
    };
    if (what == "CallsGo") called(&seen.go);
    if (what == "GoReturned") returned(&seen.go);
    if (what == "CallsStop") called(&seen.stop);
    if (what == "StopReturned") returned(&seen.stop);
    if (what == "CallsStopAgain") called(&seen.stop_again);
    if (what == "StopAgainReturned") returned(&seen.stop_again);
    if (what == "CancelsParent") seen.parent_ends = m;
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

std::string Quoted(const char* name) {
  return std::string("'") + name + "'";
}

/// What golab's program did, under line one.
std::string ContextOf(const Evidence& evidence) {
  const std::string& id = evidence.case_id;
  if (id == "causes") return "golab's workers: three that panic, fail and return, one that stays";
  if (id == "stop") return "golab's workers: at Stop, 0.5 s, one has 0.7 s of work to finish";
  if (id == "stop-in-delay")
    return "golab's workers: one panics at 0 s; Stop at 0.3 s, in its delay";
  if (id == "names") return "golab's workers: at 0.1 s two come under names that are taken";
  if (id == "parent") return "golab's workers: the parent's context ends at 0.5 s";
  if (id == "backoff") return "golab's workers: two that crash together, one that crashes at 6 s";
  if (id == "budget") return "golab's workers: one crashes at once, one every 41 s, one stays";
  return "";
}

Finding FailIn(const Evidence& evidence, const char* cause) {
  return Fail(cause).Context(ContextOf(evidence));
}

StoryStep Step(const History& h, Moment m, std::string who, std::string what, const Frame& where) {
  return {InSeconds(h.TimeAt(m)), std::move(who), std::move(what),
          where.line > 0 ? FileLine(where) : ""};
}

StoryStep RunEnds(const History& h, const Run& run, const char* then = "") {
  return Step(h, run.end, Who(run.g),
              Quoted(run.worker->name) + " ends by " + run.worker->way + then, {});
}

/// Where a goroutine of the supervisor is just after event `m`, if it waits.
const Wait* WaitsAt(const History& h, std::uint32_t g, Moment m) {
  const GoroutineLife* life = h.Find(g);
  return life == nullptr ? nullptr : life->WaitAt(m);
}

// survives

constexpr CauseText kSurvivesCauses[] = {
    {"panic", "the panic of worker {name} ended the whole program",
     "a panic can be stopped on its own goroutine alone (golab explain recover)",
     "which function on the panicking goroutine defers a recover() in WithDefers?"},
    {"exit", "the program ended with status {status} when worker {name} had failed",
     "a supervisor outlives its workers (golab explain supervisor)",
     "what happens to a worker's failure besides a log line?"},
    {}};

/// The panic of a worker of the driver's, if that is what ended the program.
const Run* PanickedAtTheEnd(const History& h, const Seen& seen) {
  const Ending& ending = h.ending();
  if (ending.kind != Ending::Kind::kPanic || h.main_return() != kNever) return nullptr;
  for (auto run = seen.runs.rbegin(); run != seen.runs.rend(); ++run) {
    if (run->g == ending.g && run->end != kNever && *run->worker->cause != '\0' &&
        ending.text.find(run->worker->cause) != std::string::npos)
      return &*run;
  }
  return nullptr;
}

GOLAB_CHECK(Survives, "task6.survives", "a worker's panic ends neither the program nor the others",
            info.cases = "causes stop stop-in-delay names parent", info.variations = "-",
            info.causes = kSurvivesCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (const Run* run = PanickedAtTheEnd(h, seen)) {
    Finding finding = FailIn(evidence, "panic")
                          .Set("name", Quoted(run->worker->name))
                          .Expected("the panic is recovered and logged")
                          .Actual("panic: " + h.ending().text.substr(0, 30))
                          .At(h.ending().at);
    const Frame calls = TheirFrame(h, seen, h.ending().stack);
    if (calls.line > 0)
      finding.PlaceAt(calls, "called-at", "work is called here; nothing recovers above it", run->g);
    if (const GoroutineLife* g = h.Find(run->g)) {
      finding.Blame(*g).PlaceOf(h, g->creation_stack, "created-at", Who(g->id) + " is created here",
                                g->id);
    }
    return finding;
  }
  if (h.ending().kind == Ending::Kind::kExit && h.main_return() == kNever && !seen.runs.empty()) {
    const auto failed = std::find_if(seen.runs.rbegin(), seen.runs.rend(),
                                     [](const Run& run) { return run.end != kNever; });
    if (failed != seen.runs.rend()) {
      return FailIn(evidence, "exit")
          .Set("name", Quoted(failed->worker->name))
          .Set("status", h.ending().status)
          .Expected("the others go on")
          .Actual("exit(" + std::to_string(h.ending().status) + ") at " +
                  InSeconds(h.ending().time))
          .At(h.ending().at)
          .PlaceAt(TheirFrame(h, seen, h.ending().stack), "exits-at", "exit is called here",
                   h.ending().g);
    }
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  const auto panics = std::count_if(seen.runs.begin(), seen.runs.end(), [&](const Run& run) {
    return run.end != kNever && std::string_view(run.worker->way) == "a panic" &&
           run.told == kNever && run.not_told == kNever;
  });
  if (panics == 0) return Skip("not judged: no worker panicked");
  return Pass(Grouped(panics) + (panics == 1 ? " panic" : " panics") + ", and the program goes on");
}

// isolated

constexpr CauseText kIsolatedCauses[] = {
    {"told", "worker {name} is told to end because another one has failed",
     "a failure is its own worker's affair (golab explain supervisor)",
     "whose context does a failing worker end?"},
    {"not-started", "worker {name} is not run within {length} of Go",
     "go starts a goroutine and does not wait for it (golab explain go)",
     "what does Go wait for before it starts the next worker?"},
    {"go-waits", "Go() for worker {name} returns after {length}",
     "go starts a goroutine and does not wait for it (golab explain go)",
     "what does Go wait for before it returns?"},
    {}};

GOLAB_CHECK(Isolated, "task6.isolated", "a worker that stays is not touched by others that fail",
            info.cases = "causes", info.needs = "survives", info.variations = "-",
            info.causes = kIsolatedCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment until = std::min(seen.StopCalled(), EndOf(h));
  const std::vector<Run> runs = seen.Of("Steady");
  const char* name = "'keeper'";
  constexpr const char* kInTurn[] = {"'ledger'", "'mailer'", "'poller'", "'keeper'"};
  for (std::size_t i = 0; i < std::min(seen.go.size(), std::size(kInTurn)); ++i) {
    const Call& go = seen.go[i];
    if (go.returned == kNever && StoppedOrExited(h)) break;
    const Moment end = std::min(go.returned, EndOf(h));
    const std::uint64_t length = h.TimeAt(end) - h.TimeAt(go.at);
    if (evidence.InRealTime() || length <= SlackBetween(h, go.at, end)) continue;
    Finding finding = FailIn(evidence, "go-waits")
                          .Set("name", kInTurn[i])
                          .Set("length", InSeconds(length))
                          .Expected("0 s of virtual time")
                          .Actual(InSeconds(length))
                          .At(go.at)
                          .Show(Picture::kStory);
    Frame where;
    for (const Wait& wait : h.main().waits) {
      if (wait.begin > go.at && wait.begin < end && where.line == 0)
        where = TheirFrame(h, seen, wait.stack);
    }
    if (where.line > 0) finding.PlaceAt(where, "waits-at", "Go waits here", go.g);
    finding.story = {Step(h, go.at, Who(go.g), "calls Go for " + std::string(kInTurn[i]), {})};
    for (const Run& run : seen.runs) {
      if (run.begin > go.at && run.end < end) finding.story.push_back(RunEnds(h, run));
    }
    if (go.returned != kNever)
      finding.story.push_back(Step(h, go.returned, Who(go.g), "Go has returned", {}));
    return finding;
  }
  if (runs.empty() || runs.front().begin > until) {
    if (StoppedOrExited(h)) return Skip(kStopped);
    const Moment from = seen.go.empty() ? 0 : seen.go.back().at;
    if (h.TimeAt(EndOf(h)) < h.TimeAt(from) + kLate) return Skip(kStopped);
    return FailIn(evidence, "not-started")
        .Set("name", name)
        .Set("length", InSeconds(h.TimeAt(until) - h.TimeAt(from)))
        .Expected("runs at once")
        .Actual("does not run")
        .At(from);
  }
  const Run& first = runs.front();
  if (first.told < until) {
    Finding finding =
        FailIn(evidence, "told").Set("name", name).Expected("runs until Stop").At(first.told);
    finding.Actual("its context ended at " + InSeconds(h.TimeAt(first.told)));
    const GoroutineLife* g = h.Find(first.g);
    if (g != nullptr) {
      finding.Blame(*g);
      for (const Wait& wait : g->waits) {
        if (wait.end == kNever || wait.end > first.told || wait.woken_by == 0) continue;
        const Frame wakes = TheirFrame(h, seen, h.events()[wait.end].stack);
        if (wakes.line > 0)
          finding.PlaceAt(wakes, "ends-at", Who(wait.woken_by) + " ends the context here",
                          wait.woken_by);
      }
    }
    for (const Run& run : seen.runs) {
      if (run.end < first.told && run.worker != first.worker)
        finding.story.push_back(RunEnds(h, run));
    }
    finding.story.push_back(
        Step(h, first.told, Who(first.g), "'keeper' sees the end of its context", {}));
    return finding.Show(Picture::kStory);
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  const auto others = std::count_if(seen.runs.begin(), seen.runs.end(), [&](const Run& run) {
    return run.end < until && run.worker != first.worker;
  });
  return Pass("1 run from Go to Stop, while others ended " + Grouped(others) + " times");
}

// restarts

constexpr CauseText kRestartsCauses[] = {
    {"none", "worker {name} is not started again after {way}",
     "a supervised worker runs until Stop (golab explain supervisor)",
     "what does the supervisor do when work ends by {way}?"},
    {"once", "worker {name} is started again {count} {count|time|times}, and then no more",
     "a supervised worker runs until Stop (golab explain supervisor)",
     "what is repeated when work has ended, and how often?"},
    {"never-run", "worker {name} is not run at all", "go starts a goroutine (golab explain go)",
     "which line of Go calls work?"},
    {}};

GOLAB_CHECK(Restarts, "task6.restarts",
            "a worker is run again after a panic, after an error and after a plain return",
            info.cases = "causes", info.needs = "survives isolated", info.variations = "-",
            info.causes = kRestartsCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment until = std::min(seen.StopCalled(), EndOf(h));
  const std::uint64_t until_time = h.TimeAt(until);
  Finding worst = Pass("");
  std::string again;
  for (const char* function : {"Panics", "Fails", "Returns"}) {
    const std::vector<Run> runs = seen.Of(function);
    const Worker& worker = *FindWorker(function);
    if (runs.empty()) {
      if (StoppedOrExited(h)) return Skip(kStopped);
      return FailIn(evidence, "never-run")
          .Set("name", Quoted(worker.name))
          .Expected("runs at once")
          .At(until);
    }
    const Run& last = runs.back();
    const std::uint64_t due = h.TimeAt(last.end == kNever ? until : last.end) + kDelay;
    const bool missing = last.end < until && last.told == kNever &&
                         due + SlackBetween(h, last.end, until) < until_time;
    if (!missing) {
      again += (again.empty() ? "" : ", ") + std::string(worker.name) + " " +
               Grouped(static_cast<std::int64_t>(runs.size()));
      continue;
    }
    // The evidence is the instant at which it was due, and nothing came.
    Moment at = last.end;
    while (at < until && h.TimeAt(at) < due) ++at;
    if (worst.outcome == Outcome::kFail && worst.at <= at) continue;
    const auto restarts = static_cast<std::int64_t>(runs.size()) - 1;
    worst = FailIn(evidence, restarts == 0 ? "none" : "once")
                .Set("name", Quoted(worker.name))
                .Set("way", worker.way)
                .Set("count", restarts)
                .Expected("run again 1 s after its end")
                .Actual("ended at " + InSeconds(h.TimeAt(last.end)) + ", not run until " +
                        InSeconds(until_time))
                .At(at);
    const Frame ran = TheirFrame(h, seen, last.stack);
    if (ran.line > 0)
      worst.PlaceAt(ran, "runs-at", "run number " + std::to_string(restarts + 1) + " is made here",
                    last.g);
    const Wait* wait = WaitsAt(h, last.g, until);
    if (wait != nullptr)
      worst.PlaceAt(TheirFrame(h, seen, wait->stack), "waits-at",
                    Who(last.g) + " is here since then", last.g);
  }
  if (worst.outcome == Outcome::kFail) return StoppedOrExited(h) ? Skip(kStopped) : worst;
  if (StoppedOrExited(h) || seen.StopCalled() == kNever) return Skip(kStopped);
  return Pass("runs until Stop: " + again);
}

// delay

constexpr CauseText kDelayCauses[] = {
    {"none", "worker {name} is started again at once, without a delay",
     "a delay keeps a worker that fails at once from spinning (golab explain supervisor)",
     "what lies between the end of a run and the next one?"},
    {"short", "worker {name} is started again after {length}: too early",
     "1 s lies between the end of a run and the next (golab explain supervisor)",
     "from which instant is the delay counted?"},
    {"long", "worker {name} is started again after {length}: too late",
     "1 s lies between the end of a run and the next (golab explain supervisor)",
     "what else happens between the end of a run and the next one?"},
    {"behind", "worker {name} waits {length} for its restart, behind another one's delay",
     "each worker has a delay of its own (golab explain supervisor)",
     "on which goroutine does a worker's delay pass, and who else needs that one?"},
    {}};

GOLAB_CHECK(Delay, "task6.delay", "a second lies between the end of a run and the next",
            info.cases = "causes names parent", info.needs = "restarts one-at-a-time",
            info.variations = "-", info.causes = kDelayCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment until = std::min(seen.StopCalled(), seen.parent_ends);
  std::uint64_t shortest = ~std::uint64_t{0}, longest = 0;
  Finding worst = Pass("");
  for (const Run& next : seen.runs) {
    if (next.begin > until) continue;
    const Run* before = nullptr;
    for (const Run& run : seen.runs) {
      if (run.worker == next.worker && run.end < next.begin) before = &run;
    }
    if (before == nullptr) continue;
    const std::uint64_t from = h.TimeAt(before->end), to = h.TimeAt(next.begin);
    const std::uint64_t length = to - from;
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
    const bool early = length < kDelay;
    const bool late =
        !evidence.InRealTime() && length > kDelay + SlackBetween(h, before->end, next.begin);
    if (!early && !late) continue;
    if (worst.outcome == Outcome::kFail && worst.at <= next.begin) continue;
    const GoroutineLife* g = h.Find(next.g);
    const Wait* own = nullptr;  // for a timer, on the goroutine of the next run
    if (g != nullptr) {
      for (const Wait& wait : g->waits) {
        if (own == nullptr && wait.until && wait.begin > before->end && wait.end < next.begin)
          own = &wait;
      }
    }
    // Somebody else's delay ended in between, and this one's began only then.
    const bool behind =
        late && own != nullptr && own->begin_time > from + kLate + kLateEach &&
        std::any_of(seen.runs.begin(), seen.runs.end(), [&](const Run& run) {
          return run.worker != next.worker && run.begin > before->end && run.begin < next.begin;
        });
    worst = FailIn(evidence, behind                 ? "behind"
                             : late                 ? "long"
                             : length < kDelay / 10 ? "none"
                                                    : "short")
                .Set("name", Quoted(next.worker->name))
                .Set("length", InSeconds(length))
                .Expected("1 s, and up to 20 ms more")
                .Actual(InSeconds(length))
                .At(next.begin)
                .Show(Picture::kStory);
    worst.story = {RunEnds(h, *before), Step(h, next.begin, Who(next.g),
                                             Quoted(next.worker->name) + " is run again", {})};
    const Frame waits = own == nullptr ? Frame{} : TheirFrame(h, seen, own->stack);
    if (waits.line > 0) {
      worst.PlaceAt(waits, "waits-at",
                    "waits from " + InSeconds(own->begin_time) + " to " + InSeconds(own->end_time),
                    next.g);
    }
    const Frame runs = TheirFrame(h, seen, next.stack);
    if (runs.line > 0) worst.PlaceAt(runs, "runs-at", "the next run is made here", next.g);
  }
  if (worst.outcome == Outcome::kFail) return worst;
  if (longest == 0) return Skip("not judged: nothing was restarted");
  return Pass("delays from " + InSeconds(shortest) + " to " + InSeconds(longest));
}

// one-at-a-time

constexpr CauseText kOneCauses[] = {
    {"two", "two runs of worker {name} are live at the same time",
     "the next run begins when the one before has ended (golab explain supervisor)",
     "what must have happened before work is called again?"},
    {"second-go", "a second Go with the name {name} starts a second worker",
     "a name has one worker until Stop (golab explain supervisor)",
     "how can Go know which names are taken?"},
    {"second-in-delay", "Go with the name {name} starts a second worker during the delay",
     "a worker that waits for its restart is still there (golab explain supervisor)",
     "from when to when is a name taken?"},
    {}};

GOLAB_CHECK(OneAtATime, "task6.one-at-a-time", "never two live runs of one name",
            info.cases = "causes stop names parent", info.needs = "survives", info.variations = "-",
            info.causes = kOneCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  std::vector<Run> runs = seen.runs;
  // Of two names that are given twice at one instant, the plainer case.
  std::stable_partition(runs.begin(), runs.end(),
                        [](const Run& run) { return run.worker->function == "SecondSteady"; });
  for (const Run& run : runs) {
    const bool second = run.worker->function == "SecondSteady";
    const bool in_delay = run.worker->function == "SecondPanics";
    const Run* other = nullptr;
    for (const Run& one : runs) {
      if (&one != &run && std::string_view(one.worker->name) == run.worker->name &&
          one.begin < run.begin && one.LiveAt(run.begin))
        other = &one;
    }
    if (other == nullptr && !second && !in_delay) continue;
    Finding finding =
        FailIn(evidence, second     ? "second-go"
                         : in_delay ? "second-in-delay"
                                    : "two")
            .Set("name", Quoted(run.worker->name))
            .Expected(second || in_delay ? "refused, with a log line" : "1 live run")
            .Actual(other != nullptr ? "2 live runs at " + InSeconds(h.TimeAt(run.begin))
                                     : "runs at " + InSeconds(h.TimeAt(run.begin)))
            .At(run.begin);
    finding.PlaceAt(
        TheirFrame(h, seen, run.stack), "runs-at",
        Who(run.g) + " runs " + (second || in_delay ? "the second one" : "it again") + " here",
        run.g);
    if (const GoroutineLife* g = h.Find(run.g)) {
      const Frame created = TheirFrame(h, seen, g->creation_stack);
      if (created.line > 0)
        finding.PlaceAt(created, "created-at", Who(run.g) + " is created here", run.g);
    }
    return finding;
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("never two live runs of one name");
}

// ctx

constexpr CauseText kCtxCauses[] = {
    {"not-ended", "worker {name} is not told of Stop: its context does not end",
     "work ends when its context does; Stop ends that (golab explain cancel)",
     "which context does work get, and which call ends it?"},
    {"late", "worker {name} is told {length} after Stop was called",
     "work ends when its context does; Stop ends that (golab explain cancel)",
     "what does Stop do before it ends the context?"},
    {}};

GOLAB_CHECK(Ctx, "task6.ctx", "the context that work gets ends with Stop",
            info.cases = "causes stop", info.needs = "survives isolated one-at-a-time",
            info.variations = "-", info.causes = kCtxCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment called = seen.StopCalled();
  if (called == kNever) return Skip("not judged: Stop was not called");
  for (const Run& run : seen.runs) {
    const bool stays = run.worker->function == "Steady";
    if (!stays || !run.LiveAt(called)) continue;
    const Moment seen_at = std::min(run.told, run.not_told);
    const std::uint64_t slack = SlackBetween(h, called, std::min(seen_at, EndOf(h)));
    const std::uint64_t until = h.TimeAt(std::min(seen_at, EndOf(h)));
    if (run.told != kNever && (evidence.InRealTime() || until <= h.TimeAt(called) + slack))
      continue;
    if (run.told == kNever && run.not_told == kNever) {
      if (StoppedOrExited(h) || until <= h.TimeAt(called) + slack) continue;
    }
    Finding finding =
        FailIn(evidence, run.told == kNever ? "not-ended" : "late")
            .Set("name", Quoted(run.worker->name))
            .Set("length", InSeconds(until - h.TimeAt(called)))
            .Expected("ends when Stop is called")
            .Actual(run.told == kNever ? "not ended after " + InSeconds(until - h.TimeAt(called))
                                       : "ends later")
            .At(called);
    const Frame runs = TheirFrame(h, seen, run.stack);
    if (runs.line > 0) finding.PlaceAt(runs, "runs-at", "work is given its context here", run.g);
    return finding;
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("work's context ends when Stop is called");
}

// stop-prompt

constexpr CauseText kPromptCauses[] = {
    {"in-delay", "Stop() took {length}, the rest of a restart delay",
     "a sleep ends by time alone, a select by either (golab explain select)",
     "what can wait for a timer and for ctx.Done(), whichever comes first?"},
    {"slow", "Stop() took {length}, though no work had anything to finish",
     "Stop ends the context and waits for work, for nothing else (golab explain cancel)",
     "what does Stop wait for after the last worker has ended?"},
    {"never", "Stop() does not return",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and has that one been told?"},
    {}};

GOLAB_CHECK(StopPrompt, "task6.stop-prompt", "Stop returns at once, also during a restart delay",
            info.cases = "causes stop-in-delay", info.needs = "survives restarts delay ctx",
            info.variations = "-", info.causes = kPromptCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment called = seen.StopCalled(), returned = seen.StopReturned();
  if (called == kNever || (returned == kNever && StoppedOrExited(h))) return Skip(kStopped);
  const bool in_delay = evidence.case_id == "stop-in-delay";
  const Moment end = std::min(returned, EndOf(h));
  const std::uint64_t length = h.TimeAt(end) - h.TimeAt(called);
  if (returned != kNever && evidence.InRealTime()) return Skip("real time");
  if (returned != kNever && length <= SlackBetween(h, called, returned))
    return Pass("Stop returns after " + InSeconds(length) + ", also during a delay");
  // The delay is known by the wait that a timer ended, before Stop could return. It may have begun
  // after Stop was called, when the work had ended.
  const Wait* delays = nullptr;
  std::uint32_t who = 0;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system) continue;
    for (const Wait& wait : g.waits) {
      if (!wait.until || wait.begin >= end || (wait.end != kNever && wait.end <= called)) continue;
      const bool by_timer = wait.end == kNever || wait.end_time >= *wait.until;
      if (!by_timer || (delays != nullptr && *wait.until <= *delays->until)) continue;
      delays = &wait;
      who = g.id;
    }
  }
  const bool by_delay = returned != kNever && in_delay && delays != nullptr;
  Finding finding = FailIn(evidence, returned == kNever ? "never"
                                     : by_delay         ? "in-delay"
                                                        : "slow")
                        .Set("length", InSeconds(length))
                        .Expected("0 s of virtual time")
                        .Actual(returned == kNever ? "not returned after " + InSeconds(length)
                                                   : InSeconds(length))
                        .At(called)
                        .Show(Picture::kStory);
  finding.Blame(h.main());
  if (delays != nullptr) {
    if (const GoroutineLife* g = h.Find(who)) finding.Blame(*g);
    finding.PlaceAt(TheirFrame(h, seen, delays->stack), "delays-at",
                    Who(who) + (delays->begin < called ? " is here when Stop is called"
                                                       : " waits here, after Stop was called"),
                    who);
  }
  if (in_delay && !seen.runs.empty() && seen.runs.front().end != kNever)
    finding.story.push_back(RunEnds(h, seen.runs.front(), "; the delay begins"));
  const Wait* main_waits = h.main().WaitAt(end - (end > called ? 1 : 0));
  Frame stop_waits;
  for (const Wait& wait : h.main().waits) {
    if (wait.begin > called && wait.begin < end && stop_waits.line == 0)
      stop_waits = TheirFrame(h, seen, wait.stack);
  }
  if (main_waits != nullptr && stop_waits.line == 0)
    stop_waits = TheirFrame(h, seen, main_waits->stack);
  finding.story.push_back(Step(h, called, Who(1), "calls Stop, and waits in it", stop_waits));
  if (delays != nullptr && delays->end != kNever && delays->end < end)
    finding.story.push_back(
        Step(h, delays->end, Who(who), "its delay is over", TheirFrame(h, seen, delays->stack)));
  if (returned != kNever)
    finding.story.push_back(Step(h, returned, Who(1), "Stop has returned", {}));
  return finding;
}

// stop-joins

constexpr CauseText kJoinsCauses[] = {
    {"live", "Stop() returned while worker {name} was still running",
     "to stop is to tell and to wait (golab explain join)",
     "what tells Stop that the last worker has ended?"},
    {"left", "{count} {count|goroutine|goroutines} of the supervisor outlived Stop()",
     "to stop is to tell and to wait (golab explain join)",
     "which goroutines does Stop wait for, and which not?"},
    {"starts-after", "worker {name} is started after Stop() was called",
     "what is stopped starts nothing more (golab explain cancel)",
     "what does the supervisor ask before it calls work again?"},
    {"go-after", "Go() after Stop() starts worker {name}",
     "what is stopped starts nothing more (golab explain cancel)",
     "how can Go know that Stop was called?"},
    {"never", "Stop() does not return, though every worker has ended",
     "a wait ends only if someone else ends it (golab explain join)",
     "who is to end this wait, and has that one been told?"},
    {"second-never", "a second Stop() does not return",
     "Stop may be called more than once (golab explain supervisor)",
     "what is used up by the first Stop?"},
    {"go-never", "Go() after Stop() does not return",
     "what is stopped starts nothing more (golab explain cancel)",
     "what does Go wait for, and who is still there to answer?"},
    {}};

/// Goroutines that somebody else than the driver created, and that are there after event `m` for
/// more than their last step.
std::vector<const GoroutineLife*> StayAfter(const History& h, const Seen& seen, Moment m) {
  std::vector<const GoroutineLife*> stay;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || g.created > m || !g.AliveAt(m)) continue;
    if (TheirFrame(h, seen, g.creation_stack).line == 0) continue;
    const bool waits = g.WaitAt(m) != nullptr;
    const bool waits_later = std::any_of(g.waits.begin(), g.waits.end(),
                                         [m](const Wait& wait) { return wait.begin > m; });
    if (waits || waits_later || g.preemptions.size() > 20) stay.push_back(&g);
  }
  return stay;
}

/// A call that does not come back, and where it waits.
Finding Stays(const Evidence& evidence, const Seen& seen, const Call& call, const char* cause) {
  const History& h = evidence.history;
  Finding finding = FailIn(evidence, cause).Expected("returns").Actual("not returned").At(call.at);
  if (const Wait* wait = WaitsAt(h, call.g, EndOf(h))) {
    const Frame where = TheirFrame(h, seen, wait->stack);
    if (where.line > 0)
      finding.PlaceAt(where, "waits-at", Who(call.g) + " waits here: " + InBrackets(wait->reason),
                      call.g);
  }
  return finding;
}

GOLAB_CHECK(StopJoins, "task6.stop-joins",
            "nothing is left when Stop has returned, or starts later",
            info.cases = "causes stop stop-in-delay names parent",
            info.needs = "survives ctx stop-prompt", info.variations = "-",
            info.causes = kJoinsCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment called = seen.StopCalled(), returned = seen.StopReturned();
  if (called == kNever) return Skip("not judged: Stop was not called");
  for (const Run& run : seen.runs) {
    // A run that was about to begin when Stop was called may begin; it has its ended context.
    const bool late = run.worker->function == "Late";
    const bool after = returned != kNever ? run.begin > returned
                                          : run.begin > called &&
                                                h.TimeAt(run.begin) > h.TimeAt(called) + 500 * kMs;
    if (!after || (late && evidence.case_id == "parent")) continue;
    return FailIn(evidence, late ? "go-after" : "starts-after")
        .Set("name", Quoted(run.worker->name))
        .Expected("nothing starts any more")
        .Actual("runs at " + InSeconds(h.TimeAt(run.begin)))
        .At(run.begin)
        .PlaceAt(TheirFrame(h, seen, run.stack), "runs-at", "it is run here", run.g);
  }
  if (returned == kNever) {
    if (StoppedOrExited(h)) return Skip(kStopped);
    const bool work_done = std::none_of(seen.runs.begin(), seen.runs.end(),
                                        [&](const Run& run) { return run.LiveAt(EndOf(h)); });
    if (!work_done) return Skip("not judged: a worker has not ended");
    return Stays(evidence, seen, seen.stop.front(), "never");
  }
  for (const Run& run : seen.runs) {
    if (!run.LiveAt(returned)) continue;
    Finding finding =
        FailIn(evidence, "live")
            .Set("name", Quoted(run.worker->name))
            .Expected("0 workers when Stop returns")
            .Actual(
                "it returned at " + InSeconds(h.TimeAt(returned)) + ", " + Who(run.g) +
                (run.end == kNever ? " was cut off" : " ended at " + InSeconds(h.TimeAt(run.end))))
            .At(returned);
    finding.PlaceAt(TheirFrame(h, seen, run.stack), "runs-at", "work is still under way here",
                    run.g);
    if (const GoroutineLife* g = h.Find(run.g)) {
      finding.Blame(*g).PlaceAt(TheirFrame(h, seen, g->creation_stack), "created-at",
                                Who(run.g) + " is created here", run.g);
    }
    return finding;
  }
  const auto stay = StayAfter(h, seen, returned);
  if (!stay.empty()) {
    const GoroutineLife& first = *stay.front();
    Finding finding = FailIn(evidence, "left")
                          .Set("count", static_cast<std::int64_t>(stay.size()))
                          .Expected("0 left")
                          .Actual(Grouped(static_cast<std::int64_t>(stay.size())))
                          .At(returned);
    for (const GoroutineLife* g : stay) finding.Blame(*g);
    const Wait* wait = first.WaitAt(returned);
    if (wait != nullptr)
      finding.PlaceAt(TheirFrame(h, seen, wait->stack), "waits-at",
                      Who(first.id) + " waits here: " + InBrackets(wait->reason), first.id);
    return finding.PlaceAt(TheirFrame(h, seen, first.creation_stack), "created-at",
                           Who(first.id) + " is created here", first.id);
  }
  if (!seen.stop_again.empty() && seen.stop_again.front().returned == kNever) {
    if (StoppedOrExited(h)) return Skip(kStopped);
    return Stays(evidence, seen, seen.stop_again.front(), "second-never");
  }
  if (!seen.go.empty() && seen.go.back().returned == kNever) {
    if (StoppedOrExited(h)) return Skip(kStopped);
    return Stays(evidence, seen, seen.go.back(), "go-never");
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  return Pass("0 goroutines of the supervisor left when Stop returned");
}

// parent

constexpr CauseText kParentCauses[] = {
    {"live", "worker {name} runs on when the parent's context has ended",
     "a context ends with its parent (golab explain context)",
     "from which context is that of the workers made?"},
    {"restarted", "worker {name} is started again when the parent's context has ended",
     "a context ends with its parent (golab explain context)",
     "what does the supervisor ask before it calls work again?"},
    {"go-never", "Go() does not return when the parent's context has ended",
     "what is stopped starts nothing more (golab explain cancel)",
     "what does Go wait for, and who is still there to answer?"},
    {"late", "Go() starts worker {name} with a context that does not end",
     "a context ends with its parent (golab explain context)",
     "which context does a worker get that comes later?"},
    {}};

GOLAB_CHECK(Parent, "task6.parent", "the end of the parent's context stops all",
            info.cases = "parent", info.needs = "survives one-at-a-time ctx stop-joins",
            info.variations = "-", info.causes = kParentCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.parent_ends == kNever) return Skip(kStopped);
  const std::uint64_t ends = h.TimeAt(seen.parent_ends);
  const auto fail = [&](const char* cause, const Run& run, Moment at) {
    Finding finding = FailIn(evidence, cause)
                          .Set("name", Quoted(run.worker->name))
                          .Expected("ends at " + InSeconds(ends) + ", with its parent")
                          .At(at);
    if (const GoroutineLife* g = h.Find(run.g)) finding.Blame(*g);
    return finding.PlaceAt(TheirFrame(h, seen, run.stack), "runs-at", "it is run here", run.g);
  };
  const Moment until = std::min(seen.StopCalled(), EndOf(h));
  for (const Run& run : seen.runs) {
    const bool late = run.worker->function == "Late";
    if (run.begin > seen.parent_ends && !late &&
        h.TimeAt(run.begin) > ends + SlackBetween(h, seen.parent_ends, run.begin)) {
      return fail("restarted", run, run.begin).Actual("runs at " + InSeconds(h.TimeAt(run.begin)));
    }
    const Moment from = std::max(run.begin, seen.parent_ends);
    const Moment end = std::min(run.end, until);
    const bool lives_on = h.TimeAt(end) > h.TimeAt(from) + SlackBetween(h, from, end);
    if (run.begin > until || run.end < seen.parent_ends || !lives_on || evidence.InRealTime())
      continue;
    if (run.end == kNever && StoppedOrExited(h)) return Skip(kStopped);
    return fail(late ? "late" : "live", run, from)
        .Actual("still running at " + InSeconds(h.TimeAt(end)));
  }
  if (StoppedOrExited(h)) return Skip(kStopped);
  if (!seen.go.empty() && seen.go.back().returned == kNever)
    return Stays(evidence, seen, seen.go.back(), "go-never");
  return Pass("all workers ended with the parent's context");
}

// log

constexpr CauseText kLogCauses[] = {
    {"nothing", "nothing is logged when worker {name} ends by {way}",
     "a log line says who failed, of what, and what happens next (golab explain supervisor)",
     "what would you need to read, the day after?"},
    {"name", "the log does not say that it is worker {name} which ended",
     "a log line says who failed, of what, and what happens next (golab explain supervisor)",
     "which of several workers does the line speak of?"},
    {"cause", "the log of worker {name} lacks the cause, {cause}",
     "a log line says who failed, of what, and what happens next (golab explain supervisor)",
     "what do recover() and work give back?"},
    {"stack", "the log of worker {name} lacks the stack of its panic",
     "debug::Stack() in the deferred function has the panic's frames (golab explain Stack)",
     "in which function, and when, is the stack still there?"},
    {"refusal", "nothing is logged when a second Go with the name {name} is refused",
     "a log line says who failed, of what, and what happens next (golab explain supervisor)",
     "how does the caller of Go learn that nothing was started?"},
    {}};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The lines of a text that are no frames of a stack: what people read.
std::string WithoutFrames(const std::string& text) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (!line.starts_with("\t") && !line.starts_with("created by ")) rest += line + "\n";
    at = end + 1;
  }
  return rest;
}

Finding LogFault(const Evidence& evidence, const Seen& seen, const Run& run, const char* cause,
                 const std::string& text) {
  const History& h = evidence.history;
  std::string said = text.substr(0, text.find('\n'));
  if (said.size() > 60) said = said.substr(0, 57) + "...";
  Finding finding = FailIn(evidence, cause)
                        .Set("name", Quoted(run.worker->name))
                        .Set("way", run.worker->way)
                        .Set("cause", "'" + std::string(run.worker->cause) + "'")
                        .Expected("name, cause, and of a panic the stack")
                        .Actual(said.empty() ? "nothing" : "\"" + said + "\"")
                        .At(run.end);
  const Frame runs = TheirFrame(h, seen, run.stack);
  if (runs.line > 0)
    finding.PlaceAt(runs, "runs-at", "this run ended at " + InSeconds(h.TimeAt(run.end)), run.g);
  return finding;
}

GOLAB_CHECK(Log, "task6.log", "the log says who ended, of what, and of a panic the stack",
            info.cases = "causes names", info.needs = "survives restarts delay one-at-a-time",
            info.variations = "-", info.causes = kLogCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment until = std::min(seen.StopCalled(), EndOf(h));
  if (evidence.case_id == "names") {
    if (seen.go.size() < 4 || StoppedOrExited(h)) return Skip(kStopped);
    const Call& second = seen.go[2];
    if (Has(PrintedBetween(h, second.at, until), "keeper")) return Pass("a refused name is logged");
    return FailIn(evidence, "refusal")
        .Set("name", "'keeper'")
        .Expected("a line with the name")
        .Actual("nothing")
        .At(second.at);
  }
  int lines = 0;
  for (const Run& run : seen.runs) {
    if (run.end >= until || run.told != kNever || run.not_told != kNever) continue;
    // To the worker's next run; others may speak in between.
    Moment next = until;
    for (const Run& later : seen.runs) {
      if (later.worker == run.worker && later.begin > run.end) next = std::min(next, later.begin);
    }
    if (next == until) continue;
    const std::string text = PrintedBetween(h, run.end, next);
    const std::string read = WithoutFrames(text);
    if (text.empty()) return LogFault(evidence, seen, run, "nothing", text);
    if (!Has(read, run.worker->name)) return LogFault(evidence, seen, run, "name", text);
    if (!Has(read, run.worker->cause)) return LogFault(evidence, seen, run, "cause", text);
    const bool panics = std::string_view(run.worker->way) == "a panic";
    // Where a catch (...) logs, the panic's own frames are gone; those of the goroutine are there.
    const bool has_stack = Has(text, std::string(run.worker->function) + "(") ||
                           Has(text, "goroutine " + std::to_string(run.g) + " [");
    if (panics && !has_stack) return LogFault(evidence, seen, run, "stack", text);
    ++lines;
  }
  if (lines == 0) return Skip("not judged: nothing was restarted");
  return Pass(Grouped(lines) + " ends are logged, with name, cause and stack");
}

// test

constexpr CauseText kTestCauses[] = {
    {"fails", "the test that comes with the task fails",
     "a test passes with status 0 (golab explain verdict)",
     "what does the test's own message say (golab run task6)?"},
    {"panics", "a panic ended the test that comes with the task",
     "a panic that nobody recovers ends the program (golab explain panic)",
     "which function on the panicking goroutine defers a recover() in WithDefers?"},
    {"does-not-run", "the test that comes with the task does not run to its end",
     "a test passes with status 0 (golab explain verdict)",
     "what does the test wait for, and for how long at most?"},
    {}};

GOLAB_CHECK(
    Test, "task6.test", "supervisor_test.cc passes", info.cases = "own",
    info.needs = "restarts delay survives one-at-a-time isolated ctx stop-joins stop-prompt",
    info.variations = "-", info.causes = kTestCauses) {
  const History& h = evidence.history;
  const std::size_t begun = h.EventsOf(EventType::kTestStart).size();
  const auto ended = h.EventsOf(EventType::kTestEnd);
  const bool over = ended.size() >= begun && begun > 0;
  if (over && h.ending().status == 0)
    return Pass(begun == 1 ? "its test passes"
                           : "its " + Grouped(static_cast<std::int64_t>(begun)) + " tests pass");
  if (h.ending().kind == Ending::Kind::kPanic) {
    return FailIn(evidence, "panics")
        .Expected("passes")
        .Actual("panic: " +
                h.ending().text.substr(0, std::min<std::size_t>(h.ending().text.find('\n'), 30)))
        .PlaceOf(h, h.ending().stack, "panics-at", "panics here", h.ending().g)
        .At(h.ending().at);
  }
  return FailIn(evidence, over || h.ending().status == 1 ? "fails" : "does-not-run")
      .Expected("passes")
      .Actual("status " + std::to_string(h.ending().status))
      .At(EndOf(h));
}

// no-crash: the common check, but for the panic that `survives` is about

GOLAB_CHECK(NoCrash, "task6.no-crash", "no signal, no panic, no deadlock ends the program",
            info.needs = "builds flags", info.causes = common::kNoCrashCauses) {
  if (PanickedAtTheEnd(evidence.history, SeenIn(evidence.history)) != nullptr)
    return Skip("not judged: the panic is what 'survives' looks at");
  return common::NoCrash(evidence);
}

// backoff: a variation

constexpr CauseText kBackoffCauses[] = {
    {"short", "delay {number} of worker {name} is {length}: too short",
     "each failure in a row doubles the delay (golab explain backoff)",
     "what is multiplied from one failure to the next, and by how much?"},
    {"long", "delay {number} of worker {name} is {length}: too long",
     "each failure in a row doubles the delay (golab explain backoff)",
     "what is multiplied from one failure to the next, and by how much?"},
    {"cap", "delay {number} of worker {name} is {length}: beyond the cap",
     "a cap keeps the delay from growing for ever (golab explain backoff)",
     "what bounds the delay, and is jitter added before or after that?"},
    {"not-reset", "after a good run of 12 s worker {name} waits {length}",
     "a good run ends the row of failures (golab explain backoff)",
     "where is the count of failures set back?"},
    {"shared", "the first delay of worker {name} is {length}: others had failed before",
     "each worker counts its own failures (golab explain backoff)",
     "where is the count kept, and how many workers share it?"},
    {"jitter", "two workers that crash together come back together, {count} times",
     "jitter keeps those apart that failed at once (golab explain backoff)",
     "which part of the delay differs between two workers?"},
    {"too-few", "worker {name} is started again {count} {count|time|times} in 64 s, not {expected}",
     "each failure in a row doubles the delay, to a cap (golab explain backoff)",
     "what bounds the delay?"},
    {}};

struct Pause {
  const Run* before;
  const Run* next;
  std::uint64_t length;
};

/// `its` must outlive the answer.
std::vector<Pause> PausesOf(const History& h, const std::vector<Run>& its) {
  std::vector<Pause> pauses;
  for (std::size_t i = 1; i < its.size(); ++i) {
    if (its[i - 1].end == kNever || its[i - 1].end > its[i].begin) continue;
    pauses.push_back({&its[i - 1], &its[i], h.TimeAt(its[i].begin) - h.TimeAt(its[i - 1].end)});
  }
  return pauses;
}

constexpr std::uint64_t kCap = 8 * kSecond;

/// A delay against what it should be, give or take half.
const char* FaultOf(const Evidence& evidence, const Pause& pause, std::uint64_t nominal) {
  if (pause.length < nominal / 2) return "short";
  const std::uint64_t slack = SlackBetween(evidence.history, pause.before->end, pause.next->begin);
  if (!evidence.InRealTime() && pause.length > nominal + nominal / 2 + slack) return "long";
  return nullptr;
}

Finding OfPause(const Evidence& evidence, const Seen& seen, const Pause& pause, const char* cause,
                std::uint64_t nominal, std::size_t number) {
  const History& h = evidence.history;
  Finding finding =
      FailIn(evidence, cause)
          .Set("name", Quoted(pause.next->worker->name))
          .Set("number", static_cast<std::int64_t>(number))
          .Set("length", InSeconds(pause.length))
          .Expected(InSeconds(nominal / 2) + " to " + InSeconds(nominal + nominal / 2))
          .Actual(InSeconds(pause.length))
          .At(pause.next->begin);
  return finding.PlaceAt(TheirFrame(h, seen, pause.next->stack), "runs-at",
                         "the next run is made here", pause.next->g);
}

GOLAB_CHECK(Backoff, "task6.backoff",
            "delays double up to a cap, for each worker, from 1 s again after a good run; jitter",
            info.cases = "backoff", info.variations = "backoff", info.causes = kBackoffCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Run> firsts = seen.Of("First"), seconds = seen.Of("Second"),
                         thirds = seen.Of("Third");
  const std::vector<Pause> first = PausesOf(h, firsts), second = PausesOf(h, seconds),
                           third = PausesOf(h, thirds);
  for (const std::vector<Pause>* its : {&first, &second}) {
    for (std::size_t i = 0; i < its->size(); ++i) {
      const std::uint64_t grown = i < 32 ? kSecond << i : ~std::uint64_t{0};
      const bool after_good = i == 6;
      const std::uint64_t nominal = after_good ? kSecond : std::min(grown, kCap);
      const char* fault = FaultOf(evidence, (*its)[i], nominal);
      if (fault == nullptr) continue;
      const bool is_long = std::string_view(fault) == "long";
      if (is_long && after_good) fault = "not-reset";
      if (is_long && !after_good && grown > kCap) fault = "cap";
      return OfPause(evidence, seen, (*its)[i], fault, nominal, i + 1);
    }
  }
  if (!third.empty()) {
    if (const char* fault = FaultOf(evidence, third[0], kSecond)) {
      const bool is_long = std::string_view(fault) == "long";
      return OfPause(evidence, seen, third[0], is_long ? "shared" : fault, kSecond, 1);
    }
  }
  if (StoppedOrExited(h) || seen.StopCalled() == kNever) return Skip(kStopped);
  if (first.size() < 7) {
    return FailIn(evidence, "too-few")
        .Set("name", "'ledger'")
        .Set("count", static_cast<std::int64_t>(first.size()))
        .Set("expected", 7)
        .Expected("7 restarts")
        .Actual(Grouped(static_cast<std::int64_t>(first.size())))
        .At(seen.StopCalled());
  }
  std::int64_t together = 0;
  const std::size_t both = std::min<std::size_t>({first.size(), second.size(), 6});
  for (std::size_t i = 0; i < both; ++i) {
    const auto a = static_cast<std::int64_t>(first[i].length),
               b = static_cast<std::int64_t>(second[i].length);
    together += std::abs(a - b) <= static_cast<std::int64_t>(kLate + kLateEach) ? 1 : 0;
  }
  if (both > 2 && together == static_cast<std::int64_t>(both)) {
    return FailIn(evidence, "jitter")
        .Set("count", together)
        .Expected("delays that differ")
        .Actual("the same delays, " + Grouped(together) + " times")
        .At(first[both - 1].next->begin);
  }
  std::string lengths;
  for (const Pause& pause : first)
    lengths += (lengths.empty() ? "" : ", ") + InSeconds(pause.length).substr(0, 3);
  return Pass("delays of " + lengths + " s");
}

// budget: a variation

constexpr CauseText kBudgetCauses[] = {
    {"goes-on", "worker {name} is started again after {count} crashes within a minute",
     "a budget ends what can only fail (golab explain backoff)",
     "which crashes does the supervisor remember, and for how long?"},
    {"too-soon", "worker {name} is given up after {count} {count|crash|crashes}",
     "the budget is of a minute: older crashes do not count (golab explain backoff)",
     "which crashes does the supervisor remember, and for how long?"},
    {"not-said", "nothing is logged that says 'not restarted' of worker {name}",
     "a log line says who failed, of what, and what happens next (golab explain supervisor)",
     "how does anybody learn that this worker is gone?"},
    {}};

GOLAB_CHECK(Budget, "task6.budget",
            "the third crash within a minute is the last, and the log says so",
            info.cases = "budget", info.variations = "budget", info.causes = kBudgetCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const Moment until = std::min(seen.StopCalled(), EndOf(h));
  const std::vector<Run> often = seen.Of("Often"), seldom = seen.Of("Seldom");
  const auto fail = [&](const char* cause, const Run& run, std::size_t count) {
    return FailIn(evidence, cause)
        .Set("name", Quoted(run.worker->name))
        .Set("count", static_cast<std::int64_t>(count))
        .At(run.begin)
        .PlaceAt(TheirFrame(h, seen, run.stack), "runs-at", "the run is made here", run.g);
  };
  if (often.size() > 3) {
    return fail("goes-on", often[3], 3)
        .Expected("3 runs")
        .Actual("run 4 at " + InSeconds(h.TimeAt(often[3].begin)));
  }
  if (StoppedOrExited(h) || seen.StopCalled() == kNever) return Skip(kStopped);
  for (const std::vector<Run>* its : {&often, &seldom}) {
    const std::size_t wanted = its == &often ? 3 : 4;
    if (its->size() >= wanted || its->empty()) continue;
    const Run& last = its->back();
    if (last.end == kNever || last.end > until) continue;
    Finding finding = fail("too-soon", last, its->size());
    finding.Expected(its == &often ? "3 runs" : "run again: its crashes are 41 s apart");
    return finding.Actual("last run ended at " + InSeconds(h.TimeAt(last.end))).At(last.end);
  }
  if (often.size() < 3) return Skip("not judged: the worker did not run three times");
  const auto& last = often[2];
  for (const LineMatch& match : LinesMatching(h, "not restarted")) {
    if (match.line->at >= last.begin) {
      return Has(PrintedBetween(h, last.begin, match.line->at), last.worker->name)
                 ? Pass("given up after 3 crashes; one that crashes every 41 s goes on")
                 : fail("not-said", last, 3)
                       .Expected("name and 'not restarted'")
                       .Actual("\"" + match.line->text.substr(0, 30) + "\"");
    }
  }
  return fail("not-said", last, 3).Expected("a line with 'not restarted'").Actual("none");
}

// stop-within: advice

constexpr CauseText kWithinCauses[] = {
    {"waits-for-itself",
     "a worker that calls Stop() waits there for its own end; Stop could know that",
     "what waits for itself waits for ever (golab explain deadlock)", ""},
    {}};

GOLAB_ADVICE(StopWithin, "task6.stop-within", "a worker may call Stop", info.cases = "within",
             info.variations = "-", info.causes = kWithinCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.stop.empty() || seen.stop.front().returned != kNever || StoppedOrExited(h))
    return Pass("");
  Finding finding = FailIn(evidence, "waits-for-itself").At(seen.stop.front().at);
  const Wait* wait = WaitsAt(h, seen.stop.front().g, EndOf(h));
  if (wait != nullptr)
    finding.PlaceAt(TheirFrame(h, seen, wait->stack), "waits-at", "waits here for ever",
                    seen.stop.front().g);
  return finding;
}

}  // namespace
}  // namespace golab::lab
