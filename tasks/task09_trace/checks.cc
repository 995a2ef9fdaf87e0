// Checks of task9. What lies inside the trace is told by the moments at which it began and ended;
// that it is a trace, by the bytes that were written. A worker is whoever lives inside, not whoever
// has a name.

#include <algorithm>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"
#include "lab/trace/execution.h"

namespace golab::lab {
namespace {

using rt::EventType;

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSleep = 50 * kMs;
constexpr std::uint8_t kCut = 1, kWriteFailed = 2;  // reasons of kTraceData

/// One trace that the program wrote.
struct Traced {
  Moment begin = kNever;
  Moment end = kNever;   // of the trace; the program's if that came before
  Moment data = kNever;  // the event that holds the bytes; kNever: they were never complete
  bool stopped = false;  // by trace::Stop, before main's return
};

/// Those of a run, in order.
std::vector<Traced> TracesOf(const History& h) {
  std::vector<Traced> traces;
  for (Moment m = 0; m < h.events().size(); ++m) {
    const rt::Record& r = h.events()[m];
    switch (static_cast<EventType>(r.type)) {
      case EventType::kTraceStart:
        traces.push_back({m, EndOf(h), kNever, false});
        break;
      case EventType::kTraceData:
        if (!traces.empty()) traces.back().data = m;
        break;
      case EventType::kTraceStop:
        if (traces.empty()) break;
        traces.back().end = std::min(m, EndOf(h));
        traces.back().stopped = r.reason == 1 && m < EndOf(h);
        break;
      default:
        break;
    }
  }
  return traces;
}

/// The goroutines of the program, main apart, whose whole lives lie inside.
std::vector<const GoroutineLife*> Inside(const History& h, const Traced& trace) {
  std::vector<const GoroutineLife*> inside;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || g.ended == kNever) continue;
    if (g.created > trace.begin && g.ended < trace.end) inside.push_back(&g);
  }
  return inside;
}

/// True if the timer that ends `wait` was made for that long a time, however long ago: others may
/// have had their turn between the timer and the wait.
bool HasTimerOf(const History& h, const GoroutineLife& g, const Wait& wait) {
  if (!wait.until) return false;
  for (Moment m = wait.begin; m-- > g.created;) {
    const rt::Record& r = h.events()[m];
    if (*wait.until > r.time + kSleep + kLate) return false;  // all before are too early
    if (r.g == g.id && static_cast<EventType>(r.type) == EventType::kTimerMake &&
        *wait.until >= r.time + kSleep) {
      return true;
    }
  }
  return false;
}

std::vector<const Wait*> SleepsOf(const History& h, const GoroutineLife& g, Moment end) {
  std::vector<const Wait*> sleeps;
  for (const Wait& wait : g.waits) {
    if (wait.begin < end && (IsAsleepFor(wait, kSleep) || HasTimerOf(h, g, wait)))
      sleeps.push_back(&wait);
  }
  return sleeps;
}

/// The trace that shows most: a program may write several.
Traced Best(const History& h, const std::vector<Traced>& traces) {
  return *std::max_element(traces.begin(), traces.end(), [&h](const Traced& a, const Traced& b) {
    return Inside(h, a).size() < Inside(h, b).size();
  });
}

