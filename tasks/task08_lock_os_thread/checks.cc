// Checks of task8. Who is locked is recorded in both worlds: calls of LockOSThread and
// UnlockOSThread, and the end of each goroutine. Threads are the kernel's in real time alone; there
// each one's start and end is recorded, and what the program prints of /proc is compared with that.

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kAround = 50 * kMs;    // before a line: when its number was read
constexpr std::uint64_t kLingers = 500 * kMs;  // the kernel counts a thread on while it ends
constexpr int kMonitor = 1;                    // the runtime's own thread, which runs no goroutine
constexpr int kOthers = 3;                     // what a runtime may have beside one thread a P
constexpr const char* kStatus = "/proc/self/status";

/// What one goroutine did with its thread.
struct Locker {
  const GoroutineLife* g = nullptr;
  Moment first = kNever;     ///< its first LockOSThread
  std::uint64_t stack = 0;   ///< of that
  std::uint64_t thread = 0;  ///< the M it was on then
  int depth = 0;             ///< calls not undone when it ended, or at the end of the recording
  Moment unlocked = kNever;  ///< the call that undid the last one, if it was not locked again
  std::uint64_t unlock_stack = 0;

  bool EndedLocked(Moment end) const { return g->ended <= end && depth > 0; }
};

/// By goroutine, main first.
std::vector<Locker> LockersOf(const History& h) {
  std::map<std::uint32_t, Locker> all;
  for (const Moment m : h.EventsOf(EventType::kLockThread)) {
    const rt::Record& r = h.events()[m];
    const GoroutineLife* g = h.Find(r.g);
    if (g == nullptr) continue;
    Locker& one = all[r.g];
    if (one.g == nullptr) {
      one.g = g;
      one.first = m;
      one.stack = r.stack;
      one.thread = r.arg;
    }
    one.depth = std::max(0, one.depth + (r.reason == 1 ? 1 : -1));
    one.unlocked = one.depth == 0 ? m : kNever;
    if (one.depth == 0) one.unlock_stack = r.stack;
  }
  std::vector<Locker> lockers;
  for (const auto& [id, one] : all) lockers.push_back(one);
  return lockers;
}

/// Those that are not main, locked before its return.
std::vector<Locker> Pinned(const History& h, const std::vector<Locker>& lockers) {
  const Moment end = h.main_return() != kNever ? h.main_return() : h.last();
  std::vector<Locker> pinned;
  std::copy_if(
      lockers.begin(), lockers.end(), std::back_inserter(pinned),
      [end](const Locker& one) { return !one.g->IsMain() && !one.g->system && one.first <= end; });
  return pinned;
}

/// When all that can end has ended: one that has called Done and only waits for its turn is not cut
/// off.
Moment AtRest(const History& h) {
  return h.rest() != kNever ? h.rest() : h.last();
}

/// By whatever ends the program before main returns, but a deadlock.
bool CutShort(const History& h) {
  return h.main_return() == kNever && h.ending().kind != Ending::Kind::kDeadlock;
}

/// Ps that were at work: as many as GOMAXPROCS, or fewer.
int ProcsSeen(const History& h) {
  std::set<std::uint16_t> procs;
  for (const rt::Record& r : h.events()) {
    if (static_cast<EventType>(r.type) == EventType::kRun ||
        static_cast<EventType>(r.type) == EventType::kStart)
      procs.insert(r.p);
  }
  return std::max<int>(1, static_cast<int>(procs.size()));
}

// Threads, in real time.

struct ThreadChange {
  Moment at;
  std::uint64_t time;
  int there;  ///< from here on: those that run goroutines, and the monitor
};

std::vector<ThreadChange> ThreadChanges(const History& h) {
  std::vector<ThreadChange> changes = {{0, 0, 1 + kMonitor}};
  std::set<std::uint64_t> there = {0};
  for (Moment m = 0; m < h.events().size(); ++m) {
    const rt::Record& r = h.events()[m];
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kThreadStart) there.insert(r.arg);
    if (type == EventType::kThreadStop) there.erase(r.arg);
    if (type != EventType::kThreadStart && type != EventType::kThreadStop) continue;
    changes.push_back({m, r.time, static_cast<int>(there.size()) + kMonitor});
  }
  return changes;
}

struct Range {
  int low = 0, high = 0;
};

/// The fewest and the most threads from one instant to another.
Range ThreadsBetween(const std::vector<ThreadChange>& changes, std::uint64_t from,
                     std::uint64_t to) {
  Range range{-1, 0};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::uint64_t until = i + 1 < changes.size() ? changes[i + 1].time : ~std::uint64_t{0};
    if (changes[i].time > to || until < from) continue;
    range.low = range.low < 0 ? changes[i].there : std::min(range.low, changes[i].there);
    range.high = std::max(range.high, changes[i].there);
  }
  range.low = std::max(range.low, 0);
  return range;
}

