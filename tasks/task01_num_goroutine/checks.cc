// Checks of task1. They rest on lives, waits and calls as recorded, not on who does what: a worker
// is whoever sleeps as long as the flag says, the monitor is whoever counts or prints.

#include <algorithm>
#include <cstdlib>
#include <set>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

constexpr char kLinePattern[] = "goroutines: %d";
constexpr std::uint64_t kMs = 1'000'000;
constexpr int kSpinning = 3;  // forced preemptions between two lines: no short work

/// "1 s", "100 ms"; with three digits behind the point where that is not whole.
std::string Length(std::uint64_t ns) {
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + " s";
  if (ns < 1'000'000'000 && ns % kMs == 0) return std::to_string(ns / kMs) + " ms";
  return InSeconds(ns);
}

Finding PassIfWhole(const History& h, std::string fact) {
  return StoppedOnItsWay(h) ? Skip(kStopped) : Pass(std::move(fact));
}

/// Those that count or print the lines. Main is no worker in any case, and is left out.
std::set<std::uint32_t> Monitors(const History& h) {
  std::set<std::uint32_t> monitors;
  for (const CountCall& call : NumGoroutineCalls(h)) monitors.insert(call.g);
  for (const LineMatch& match : LinesMatching(h, kLinePattern)) monitors.insert(match.line->g);
  return monitors;
}

struct Sleeper {
  const GoroutineLife* g;
  const Wait* wait;
};

/// The sleeps that the task asks for, in the order of creation.
std::vector<Sleeper> SleepersOf(const Evidence& evidence) {
  const History& h = evidence.history;
  const std::uint64_t length = evidence.DurationNs("sleep");
  const auto monitors = Monitors(h);
  std::vector<Sleeper> sleepers;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || monitors.contains(g.id)) continue;
    for (const Wait& wait : g.waits) {
      if (wait.begin <= EndOf(h) && IsAsleepFor(wait, length)) sleepers.push_back({&g, &wait});
    }
  }
  return sleepers;
}

struct Together {
  int count = 0;
  Moment at = 0;
};

Together MostTogether(const std::vector<Sleeper>& sleepers, Moment end) {
  std::vector<std::pair<Moment, int>> changes;
  for (const Sleeper& s : sleepers) {
    changes.emplace_back(s.wait->begin, 1);
    if (s.wait->end != kNever) changes.emplace_back(s.wait->end, -1);
  }
  std::sort(changes.begin(), changes.end());
  Together most;
  int count = 0;
  for (const auto& [at, change] : changes) {
    if (at > end) break;
    count += change;
    if (count > most.count) most = {count, at};
  }
  return most;
}

/// The longest wait for a timer that any goroutine but main and the monitor began: what was slept
/// instead.
const Wait* LongestSleep(const History& h) {
  const auto monitors = Monitors(h);
  const Wait* longest = nullptr;
  const auto length = [](const Wait& w) { return *w.until - std::min(*w.until, w.begin_time); };
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || monitors.contains(g.id)) continue;
    for (const Wait& wait : g.waits) {
      if (wait.until && (longest == nullptr || length(wait) > length(*longest))) longest = &wait;
    }
  }
  return longest;
}

// rise

constexpr CauseText kRiseCauses[] = {
    {"other-sleep", "no worker sleeps {sleep}; the longest sleep lasts {longest}",
     "a worker parks until a timer of that length (golab explain sleep)",
     "which line of a worker waits, and for how long?"},
    {"too-late", "{who} ended before any worker slept",
     "when main returns, all others are cut off (golab explain join)",
     "what tells main that a worker has ended, and where does main wait for it?"},
    {"no-sleep", "no worker sleeps {sleep}, and none sleeps at all",
     "a worker parks until a timer of that length (golab explain sleep)",
     "which line of a worker waits, and for how long?"},
    {"one-after-other", "{total} workers sleep, but at most {count} at the same time",
     "go starts a goroutine and does not wait for it (golab explain go)",
     "which line waits before the next worker has started?"},
    {"too-few", "{total} {total|worker sleeps|workers sleep} {sleep} each, not {workers}",
     "each parameter of a task is a flag of the program, by its name",
     "what decides how many workers are started?"},
    {}};

