#pragma once
// Questions that checks ask of a history. Each is one sentence; each answer is data. None knows a
// task, and none looks after main's return unless it says so.
//
// "Of the program" leaves out the runtime's own goroutines.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/history/history.h"

namespace golab::lab {

// How late is right, wherever a task states a time. What comes earlier is wrong.

inline constexpr std::uint64_t kLate = 20'000'000;  ///< ns: a late timer and one quantum
/// ns: each further timer, or forced preemption, on the way.
inline constexpr std::uint64_t kLateEach = 10'000'000;

/// How late what came at `to` may be, counted from `from`: by the timers of all goroutines that ran
/// out in between, and by the preemptions.
std::uint64_t SlackBetween(const History& h, Moment from, Moment to);

// Asleep is parked until a timer, whatever the wait reason: Sleep, After, a select with a timer.

/// True if `wait` ends by a timer that was to last `length_ns`. A timer may have been made up to 20
/// ms before the wait began (or half of `length_ns`, if that is shorter), and may be that much
/// late.
bool IsAsleepFor(const Wait& wait, std::uint64_t length_ns);

/// Goroutines of the program other than main that are asleep for `length_ns` just after event `m`.
std::vector<const GoroutineLife*> AsleepAt(const History& h, Moment m, std::uint64_t length_ns);

/// A largest number, and the first instant at which it was reached.
struct Peak {
  int count = 0;
  Moment at = kNever;
  std::uint64_t time = 0;
};

/// The most goroutines of the program other than main that were asleep together, up to main's
/// return.
Peak MostAsleep(const History& h, std::uint64_t length_ns);

/// The most goroutines of the program that were alive together, main included, up to main's return.
Peak MostAlive(const History& h);

/// The program's own end: main's return, or what ended it before.
Moment EndOf(const History& h);

/// The program neither ended by itself, nor waits for ever, nor has had its time, nor served its
/// clients to their end.
bool EndedByForce(const Ending& ending);

/// So it ended before main's return: what did not happen might have happened later. What happens
/// after main's return, such as a panic of who was left over, cuts nothing short.
bool StoppedOnItsWay(const History& h);

/// The same, or it ended itself by an exit before main's return.
bool StoppedOrExited(const History& h);

/// How many goroutines of the program were alive, from event `at` on.
struct LiveCount {
  Moment at;
  std::uint64_t time;
  int count;
};

/// Every change of that number, in order, to the end of the recording.
std::vector<LiveCount> LiveCounts(const History& h);

// What the program asked and said.

/// A call of runtime::NumGoroutine.
struct CountCall {
  Moment at = kNever;
  std::uint64_t time = 0;
  std::uint32_t g = 0;
  std::int64_t answer = 0;
  std::uint64_t stack = 0;
};

std::vector<CountCall> NumGoroutineCalls(const History& h);

/// A call of runtime::Stack or debug::Stack.
struct DumpCall {
  Moment at = kNever;
  std::uint64_t time = 0;
  std::uint32_t g = 0;
  bool all = false;
  std::string text;
  std::uint64_t stack = 0;
};

std::vector<DumpCall> StackDumps(const History& h);

/// A line that fits a pattern, and what its holes hold.
struct LineMatch {
  const Line* line = nullptr;
  std::vector<std::string> holes;
};

/// Looks for `pattern` anywhere within `text`. %d: a decimal number; %s: a word without blanks; %*:
/// as little as possible of anything, gives no hole; %%: a percent sign. Looks at the first 4 KiB
/// only.
std::optional<std::vector<std::string>> MatchWithin(std::string_view pattern,
                                                    std::string_view text);

/// Lines of stdout and stderr, by instant: "goroutines: %d".
std::vector<LineMatch> LinesMatching(const History& h, std::string_view pattern);
/// The first of them, or null.
const Line* FirstLine(const History& h, std::string_view pattern);

/// What was written to stdout and stderr from one event to another, both included.
std::string PrintedBetween(const History& h, Moment from, Moment to);

/// A deferred function that began to run.
struct DeferRun {
  Moment at = kNever;
  std::uint64_t time = 0;
  std::uint64_t function = 0;  ///< its address
  rt::UnwindKind during = rt::UnwindKind::kReturn;
};

std::vector<DeferRun> DeferRuns(const History& h, std::uint32_t g);

/// Flags that the program defined, in order.
std::vector<std::string> FlagsDefined(const History& h);

// Channels, locks, wait groups.

struct Channel {
  std::uint64_t id = 0;
  std::uint32_t capacity = 0;
  bool of_timer = false;
  std::uint32_t made_by = 0;
  Moment made = kNever;
  std::uint64_t stack = 0;
};

/// The channel with this id, as it was made.
std::optional<Channel> FindChannel(const History& h, std::uint64_t id);

/// Who has a lock.
struct Holder {
  std::uint32_t g = 0;
  rt::LockKind kind = rt::LockKind::kMutex;
  Moment since = kNever;
  std::uint64_t stack = 0;
};

/// Holders of the lock at `address` just after event `m`: one, or any number of readers.
std::vector<Holder> HoldersAt(const History& h, std::uint64_t address, Moment m);

/// The counter of the WaitGroup at `address` just after event `m`; nullopt if a step was too large
/// to be recorded exactly.
std::optional<std::int64_t> WaitGroupCounter(const History& h, std::uint64_t address, Moment m);

/// Goroutines that a WaitGroup's Wait can be waiting for just after event `m`: alive, created after
/// an Add by the goroutine that called it, and without a call of Done so far. The waiter may be one
/// of them.
std::vector<const GoroutineLife*> DoneExpectedFrom(const History& h, std::uint64_t address,
                                                   Moment m);
/// The same, but ended: they left without calling Done.
std::vector<const GoroutineLife*> EndedWithoutDone(const History& h, std::uint64_t address,
                                                   Moment m);

// Who waits for whom.

/// What can end a wait.
enum class WakeBy : std::uint8_t {
  kTimer,      ///< the clock, at Wait::until
  kOwner,      ///< whoever holds the lock
  kDone,       ///< calls of WaitGroup.Done
  kSend,       ///< a send on, or close of, the channel
  kReceive,    ///< a receive from the channel
  kCase,       ///< one of a select's cases
  kSignal,     ///< Cond.Signal or Broadcast
  kIO,         ///< the network
  kFinalizer,  ///< a finalizer to run
  kNothing,    ///< nothing at all: nil channel, select without cases
};

/// One waiting goroutine.
struct WaitFor {
  std::uint32_t g = 0;
  const Wait* wait = nullptr;
  WakeBy wake_by = WakeBy::kNothing;
  Frame where;  ///< its innermost own frame; line 0 if unknown
  std::vector<std::uint32_t>
      partners;            ///< who could do it, as far as the recording tells; at most 8
  std::int64_t count = 0;  ///< kDone: how many calls are missing; 0 unknown
  bool sure = false;       ///< these partners, and no one else
};

/// Every goroutine of the program that waits just after event `m`; main first, then by id.
std::vector<WaitFor> WaitingAt(const History& h, Moment m);

/// A cycle in which each waits for the next, the last for the first, over sure partners alone;
/// starts with the smallest id. Empty if there is none. A goroutine that waits for itself is a
/// cycle of one.
std::vector<std::uint32_t> WaitCycle(const std::vector<WaitFor>& waiting);

// What pictures are made of.

/// Goroutines that look alike: same creation site, start function and state.
struct Alike {
  std::vector<std::uint32_t> goroutines;  ///< by creation
  Frame created_at;                       ///< line 0 for main, or if unknown
  std::string function;                   ///< of the start, "" if unknown
  State state = State::kNotYet;
  rt::WaitReason reason = rt::WaitReason::kNone;  ///< while waiting
};

/// Groups those of the program that exist at `m`, or ended before it; main first, then by first
/// creation.
std::vector<Alike> GroupAlike(const History& h, Moment m);
/// Groups of these goroutines only.
std::vector<Alike> GroupAlike(const History& h, const std::vector<const GoroutineLife*>& among,
                              Moment m);

/// One step of a story: what one goroutine did in one stretch, or a part of it.
struct LifeStep {
  std::uint32_t g = 0;  ///< 0: the clock
  Moment at = kNever;
  std::uint64_t time = 0;
  rt::EventType what = rt::EventType::kNone;      ///< kSend, kLock, kBlock, kEnd ...
  rt::WaitReason reason = rt::WaitReason::kNone;  ///< kBlock
  std::uint64_t object = 0;
  Frame where;
  int times = 1;           ///< equal steps, merged
  bool deviation = false;  ///< the schedule left Go's order just before this step
};

/// The steps of `who` from event `from` to event `to`, with the deviations from Go's order among
/// them. Empty `who`: every goroutine of the program.
std::vector<LifeStep> StepsOf(const History& h, const std::vector<std::uint32_t>& who, Moment from,
                              Moment to);

/// Decisions that differ from Go's order, in order.
std::vector<Moment> DeviationsFromGo(const History& h);

}  // namespace golab::lab