std::string Size(std::size_t bytes) {
  if (bytes < 10'000) return Grouped(static_cast<std::int64_t>(bytes)) + " bytes";
  return Grouped(static_cast<std::int64_t>(bytes / 1000)) + " kB";
}

// file

constexpr CauseText kFileCauses[] = {
    {"never-started", "no trace was started",
     "trace::Start begins a trace, trace::Stop ends it (golab explain trace)",
     "which line starts the trace?"},
    {"write-failed", "the trace could not be written to its end",
     "Stop writes what is left, so the file closes after it (golab explain trace)",
     "which comes first, Stop or the file's end?"},
    {"no-trace", "what was written is no Go trace: {why}",
     "a trace is whole when Stop has returned (golab explain trace)", ""},
    {}};

GOLAB_CHECK(File, "task9.file", "what is written is a complete Go trace",
            info.causes = kFileCauses) {
  const History& h = evidence.history;
  const std::vector<Traced> traces = TracesOf(h);
  if (traces.empty()) {
    if (StoppedOnItsWay(h)) return Skip(kStopped);
    return Fail("never-started")
        .Expected("a Go trace of the workers")
        .Actual("no call of trace::Start")
        .At(EndOf(h));
  }
  const Traced trace = Best(h, traces);
  if (trace.data == kNever) return Skip(kStopped);
  const rt::Record& data = h.events()[trace.data];
  const rt::Record& start = h.events()[trace.begin];
  if (data.reason == kWriteFailed) {
    return Fail("write-failed")
        .Expected("all of it in the file")
        .Actual("a write failed, as on a file that is closed")
        .At(trace.end)
        .PlaceOf(h, start.stack, "starts-at", "the trace begins here", start.g);
  }
  const std::string bytes = h.Blob(data.arg);
  if (data.reason == kCut) return Pass("a trace of more than " + Size(bytes.size()));
  const auto execution = ReadExecution(bytes);
  const std::string why = !execution ? execution.error().Text() : execution->summary.cut;
  if (!why.empty()) {
    return Fail("no-trace")
        .Set("why", why)
        .Expected("a Go trace")
        .Actual(Size(bytes.size()))
        .At(trace.end);
  }
  return Pass("a Go trace of " + Size(bytes.size()) + ", " +
              Grouped(static_cast<std::int64_t>(execution->summary.events)) + " events");
}

// workers

constexpr CauseText kWorkersCauses[] = {
    {"begun-before", "{count} {count|worker was|workers were} created before the trace began",
     "a trace holds what happens between Start and Stop (golab explain trace)",
     "what is started first, the trace or the workers?"},
    {"cut-off", "the trace ends while {count} {count|worker|workers} still {live}",
     "a trace holds what happens between Start and Stop (golab explain trace)",
     "what does main wait for before it stops the trace?"},
    {"too-few", "{count} of {workers} workers lived inside the trace",
     "each parameter of a task is a flag of the program, by its name",
     "what decides how many workers are started?"},
    {}};

GOLAB_CHECK(Workers, "task9.workers", "the workers' whole lives are inside the trace",
            info.needs = "file", info.causes = kWorkersCauses) {
  const History& h = evidence.history;
  const auto traces = TracesOf(h);
  if (traces.empty()) return Skip("not judged: no trace");
  const Traced trace = Best(h, traces);
  const auto workers = static_cast<std::size_t>(evidence.Int("workers"));
  const auto inside = Inside(h, trace);
  if (inside.size() >= workers) {
    return Pass(Grouped(static_cast<std::int64_t>(inside.size())) +
                (inside.size() == 1 ? " goroutine" : " goroutines") +
                " from creation to end inside the trace");
  }
  if (StoppedOnItsWay(h)) return Skip(kStopped);
  std::vector<const GoroutineLife*> before, after;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || g.created > EndOf(h)) continue;
    if (g.created < trace.begin)
      before.push_back(&g);
    else if (g.created < trace.end && (g.ended == kNever || g.ended >= trace.end))
      after.push_back(&g);
  }
  const auto& outside = !before.empty() ? before : after;
  const char* cause = !before.empty() ? "begun-before" : !after.empty() ? "cut-off" : "too-few";
  Finding finding =
      Fail(cause)
          .Set("count", static_cast<std::int64_t>(outside.empty() ? inside.size() : outside.size()))
          .Set("workers", static_cast<std::int64_t>(workers))
          .Set("live", outside.size() == 1 ? "lives" : "live")
          .Expected(Grouped(static_cast<std::int64_t>(workers)) + " whole lives in the trace")
          .Actual(Grouped(static_cast<std::int64_t>(inside.size())))
          .At(!before.empty() ? trace.begin : trace.end)
          .Show(Picture::kTimeline);
  finding.Blame(h.main());
  for (const GoroutineLife* g : outside) finding.Blame(*g);
  const rt::Record& start = h.events()[trace.begin];
  if (!before.empty()) {
    finding.PlaceOf(h, start.stack, "starts-at", "the trace begins here", start.g);
  } else if (!after.empty() && trace.stopped) {
    finding.PlaceOf(h, h.events()[trace.end].stack, "stops-at", "the trace ends here",
                    h.events()[trace.end].g);
  }
  if (!outside.empty()) {
    finding.PlaceOf(h, outside.front()->creation_stack, "created-at",
                    "the workers are created here", outside.front()->id);
  }
  return finding;
}

// cycles

constexpr CauseText kCyclesCauses[] = {
    {"no-sleep", "{count} of {workers} workers sleep 50 ms {least} or more times",
     "a sleep parks the goroutine until a timer (golab explain sleep)",
     "which line of a worker waits, and for how long?"},
    {"one-after-other", "at most {together} of {workers} workers are in their cycles at once",
     "go starts a goroutine and does not wait for it (golab explain go)",
     "which line waits before the next worker has started?"},
    {}};

/// From a worker's first sleep to the end of its last.
struct Cycles {
  const GoroutineLife* g;
  std::vector<const Wait*> sleeps;
};

std::size_t MostTogether(const std::vector<Cycles>& all) {
  std::vector<std::pair<std::uint64_t, int>> changes;
  for (const Cycles& one : all) {
    // A sleep that ends when another begins lies beside it.
    changes.emplace_back(one.sleeps.front()->begin_time, 1);
    changes.emplace_back(one.sleeps.back()->end_time, -1);
  }
  std::sort(changes.begin(), changes.end());
  int now = 0, most = 0;
  for (const auto& [at, change] : changes) most = std::max(most, now += change);
  return static_cast<std::size_t>(most);
}