GOLAB_CHECK(Rise, "task1.rise", "at some instant at least 'workers' goroutines sleep together",
            info.variations = "-", info.causes = kRiseCauses) {
  const History& h = evidence.history;
  const long workers = evidence.Int("workers");
  const std::uint64_t sleep = evidence.DurationNs("sleep");
  const std::vector<Sleeper> sleepers = SleepersOf(evidence);
  const Together most = MostTogether(sleepers, EndOf(h));
  if (most.count >= workers) {
    return Pass(Grouped(most.count) +
                (most.count == 1 ? " worker sleeps" : " workers sleep at once") + "; " +
                Grouped(h.AliveAt(most.at)) + " alive, main and monitor included");
  }
  if (StoppedOnItsWay(h)) return Skip(kStopped);
  const std::string expected = Grouped(workers) + " asleep at once for " + Length(sleep);
  if (sleepers.empty()) {
    const Wait* longest = LongestSleep(h);
    if (longest == nullptr) {
      return Fail("no-sleep")
          .Set("sleep", Length(sleep))
          .Expected(expected)
          .Actual("0")
          .At(EndOf(h));
    }
    if (IsAsleepFor(*longest, sleep)) {
      const GoroutineLife& worker = *h.Find(h.events()[longest->begin].g);
      Finding finding = Fail("too-late")
                            .Set("who", h.main_return() != kNever ? "main" : "the program")
                            .Expected(expected)
                            .Actual("0 before the end, at " + InSeconds(h.TimeAt(EndOf(h))))
                            .At(EndOf(h));
      finding.Blame(h.main()).Blame(worker);
      if (h.main_return() == kNever)
        finding.PlaceOf(h, h.ending().stack, "ends-at", "the program ends here", h.ending().g);
      return finding.PlaceOf(h, worker.creation_stack, "created-at", "the workers are created here",
                             worker.id);
    }
    return Fail("other-sleep")
        .Set("sleep", Length(sleep))
        .Set("longest", Length(*longest->until - std::min(*longest->until, longest->begin_time)))
        .Expected(expected)
        .Actual("0")
        .At(longest->begin)
        .PlaceOf(h, longest->stack, "sleeps-at", "sleeps here");
  }
  std::set<std::uint32_t> who;
  for (const Sleeper& s : sleepers) who.insert(s.g->id);
  const auto total = static_cast<std::int64_t>(sleepers.size());
  Finding finding = Fail(total < workers ? "too-few" : "one-after-other")
                        .Set("total", total)
                        .Set("count", most.count)
                        .Set("workers", Grouped(workers))
                        .Set("sleep", Length(sleep))
                        .Expected(expected)
                        .Actual(Grouped(most.count))
                        .At(sleepers.back().wait->begin)
                        .Show(Picture::kTimeline);
  finding.Blame(h.main());
  for (const std::uint32_t id : who) finding.goroutines.push_back(id);
  // What main did between two starts: the wait that keeps the next worker back.
  const Sleeper& first = sleepers.front();
  for (const Wait& wait : h.main().waits) {
    if (total < workers || wait.begin < first.g->created || wait.begin > sleepers.back().g->created)
      continue;
    finding.PlaceOf(h, wait.stack, "waits-at", "main waits here before it starts the next one", 1);
    break;
  }
  finding.PlaceOf(h, first.g->creation_stack, "created-at", "created here", first.g->id);
  return finding;
}

// hold

constexpr CauseText kHoldCauses[] = {
    {"cut-off", "{who} ended while {count} {count|worker was|workers were} in {their} sleep",
     "when main returns, all others are cut off (golab explain join)",
     "what tells main that a worker has ended, and where does main wait for it?"},
    {"cut-off-all", "{who} ended while all {count} workers were in their sleep",
     "when main returns, all others are cut off (golab explain join)",
     "what tells main that a worker has ended, and where does main wait for it?"},
    {"woken-early", "{count} {count|worker was|workers were} woken before {their} sleep was over",
     "a select ends by whichever case comes first (golab explain select)",
     "who is ready first, besides the timer?"},
    {}};