/// How many different threads were there at some instant from one to another.
int DifferentThreadsBetween(const std::vector<ThreadChange>& changes, std::uint64_t from,
                            std::uint64_t to) {
  int different = 0, there = 0;
  for (const ThreadChange& change : changes) {
    if (change.time > to) break;
    different = change.time <= from ? change.there : different + std::max(0, change.there - there);
    there = change.there;
  }
  return different;
}

std::int64_t ThreadsEnded(const History& h) {
  return static_cast<std::int64_t>(h.EventsOf(EventType::kThreadStop).size());
}

// locked

constexpr CauseText kLockedCauses[] = {
    {"in-creator", "{who} calls LockOSThread, the goroutines that it starts do not",
     "LockOSThread binds the goroutine that calls it (golab explain LockOSThread)",
     "on which goroutine does this line run?"},
    {"none", "no goroutine calls LockOSThread",
     "LockOSThread binds the goroutine that calls it (golab explain LockOSThread)",
     "which line binds a goroutine to its thread?"},
    {"too-few", "{count} {count|goroutine calls|goroutines call} LockOSThread, not {n}",
     "each parameter of a task is a flag of the program, by its name",
     "what decides how many goroutines call it?"},
    {}};

GOLAB_CHECK(Locked, "task8.locked", "n goroutines run locked, each alone on its thread",
            info.causes = kLockedCauses) {
  const History& h = evidence.history;
  const long n = evidence.Int("n");
  const std::vector<Locker> lockers = LockersOf(h);
  const std::vector<Locker> pinned = Pinned(h, lockers);
  const auto count = static_cast<std::int64_t>(pinned.size());
  if (count >= n) {
    if (!evidence.InRealTime()) return Pass("");  // the threads are what there is to tell of
    std::set<std::uint64_t> threads;
    for (const Locker& one : pinned) threads.insert(one.thread);
    return Pass(Grouped(count) + " goroutines, locked to " +
                Grouped(static_cast<std::int64_t>(threads.size())) + " different threads");
  }
  if (CutShort(h)) return Skip(kStopped);
  const bool by_main = !lockers.empty() && lockers.front().g->IsMain();
  Finding finding = Fail(count == 0 && by_main ? "in-creator"
                         : count == 0          ? "none"
                                               : "too-few")
                        .Set("who", "main")
                        .Set("count", count)
                        .Set("n", Grouped(n))
                        .Expected(Grouped(n) + " goroutines that call LockOSThread")
                        .Actual(Grouped(count))
                        .At(lockers.empty() ? EndOf(h) : lockers.front().first);
  if (!lockers.empty()) {
    finding.PlaceOf(h, lockers.front().stack, "locks-at",
                    Who(lockers.front().g->id) + " is locked here", lockers.front().g->id);
  }
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || count != 0) continue;
    return finding.PlaceOf(h, g.creation_stack, "created-at",
                           by_main ? "these goroutines are not" : "none of these is locked", g.id);
  }
  return finding;
}

// destroyed

constexpr CauseText kDestroyedCauses[] = {
    {"unlocked", "{count} of {n} threads ended with their goroutine",
     "to end while locked ends the thread, too (golab explain LockOSThread)",
     "this is the variation 'unlock'. What does the main task leave out?"},
    {"not-ended", "{count} of {n} threads ended: main returned before the goroutines",
     "when main returns, all others are cut off (golab explain join)",
     "what tells main that a locked goroutine has ended?"},
    {}};

GOLAB_CHECK(Destroyed, "task8.destroyed", "a thread ends with each goroutine that ends locked",
            info.needs = "locked", info.variations = "-", info.causes = kDestroyedCauses) {
  const History& h = evidence.history;
  const long n = evidence.Int("n");
  const Moment end = AtRest(h);
  const std::vector<Locker> pinned = Pinned(h, LockersOf(h));
  const auto count = std::count_if(pinned.begin(), pinned.end(),
                                   [end](const Locker& one) { return one.EndedLocked(end); });
  if (count >= n) {
    return Pass(evidence.InRealTime()
                    ? Grouped(ThreadsEnded(h)) + " threads ended with their goroutines"
                    : "");
  }
  if (CutShort(h)) return Skip(kStopped);
  if (pinned.empty()) return Skip("not judged: no goroutine is locked");
  const auto unlocked =
      std::find_if(pinned.begin(), pinned.end(), [](const Locker& one) { return one.depth == 0; });
  const bool by_unlock = unlocked != pinned.end();
  Finding finding = Fail(by_unlock ? "unlocked" : "not-ended")
                        .Set("count", count)
                        .Set("n", Grouped(n))
                        .Expected(Grouped(n) + " goroutines that end locked")
                        .Actual(Grouped(count))
                        .At(by_unlock ? unlocked->unlocked : EndOf(h));
  const Locker& shown = by_unlock ? *unlocked : pinned.front();
  if (by_unlock) {
    finding.PlaceOf(h, shown.unlock_stack, "unlocks-at",
                    Who(shown.g->id) + " is unlocked here, before it ends", shown.g->id);
  }
  return finding
      .PlaceOf(h, shown.stack, "locks-at",
               by_unlock ? "and locked here" : "locked here, and still there when main returned",
               shown.g->id)
      .Blame(*shown.g);
}