GOLAB_CHECK(CyclesCheck, "task9.cycles", "the workers sleep 50 ms again and again, and overlap",
            info.needs = "file workers", info.causes = kCyclesCauses) {
  const History& h = evidence.history;
  const auto traces = TracesOf(h);
  if (traces.empty()) return Skip("not judged: no trace");
  const auto workers = static_cast<std::size_t>(evidence.Int("workers"));
  // A last sleep need not follow the last cycle.
  const auto least =
      static_cast<std::size_t>(std::max<std::int64_t>(evidence.Int("cycles") - 1, 1));
  const Traced trace = Best(h, traces);
  std::vector<Cycles> good;
  const auto inside = Inside(h, trace);
  for (const GoroutineLife* g : inside) {
    auto sleeps = SleepsOf(h, *g, trace.end);
    if (sleeps.size() >= least) good.push_back({g, std::move(sleeps)});
  }
  const std::string expected = Grouped(static_cast<std::int64_t>(workers)) +
                               " workers, each asleep " + std::to_string(least) +
                               " times or more, at the same time";
  if (good.size() < workers) {
    if (StoppedOnItsWay(h)) return Skip(kStopped);
    Finding finding = Fail("no-sleep")
                          .Set("count", static_cast<std::int64_t>(good.size()))
                          .Set("workers", static_cast<std::int64_t>(workers))
                          .Set("least", static_cast<std::int64_t>(least))
                          .Expected(expected)
                          .Actual(Grouped(static_cast<std::int64_t>(good.size())))
                          .At(trace.end)
                          .Show(Picture::kTimeline);
    const auto bad = std::find_if(inside.begin(), inside.end(), [&](const GoroutineLife* g) {
      return SleepsOf(h, *g, trace.end).size() < least;
    });
    finding.Blame(h.main());
    if (bad != inside.end()) {
      finding.Blame(**bad);
      if (!(*bad)->waits.empty())
        finding.PlaceOf(h, (*bad)->waits.front().stack, "waits-at", "it waits here", (*bad)->id);
      finding.PlaceOf(h, (*bad)->creation_stack, "created-at", "created here", (*bad)->id);
    }
    return finding;
  }
  const std::size_t together = MostTogether(good);
  // In real time the first may be through before the last begins, on a busy machine.
  const std::size_t wanted = evidence.InRealTime() ? std::min<std::size_t>(2, workers) : workers;
  if (together >= wanted) {
    return Pass(Grouped(static_cast<std::int64_t>(together)) +
                (together == 1 ? " worker sleeps 50 ms " : " workers sleep 50 ms ") +
                std::to_string(least) + " times or more, side by side");
  }
  Finding finding = Fail("one-after-other")
                        .Set("together", static_cast<std::int64_t>(together))
                        .Set("workers", static_cast<std::int64_t>(workers))
                        .Expected(expected)
                        .Actual(Grouped(static_cast<std::int64_t>(together)) + " at the same time")
                        .At(good.back().g->created)
                        .Show(Picture::kTimeline);
  finding.Blame(h.main());
  for (const Cycles& one : good) finding.Blame(*one.g);
  for (const Wait& wait : h.main().waits) {
    if (wait.begin < good.front().g->created || wait.begin > good.back().g->created) continue;
    finding.PlaceOf(h, wait.stack, "waits-at", "main waits here before it starts the next one", 1);
    break;
  }
  return finding.PlaceOf(h, good.front().g->creation_stack, "created-at", "created here",
                         good.front().g->id);
}

// stopped

constexpr CauseText kStoppedCauses[] = {
    {"not-stopped", "main ended, and the trace was still going on",
     "what Stop does not write is not in the file (golab explain trace)",
     "which line ends the trace, on every way out of main?"},
    {}};

GOLAB_CHECK(Stopped, "task9.stopped", "the trace ends before main does", info.needs = "file",
            info.causes = kStoppedCauses) {
  const History& h = evidence.history;
  const auto traces = TracesOf(h);
  if (traces.empty()) return Skip("not judged: no trace");
  const Traced& last = traces.back();
  if (last.stopped) return Pass("trace::Stop returned at " + InSeconds(h.TimeAt(last.end)));
  if (StoppedOnItsWay(h)) return Skip(kStopped);
  const rt::Record& start = h.events()[last.begin];
  return Fail("not-stopped")
      .Expected("trace::Stop before main's end")
      .Actual(h.main_return() != kNever ? "main returned first" : "the program ended first")
      .At(EndOf(h))
      .PlaceOf(h, start.stack, "starts-at", "the trace that begins here is not stopped", start.g);
}

}  // namespace
}  // namespace golab::lab