GOLAB_CHECK(Hold, "task1.hold", "no worker ends before its sleep is over", info.needs = "rise",
            info.variations = "-", info.causes = kHoldCauses) {
  const History& h = evidence.history;
  const Moment end = EndOf(h);
  const std::uint64_t sleep = evidence.DurationNs("sleep");
  const std::vector<Sleeper> sleepers = SleepersOf(evidence);
  std::vector<Sleeper> cut, early;
  for (const Sleeper& s : sleepers) {
    if (s.wait->end == kNever || s.wait->end > end) {
      cut.push_back(s);
    } else if (s.wait->end_time < *s.wait->until) {
      early.push_back(s);
    }
  }
  if (StoppedOnItsWay(h)) cut.clear();
  if (cut.empty() && early.empty()) {
    return PassIfWhole(h, Grouped(static_cast<std::int64_t>(sleepers.size())) + " sleeps of " +
                              Length(sleep) + ", all to their end");
  }
  const std::vector<Sleeper>& broken = cut.empty() ? early : cut;
  const Sleeper& first = broken.front();
  const auto count = static_cast<std::int64_t>(broken.size());
  const bool all = count == static_cast<std::int64_t>(sleepers.size()) && count > 1;
  const std::uint64_t stopped = cut.empty() ? first.wait->end_time : h.TimeAt(end);
  Finding finding =
      Fail(cut.empty() ? "woken-early"
           : all       ? "cut-off-all"
                       : "cut-off")
          .Set("count", count)
          .Set("who", h.main_return() != kNever ? "main" : "the program")
          .Set("their", count == 1 ? "its" : "their")
          .Expected("each sleeps " + Length(sleep) + ", to the end")
          .Actual(Grouped(count) + " of " + Grouped(static_cast<std::int64_t>(sleepers.size())) +
                  (cut.empty() ? " woken" : " cut off") + " after " +
                  InSeconds(stopped - first.wait->begin_time))
          .At(cut.empty() ? first.wait->end : end)
          .Show(Picture::kTimeline);
  finding.Blame(h.main());
  for (const Sleeper& s : broken) finding.Blame(*s.g);
  if (cut.empty()) {
    finding.PlaceOf(h, first.wait->stack, "woken-at", Who(first.g->id) + " was to sleep here",
                    first.g->id);
    if (first.wait->woken_by != 0) {
      finding.PlaceOf(h, h.events()[first.wait->end].stack, "wakes-at",
                      Who(first.wait->woken_by) + " wakes it here", first.wait->woken_by);
    }
    return finding;
  }
  if (h.main_return() == kNever) {
    finding.PlaceOf(h, h.ending().stack, "ends-at", "the program ends here", h.ending().g);
  } else if (!h.main().waits.empty()) {
    const Wait* last = nullptr;
    for (const Wait& wait : h.main().waits) {
      if (wait.begin < end) last = &wait;
    }
    if (last != nullptr)
      finding.PlaceOf(h, last->stack, "last-wait", "main's last wait is not for all workers", 1);
  }
  return finding.PlaceOf(h, first.g->creation_stack, "created-at", "the workers are created here",
                         first.g->id);
}

// fall

constexpr CauseText kFallCauses[] = {
    {"stays", "{count} {count|goroutine is|goroutines are} still there besides main and monitor",
     "a goroutine ends when its function returns (golab explain leak)",
     "who could wake {them}, and is that one still there?"},
    {"main-waits",
     "{count} {count|goroutine never ends|goroutines never end}, and main waits: the count never "
     "falls",
     "a goroutine ends when its function returns (golab explain leak)",
     "who could wake {them}, and is that one still there?"},
    {}};

/// Not the monitor, not main: those whose end the count is to show.
std::vector<const GoroutineLife*> StillThere(const History& h) {
  const auto monitors = Monitors(h);
  std::vector<const GoroutineLife*> there;
  if (h.main_return() != kNever) {
    there = h.LeftOver();
  } else {
    for (const GoroutineLife& g : h.goroutines()) {
      const Wait* wait = g.system || g.IsMain() ? nullptr : g.WaitAt(h.last());
      if (wait != nullptr && !wait->until) there.push_back(&g);
    }
  }
  std::erase_if(there,
                [&](const GoroutineLife* g) { return monitors.contains(g->id) || g->IsMain(); });
  return there;
}

