#pragma once
// What happened in one run, as data to ask questions of: goroutines with their lives, waits, output
// with its place in time. Built from a validated recording; knows no task.
//
// An instant is the index of an event (Moment): several events share a time on the virtual clock,
// and only the index orders them. Everything after kMainReturn lies after `main_return`; checks
// decide whether they look there (rest, left over).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/recording/recording.h"
#include "runtime/event/record.h"

namespace golab::lab {

using Moment = std::size_t;
inline constexpr Moment kNever = static_cast<Moment>(-1);

/// A place in code, resolved through the image's symbol table.
struct Frame {
  std::string function = {};  ///< Go style: "main.Worker", "main.main.func1", "time.Sleep"
  std::string file = {};      ///< as in the debug info, made relative to the submission
  int line = 0;
  int column = 0;
  std::uint64_t pc = 0;
  bool own = false;  ///< the program's own text (not golab's, not std's)
};

/// Resolves addresses of one run. Implementations cache; one thread at a time.
class Symbols {
 public:
  virtual ~Symbols() = default;
  /// Innermost inlined frame first; empty if unknown. `pc` is a return address unless `exact`.
  virtual std::vector<Frame> Lookup(std::uint64_t pc, bool exact) const = 0;
};

/// Knows no address. What a history has until it is given better.
const Symbols& NoSymbols();

/// One stay in the waiting state.
struct Wait {
  Moment begin = kNever;  ///< index of kBlock
  Moment end = kNever;    ///< index of kUnblock, kNever if still waiting
  std::uint64_t begin_time = 0;
  std::uint64_t end_time = 0;  ///< time of the last event if still waiting
  rt::WaitReason reason = rt::WaitReason::kNone;
  std::uint64_t object = 0;            ///< channel id or address
  std::uint64_t stack = 0;             ///< stack id
  std::optional<std::uint64_t> until;  ///< instant of the timer that ends it, if one does
  std::uint32_t woken_by = 0;          ///< goroutine; 0 = the clock, or not woken
};

/// A stretch of running, from pick to stop.
struct Stretch {
  Moment begin = kNever;
  Moment end = kNever;  ///< index of the event that stopped it
  std::uint64_t begin_time = 0;
  std::uint64_t end_time = 0;
  /// kBlock, kYield, kPreempt, kEnd, kSyscallBegin, kMainReturn; kNone: still running
  rt::EventType stopped_by = rt::EventType::kNone;
};

/// For some time of a collection, in which it stays in the state it is in, a goroutine is
/// _Gscan...: _Gscanwaiting, mostly.
struct GcScan {
  Moment begin = kNever;
  Moment end = kNever;
  std::uint64_t collection = 0;
  std::uint64_t pointers = 0;  ///< gc::Ptrs on its stack
  bool needed = false;  ///< ended early, because the goroutine went on
};

enum class State : std::uint8_t { kNotYet, kRunnable, kRunning, kWaiting, kEnded, kSyscall };

/// The state a goroutine is in from event `at` on.
struct StateChange {
  Moment at = kNever;
  State to = State::kNotYet;
};

struct GoroutineLife {
  std::uint32_t id = 0;
  std::uint32_t creator = 0;  ///< 0 for main
  std::uint64_t path = 0;     ///< see rt::ChildPath
  Moment created = kNever;
  Moment started = kNever;  ///< kNever: never ran
  Moment ended = kNever;    ///< kNever: alive at the end of the recording
  std::uint64_t created_time = 0;
  std::uint64_t ended_time = 0;
  rt::EndKind end_kind = rt::EndKind::kReturned;
  std::uint64_t creation_stack = 0;
  std::uint64_t start_pc = 0;
  bool system = false;  ///< the runtime's own (kCreate's reason is 1): no goroutine of the program
  std::vector<Wait> waits = {};
  std::vector<Stretch> stretches = {};
  std::vector<Moment> preemptions = {};
  std::vector<StateChange> changes = {};  ///< by moment
  std::vector<GcScan> scans = {};

  State At(Moment m) const;            ///< its state just after event m
  const Wait* WaitAt(Moment m) const;  ///< the wait it is in just after event m, or null

  bool AliveAt(Moment m) const { return created <= m && (ended == kNever || ended > m); }