// pooled: the variation

constexpr CauseText kPooledCauses[] = {
    {"locked", "{count} {count|goroutine ends|goroutines end} locked, with --unlock",
     "as many unlocks as locks set a goroutine free (golab explain LockOSThread)",
     "how often does this goroutine lock, and how often does it unlock?"},
    {}};

GOLAB_CHECK(Pooled, "task8.pooled", "with --unlock no thread ends: they go back and stay",
            info.needs = "locked", info.variations = "unlock", info.causes = kPooledCauses) {
  const History& h = evidence.history;
  const Moment end = AtRest(h);
  const std::vector<Locker> pinned = Pinned(h, LockersOf(h));
  const auto kept = std::find_if(pinned.begin(), pinned.end(),
                                 [end](const Locker& one) { return one.EndedLocked(end); });
  if (kept == pinned.end()) {
    if (CutShort(h)) return Skip(kStopped);
    if (!evidence.InRealTime()) return Pass("");
    return Pass(Grouped(ThreadsEnded(h)) + " threads ended; " +
                Grouped(ThreadChanges(h).back().there) + " are there at the end");
  }
  const auto count = std::count_if(pinned.begin(), pinned.end(),
                                   [end](const Locker& one) { return one.EndedLocked(end); });
  return Fail("locked")
      .Set("count", count)
      .Expected("0 goroutines that end locked")
      .Actual(Grouped(count))
      .At(kept->g->ended)
      .PlaceOf(h, kept->stack, "locks-at", Who(kept->g->id) + " is locked here", kept->g->id)
      .Blame(*kept->g);
}

// baseline

constexpr CauseText kBaselineCauses[] = {
    {"none", "{count} {count|goroutine runs|goroutines run} without a lock, not {n}",
     "a difference needs two counts: without a lock, and with (golab explain baseline)",
     "how many threads do as many goroutines take that never lock?"},
    {"many", "{count} threads for goroutines without a lock",
     "goroutines share threads, about one a processor (golab explain M)",
     "what do these goroutines do that holds a thread?"},
    {}};

GOLAB_CHECK(Baseline, "task8.baseline",
            "as many goroutines without a lock take at most GOMAXPROCS + 3 threads",
            info.needs = "locked", info.causes = kBaselineCauses) {
  const History& h = evidence.history;
  const long n = evidence.Int("n");
  std::set<std::uint32_t> locked;
  Moment first_lock = kNever;
  for (const Locker& one : LockersOf(h)) {
    locked.insert(one.g->id);
    first_lock = std::min(first_lock, one.first);
  }
  std::vector<const GoroutineLife*> free;
  Moment from = kNever, to = 0;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || g.system || locked.contains(g.id) || g.created > EndOf(h)) continue;
    free.push_back(&g);
    if (g.created > first_lock) continue;
    from = std::min(from, g.created);
    to = std::max(to, std::min(g.ended, first_lock));
  }
  const auto count = static_cast<std::int64_t>(free.size());
  if (count < n) {
    if (CutShort(h)) return Skip(kStopped);
    return Fail("none")
        .Set("count", count)
        .Set("n", Grouped(n))
        .Expected(Grouped(n) + " goroutines that never lock, for comparison")
        .Actual(Grouped(count))
        .At(first_lock == kNever ? EndOf(h) : first_lock);
  }
  // Threads that locked goroutines have left behind are none of these goroutines'.
  if (!evidence.InRealTime()) return Pass("");
  if (from == kNever) return Pass(Grouped(count) + " goroutines run without a lock");
  const Range threads =
      ThreadsBetween(ThreadChanges(h), h.TimeAt(from), h.TimeAt(std::min(to, h.last())));
  const int most = ProcsSeen(h) + kOthers;
  const std::string fact =
      Grouped(count) + " goroutines without a lock on " + Grouped(threads.high) + " threads";
  if (threads.high <= most) return Pass(fact);
  return Fail("many")
      .Set("count", threads.high)
      .Expected("at most " + Grouped(most) + ": GOMAXPROCS + 3")
      .Actual(Grouped(threads.high))
      .At(from)
      .PlaceOf(h, free.front()->creation_stack, "created-at", "these goroutines", free.front()->id);
}