GOLAB_CHECK(Fall, "task1.fall", "before main ends, the count is back to main and monitor at most",
            info.needs = "rise hold", info.variations = "-", info.causes = kFallCauses) {
  const History& h = evidence.history;
  const std::vector<const GoroutineLife*> there = StillThere(h);
  if (there.empty() || StoppedOnItsWay(h)) {
    if (h.main_return() == kNever) return Skip("not judged: main did not return");
    return PassIfWhole(
        h, "the count falls from " + Grouped(MostAlive(h).count) + " to main and monitor");
  }
  const auto count = static_cast<std::int64_t>(there.size());
  const GoroutineLife& first = *there.front();
  const Moment end = std::min(EndOf(h), h.last());
  const Moment before = end == h.main_return() && end > 0 ? end - 1 : end;  // main is there yet
  const Wait* wait = first.WaitAt(end);
  Finding finding = Fail(h.main_return() != kNever ? "stays" : "main-waits")
                        .Set("count", count)
                        .Set("them", count == 1 ? "it" : "them")
                        .Expected("main and monitor at most")
                        .Actual(Grouped(count) + " more")
                        .ExpectAlive(h.AliveAt(end) - count, before)
                        .At(wait != nullptr ? wait->begin : EndOf(h));
  for (const GoroutineLife* g : there) finding.Blame(*g);
  if (wait != nullptr) {
    finding.PlaceOf(h, wait->stack, "waits-at",
                    Who(first.id) + " waits here for ever: " + InBrackets(wait->reason), first.id);
  }
  finding.PlaceOf(h, first.creation_stack, "created-at", "created here", first.id);
  if (h.main_return() == kNever && h.main().WaitAt(h.last()) != nullptr) {
    finding.PlaceOf(h, h.main().WaitAt(h.last())->stack, "main-waits-at", "main waits here for it",
                    1);
  }
  if (h.ending().kind == Ending::Kind::kDeadlock)
    finding.GoSays("fatal error: all goroutines are asleep - deadlock!");
  return finding;
}

// monitor

constexpr CauseText kMonitorCauses[] = {
    {"no-lines", "no line reads 'goroutines: N'",
     "the task names the text, so that it can be found",
     "what does the monitor print, and does it run at all?"},
    {"not-counted", "'goroutines: {number}' is no count: NumGoroutine was never asked",
     "the number of goroutines is asked anew each time (golab explain NumGoroutine)",
     "which call knows how many goroutines there are now?"},
    {"stale", "'goroutines: {number}' is old: not counted since the line before",
     "the number of goroutines is asked anew each time (golab explain NumGoroutine)",
     "which line asks for the number, and how often is it reached?"},
    {"other-number", "'goroutines: {number}' is printed where NumGoroutine gave {answer}",
     "the number of goroutines is asked anew each time (golab explain NumGoroutine)",
     "where does the printed number come from?"},
    {"busy", "the monitor runs on and on; it never waits between two lines",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "which timer or ticker can the monitor wait on?"},
    {"too-often", "two lines are {gap} apart; the interval is {interval}",
     "a ticker gives one tick an interval (golab explain ticker)",
     "what does the monitor wait for before each line?"},
    {"too-late", "no line for {gap}; the interval is {interval}",
     "a ticker gives one tick an interval (golab explain ticker)",
     "what keeps the monitor from its next line?"},
    {"gives-up", "the last line comes at {last}; workers sleep until {until}",
     "a monitor watches to the end, until it is told (golab explain cancel)",
     "who decides when the monitor ends, and when is that?"},
    {}};

struct Said {
  const Line* line;
  std::int64_t number;
};

std::vector<Said> LinesOf(const History& h) {
  std::vector<Said> said;
  for (const LineMatch& match : LinesMatching(h, kLinePattern)) {
    if (match.line->at <= EndOf(h))
      said.push_back({match.line, std::strtoll(match.holes[0].c_str(), nullptr, 10)});
  }
  return said;
}

bool Between(Moment m, Moment from, Moment to) {
  return m > from && m <= to;
}