  bool IsMain() const { return id == 1; }
};

/// A piece of output: bytes of one goroutine at one instant.
struct Output {
  Moment at = kNever;
  std::uint64_t time = 0;
  std::uint32_t g = 0;
  int fd = 1;
  std::string text;
};

/// A line of output (stdout and stderr apart), at the instant its last byte appeared.
struct Line {
  Moment at = kNever;
  std::uint64_t time = 0;
  std::uint32_t g = 0;
  int fd = 1;
  std::string text;  ///< without the newline
};

/// How the process ended, from wait status and recording together.
struct Ending {
  enum class Kind {
    kMainReturned,  ///< status 0
    kExit,          ///< os::Exit, exit, _exit, quick_exit
    kPanic,         ///< status 2
    kFatal,         ///< fatal error other than deadlock
    kDeadlock,      ///< all asleep
    kLivelock,
    kSignal,        ///< died by a signal
    kVirtualLimit,  ///< limit of virtual time
    kKilled,        ///< the lab killed it: wall, CPU or memory limit
    kOutsideEnd,    ///< the driver had seen what it came for, and ended the run
    kVanished,      ///< ended with no exit event and no signal
  } kind = Kind::kVanished;
  int status = 0;
  int signal = 0;
  std::string limit;    ///< kKilled: "5 s of processor time without an event", "256 MiB of memory"
  std::string text;     ///< panic's or fatal's text
  std::uint32_t g = 0;  ///< who
  std::uint64_t stack = 0;
  Moment at = kNever;
  std::uint64_t time = 0;
};

class History {
 public:
  const std::vector<rt::Record>& events() const { return events_; }

  const std::vector<GoroutineLife>& goroutines() const { return goroutines_; }  ///< by creation

  const GoroutineLife* Find(std::uint32_t id) const;
  /// Goroutine 1. Always there; `created` is kNever if the recording ends before it.
  const GoroutineLife& main() const;

  Moment main_start() const { return main_start_; }

  Moment main_return() const { return main_return_; }  ///< kNever: main did not return

  Moment rest() const { return rest_; }  ///< kRest, kNever if not reached

  Moment last() const;  ///< the last event; 0 if there is none
  std::uint64_t TimeAt(Moment m) const;

  const Ending& ending() const { return ending_; }

  rt::World world() const { return world_; }

  bool finished() const { return finished_; }  ///< the runtime ended the run itself

  /// TruncatedBit: what did not fit. A verdict over such a run is `error`, never `pass`.
  std::uint32_t truncated() const { return truncated_; }

  const std::vector<Output>& outputs() const { return outputs_; }

  const std::vector<Line>& lines() const { return lines_; }

  std::string_view out() const { return out_; }  ///< all of stdout

  std::string_view err() const { return err_; }

  std::vector<std::uint64_t> StackPcs(std::uint64_t stack_id) const;  ///< innermost first
  std::vector<Frame> Stack(std::uint64_t stack_id) const;             ///< resolved, inlined too
  /// The innermost frame of the program's own text; line 0 if there is none.
  Frame OwnFrame(std::uint64_t stack_id) const;
  std::string Blob(std::uint64_t arg) const;  ///< text of a BlobRef

  const Symbols& symbols() const { return *symbols_; }

  int AliveAt(Moment m) const;  ///< goroutines alive just after m, main included
  /// Goroutines of the program that are left over: still there when main has returned and
  /// everything that can run has run with the clock standing still. Sleepers and busy ones are
  /// among them; one that only waited for its turn to end is not. Empty if main did not return.
  std::vector<const GoroutineLife*> LeftOver() const;
  /// Indices of events of one type, in order.
  std::vector<Moment> EventsOf(rt::EventType type) const;

 private:
  friend class HistoryBuilder;
  std::vector<rt::Record> events_;
  std::vector<GoroutineLife> goroutines_;
  std::vector<std::size_t> by_id_;  // indices into goroutines_, sorted by id
  std::vector<Output> outputs_;
  std::vector<Line> lines_;
  std::string out_, err_;
  Moment main_start_ = kNever, main_return_ = kNever, rest_ = kNever;
  Ending ending_;
  rt::World world_ = rt::World::kVirtual;
  bool finished_ = false;
  std::uint32_t truncated_ = 0;
  const Symbols* symbols_ = &NoSymbols();
  StackTable stacks_;
  std::string blobs_;
};

/// What is left of a run when its process has ended.
struct RunEvidence {
  Recording
      recording;  ///< valid (lab/recording/validator.h); if not, the history is nonsense, but safe
  std::string out, err;        ///< all of stdout and stderr
  int wait_status = 0;         ///< as wait4 gives it
  std::string killed_because;  ///< the limit, in words, if the lab ended it: "256 MiB of memory"
  const Symbols* symbols = nullptr;  ///< outlives the history; null: NoSymbols
};

/// Makes histories. Linear in the evidence's size.
class HistoryBuilder {
 public:
  [[nodiscard]] static History Build(RunEvidence evidence);

 private:
  class Lives;
  static void ReadOutputs(const History& history, std::vector<Output>* outputs);
  static Ending ReadEnding(const History& history, const RunEvidence& evidence);
};

}  // namespace golab::lab