// reported

constexpr CauseText kReportedCauses[] = {
    {"none", "no line has a number of threads ('threads: N')",
     "the task names the text, so that it can be found",
     "which line prints what /proc/self/status says?"},
    {"one-side", "no number of threads is printed {when} the locked goroutines",
     "a difference needs two counts: without a lock, and with (golab explain baseline)",
     "at which moments does the program read the number?"},
    {"low", "'threads: {number}' is printed while there are at least {low}",
     "the kernel counts threads: 'Threads:' in /proc/self/status (golab explain M)",
     "where does the number in this line come from, and when was it read?"},
    {"high", "'threads: {number}' is printed while there are at most {high}",
     "the kernel counts threads: 'Threads:' in /proc/self/status (golab explain M)",
     "where does the number in this line come from, and when was it read?"},
    {}};

struct Reported {
  const Line* line;
  long number;
};

/// "threads: 5", "Threads:	5", "5 threads" is none: the number follows the word.
std::vector<Reported> ReportedIn(const History& h) {
  std::vector<Reported> all;
  for (const Line& line : h.lines()) {
    const std::string& text = line.text;
    for (std::size_t at = text.find("hreads"); at != std::string::npos;
         at = text.find("hreads", at + 1)) {
      std::size_t i = at + 6;
      while (i < text.size() &&
             (text[i] == ':' || text[i] == ' ' || text[i] == '\t' || text[i] == '='))
        ++i;
      if (i == at + 6 || i == text.size() || std::isdigit(static_cast<unsigned char>(text[i])) == 0)
        continue;
      all.push_back({&line, std::strtol(text.c_str() + i, nullptr, 10)});
    }
  }
  return all;
}

GOLAB_CHECK(ReportedCheck, "task8.reported",
            "the printed numbers are those of the threads that were there", info.cases = "threads",
            info.needs = "locked baseline", info.causes = kReportedCauses) {
  const History& h = evidence.history;
  if (::access(kStatus, R_OK) != 0)
    return Skip(std::string("not judged: there is no ") + kStatus + " on this machine");
  const std::vector<Reported> numbers = ReportedIn(h);
  if (numbers.empty()) {
    if (CutShort(h)) return Skip(kStopped);
    return Fail("none").Expected("lines with 'threads: N'").Actual("none").At(EndOf(h));
  }
  const std::vector<ThreadChange> changes = ThreadChanges(h);
  std::int64_t most = 0;
  for (const Reported& one : numbers) {
    const std::uint64_t at = one.line->time;
    const std::uint64_t from = at - std::min(at, kAround);
    // A thread is there a little before its start is recorded, and for a while after its end is:
    // the kernel may be busy with others. So it may count all that were there a moment ago at once.
    const int low = ThreadsBetween(changes, from, at).low;
    const int high =
        DifferentThreadsBetween(changes, at - std::min(at, kLingers), at + kAround) + kOthers + 1;
    most = std::max<std::int64_t>(most, one.number);
    // The monitor may not have begun; a program may have none.
    const bool is_low = one.number < low - (from < kAround ? 1 + kMonitor : 0);
    if (!is_low && one.number <= high) continue;
    return Fail(is_low ? "low" : "high")
        .Set("number", one.number)
        .Set("low", low)
        .Set("high", high)
        .Expected(is_low ? Grouped(low) + " or more, at " + InSeconds(at)
                         : Grouped(high) + " or fewer, at " + InSeconds(at))
        .Actual("\"" + one.line->text.substr(0, 50) + "\"")
        .At(one.line->at);
  }
  Moment first_lock = kNever;
  for (const Locker& one : Pinned(h, LockersOf(h))) first_lock = std::min(first_lock, one.first);
  const auto is_after = [&](const Reported& one) { return one.line->at > first_lock; };
  const bool after = std::any_of(numbers.begin(), numbers.end(), is_after);
  const bool before = !std::all_of(numbers.begin(), numbers.end(), is_after);
  if ((!after || !before) && !CutShort(h)) {
    return Fail("one-side")
        .Set("when", after ? "before" : "after")
        .Expected("numbers before and after the first lock")
        .Actual(Grouped(static_cast<std::int64_t>(numbers.size())) +
                (after ? ", all after it" : ", all before it"))
        .At(numbers.back().line->at);
  }
  if (CutShort(h)) return Skip(kStopped);
  return Pass(Grouped(static_cast<std::int64_t>(numbers.size())) + " numbers, up to " +
              Grouped(most) + ", as the kernel counts");
}

}  // namespace
}  // namespace golab::lab