/// A number that no call of NumGoroutine gave since the line before.
Finding NumberFault(const std::vector<CountCall>& calls, const std::vector<Said>& said,
                    std::size_t i) {
  const Line& line = *said[i].line;
  Moment since = 0;  // lines that appeared together share an instant
  for (std::size_t j = i; j-- > 0;) {
    if (said[j].line->at == line.at) continue;
    since = said[j].line->at;
    break;
  }
  const CountCall* latest = nullptr;
  bool ever = false;
  for (const CountCall& call : calls) {
    ever |= call.at <= line.at;
    if (!Between(call.at, since, line.at)) continue;
    if (call.answer == said[i].number) return Pass("");
    latest = &call;
  }
  Finding finding = Fail(latest != nullptr ? "other-number" : ever ? "stale" : "not-counted");
  if (latest != nullptr) finding.Set("answer", latest->answer);
  return finding.Set("number", said[i].number).At(line.at);
}

/// What happened between two lines, or before the first one.
struct Gap {
  Moment from = 0, to = 0;
  std::uint64_t length = 0;
  int preemptions = 0;       // of all goroutines
  int most_preemptions = 0;  // of one
  const GoroutineLife* spinner = nullptr;
  int timers = 0;              // that the printing goroutine, or who created it, waited for
  bool printer_waited = true;  // true where it is new
};

Gap GapBefore(const History& h, const std::vector<Said>& said, std::size_t i) {
  Gap gap;
  gap.from = i == 0 ? (h.main_start() == kNever ? 0 : h.main_start()) : said[i - 1].line->at;
  gap.to = said[i].line->at;
  gap.length = said[i].line->time - std::min(said[i].line->time, h.TimeAt(gap.from));
  for (const GoroutineLife& g : h.goroutines()) {
    const auto count =
        static_cast<int>(std::count_if(g.preemptions.begin(), g.preemptions.end(),
                                       [&](Moment m) { return Between(m, gap.from, gap.to); }));
    gap.preemptions += count;
    if (count > gap.most_preemptions) {
      gap.most_preemptions = count;
      gap.spinner = &g;
    }
  }
  const GoroutineLife* printer = h.Find(said[i].line->g);
  if (printer == nullptr) return gap;
  const GoroutineLife* creator = h.Find(printer->creator);
  for (const GoroutineLife* g : {printer, creator}) {
    if (g == nullptr) continue;
    for (const Wait& wait : g->waits)
      gap.timers += wait.until && wait.end != kNever && Between(wait.end, gap.from, gap.to);
  }
  if (i > 0 && printer->created <= gap.from) {
    gap.printer_waited =
        std::any_of(printer->waits.begin(), printer->waits.end(), [&](const Wait& wait) {
          return wait.begin <= gap.to && (wait.end == kNever || wait.end > gap.from);
        });
  }
  return gap;
}

Finding GapFault(const Evidence& evidence, const std::vector<Said>& said, std::size_t i) {
  const History& h = evidence.history;
  const std::uint64_t interval = evidence.DurationNs("interval");
  const Gap gap = GapBefore(h, said, i);
  const auto fault = [&](const char* cause) {
    return Fail(cause)
        .Set("gap", InSeconds(gap.length))
        .Set("interval", Length(interval))
        .Expected("one line every " + Length(interval))
        .Actual("after " + InSeconds(gap.length))
        .At(gap.to);
  };
  const bool edge = i <= 1 || i + 1 == said.size();
  if (gap.most_preemptions >= kSpinning) {
    Finding finding = fault("busy").Blame(*gap.spinner);
    finding.actual = std::to_string(gap.most_preemptions) + " turns of 10 ms between two lines";
    for (const Moment m : gap.spinner->preemptions) {
      if (!Between(m, gap.from, gap.to)) continue;
      finding.PlaceOf(h, h.events()[m].stack, "busy-at", Who(gap.spinner->id) + " runs here",
                      gap.spinner->id);
      break;
    }
    return finding;
  }
  if (evidence.InRealTime()) return Pass("");
  if (i > 0 && !edge && gap.length < interval / 2) return fault("too-often");
  if (!gap.printer_waited && !edge) return fault("busy");
  const std::uint64_t allowed = interval + kLate +
                                static_cast<std::uint64_t>(gap.preemptions) * kLateEach +
                                static_cast<std::uint64_t>(std::max(0, gap.timers - 1)) * kLateEach;
  if (gap.length > allowed) return fault("too-late");
  return Pass("");
}

/// In real time a late line says nothing. But a printer that has ended, or waits on and on, when
/// the last sleep is over has no timer that was due before that: timers end in their order.
bool IsGone(const History& h, std::uint32_t printer, const Evidence& evidence) {
  Moment over = 0;
  for (const Sleeper& s : SleepersOf(evidence))
    over = std::max(over, std::min(s.wait->end, EndOf(h)));
  const GoroutineLife* g = h.Find(printer);
  if (g == nullptr || over == 0) return false;
  if (g->ended != kNever && g->ended < over) return true;
  const Wait* wait = g->WaitAt(over);
  return wait != nullptr && wait->begin_time + 2 * evidence.DurationNs("interval") < h.TimeAt(over);
}

/// The monitor is gone while there is still something to see.
Finding TailFault(const Evidence& evidence, const std::vector<Said>& said) {
  const History& h = evidence.history;
  if (!evidence.variation.empty()) return Pass("");
  const std::uint64_t last = said.back().line->time;
  std::uint64_t until = 0;
  for (const Sleeper& s : SleepersOf(evidence))
    until = std::max(until, std::min(s.wait->end_time, h.TimeAt(EndOf(h))));
  if (evidence.InRealTime() && !IsGone(h, said.back().line->g, evidence)) return Pass("");
  if (last + evidence.DurationNs("interval") + kLate >= until) return Pass("");
  int preemptions = 0;
  for (const GoroutineLife& g : h.goroutines())
    preemptions += static_cast<int>(g.preemptions.size());
  if (last + evidence.DurationNs("interval") + kLate +
          static_cast<std::uint64_t>(preemptions) * kLateEach >=
      until) {
    return Pass("");
  }
  Finding finding =
      Fail("gives-up")
          .Set("last", InSeconds(last))
          .Set("until", InSeconds(until))
          .Expected("a line every " + Length(evidence.DurationNs("interval")) + " while main runs")
          .Actual("none after " + InSeconds(last))
          .At(said.back().line->at)
          .Show(Picture::kTimeline);
  finding.Blame(h.main());
  if (const GoroutineLife* g = h.Find(said.back().line->g); g != nullptr && !g->IsMain()) {
    finding.Blame(*g).PlaceOf(h, g->creation_stack, "created-at", "the monitor is created here",
                              g->id);
  }
  for (const Sleeper& s : SleepersOf(evidence)) finding.Blame(*s.g);
  return finding;
}

GOLAB_CHECK(Monitor, "task1.monitor",
            "one line an interval while main runs, each a count taken since the line before",
            info.causes = kMonitorCauses) {
  const History& h = evidence.history;
  const std::vector<Said> said = LinesOf(h);
  const std::uint64_t length =
      h.TimeAt(EndOf(h)) - std::min(h.TimeAt(EndOf(h)), h.TimeAt(h.main_start()));
  const std::uint64_t interval = evidence.DurationNs("interval");
  if (said.empty()) {
    if (StoppedOnItsWay(h)) return Skip(kStopped);
    if (length <= interval + kLate) return Pass("main is gone before the first line is due");
    const std::string_view out = h.out().empty() ? h.err() : h.out();
    const std::string first(out.substr(0, std::min<std::size_t>(out.find('\n'), 40)));
    return Fail("no-lines")
        .Expected("goroutines: N, every " + Length(interval))
        .Actual(out.empty() ? "nothing is printed" : "'" + first + "'")
        .At(EndOf(h));
  }
  const std::vector<CountCall> calls = NumGoroutineCalls(h);
  for (std::size_t i = 0; i < said.size(); ++i) {
    Finding fault = GapFault(evidence, said, i);
    if (fault.outcome == Outcome::kPass) fault = NumberFault(calls, said, i);
    if (fault.outcome == Outcome::kPass) continue;
    if (fault.expected.empty()) {
      fault.Expected("what NumGoroutine gives since the line before")
          .Actual(std::to_string(said[i].number));
    }
    const CountCall* before = nullptr;
    for (const CountCall& call : calls) {
      if (call.at <= said[i].line->at) before = &call;
    }
    if (before != nullptr && fault.places.empty()) {
      fault.PlaceOf(h, before->stack, "counted-at", "counted here, at " + InSeconds(before->time),
                    before->g);
    }
    if (const GoroutineLife* g = h.Find(said[i].line->g)) {
      if (fault.places.empty()) {
        fault.PlaceOf(h, g->creation_stack, "created-at",
                      Who(g->id) + ", which prints, is created here", g->id);
      }
      if (fault.goroutines.empty()) fault.Blame(*g);
    }
    return fault;
  }
  if (Finding fault = TailFault(evidence, said); fault.outcome != Outcome::kPass) return fault;
  return PassIfWhole(h, Grouped(static_cast<std::int64_t>(said.size())) +
                            (said.size() == 1 ? " line, a count of its interval"
                                              : " lines, each a count of its own interval"));
}

// leak: the variation

constexpr CauseText kLeakCauses[] = {
    {"ends", "{count} of {workers} workers still {count|waits|wait} when main ends",
     "a leak is a goroutine that nobody can wake any more (golab explain leak)",
     "with --leak, what could ever wake a worker?"},
    {}};

GOLAB_CHECK(Leak, "task1.leak", "with --leak, the workers block for ever and the count never falls",
            info.variations = "leak", info.causes = kLeakCauses) {
  const History& h = evidence.history;
  const long workers = evidence.Int("workers");
  std::vector<const GoroutineLife*> stuck = StillThere(h);
  const Moment at = h.main_return() != kNever && h.rest() != kNever ? h.rest() : h.last();
  std::erase_if(stuck, [&](const GoroutineLife* g) {
    const Wait* wait = g->WaitAt(at);
    return wait == nullptr || wait->until.has_value();
  });
  const auto count = static_cast<std::int64_t>(stuck.size());
  if (count >= workers) {
    const auto groups = GroupAlike(h, stuck, at);
    const Alike& largest = *std::max_element(
        groups.begin(), groups.end(),
        [](const Alike& a, const Alike& b) { return a.goroutines.size() < b.goroutines.size(); });
    const std::string site = FileLine(largest.created_at);
    return PassIfWhole(h, Grouped(count) + " stay in " + InBrackets(largest.reason) +
                              (site.empty() ? "" : ", created at " + site) +
                              "; nobody is left to wake them");
  }
  if (StoppedOnItsWay(h)) return Skip(kStopped);
  return Fail("ends")
      .Set("count", count)
      .Set("workers", Grouped(workers))
      .Expected(Grouped(workers) + " wait for ever")
      .Actual(Grouped(count))
      .At(EndOf(h));
}

// joined: advice

constexpr CauseText kJoinedCauses[] = {
    {"longer-sleep", "main waits by a longer sleep; where a sleep overruns, workers are cut off",
     "time passing is no order (golab explain join)", ""},
    {}};

/// Whether a goroutine tells anyone anything once its sleep is over. Whether main listens cannot
/// always be seen (a Wait that need not wait is no event): in doubt it does.
bool TellsAnyone(const History& h, const Sleeper& s) {
  for (Moment m = s.wait->end; m <= h.last(); ++m) {
    if (h.events()[m].g != s.g->id) continue;
    switch (static_cast<EventType>(h.events()[m].type)) {
      case EventType::kSend:
      case EventType::kRecv:
      case EventType::kClose:
      case EventType::kBlock:
      case EventType::kLock:
      case EventType::kUnlock:
      case EventType::kWaitGroupAdd:
      case EventType::kCondSignal:
        return true;
      default:
        break;
    }
  }
  return false;
}

GOLAB_ADVICE(Joined, "task1.joined", "main waits for the workers themselves", info.variations = "-",
             info.causes = kJoinedCauses) {
  const History& h = evidence.history;
  if (h.main_return() == kNever) return Skip("main did not return");
  const bool slept = std::any_of(h.main().waits.begin(), h.main().waits.end(),
                                 [](const Wait& wait) { return wait.until.has_value(); });
  if (!slept) return Pass("");  // whatever main waits for, it is no sleep
  for (const Sleeper& s : SleepersOf(evidence)) {
    const bool cut = s.wait->end == kNever || s.wait->end > h.main_return();
    if (s.wait->end != kNever && TellsAnyone(h, s)) continue;
    if (cut && s.wait->end == kNever) continue;  // `hold` tells of it
    return Fail("longer-sleep").At(h.main_return());
  }
  return Pass("");
}

}  // namespace
}  // namespace golab::lab
