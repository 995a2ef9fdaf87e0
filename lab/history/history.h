#pragma once
// What happened in one run, as data to ask questions of: goroutines with their lives, waits, output
// with its place in time. Built from a validated recording; knows no task.
//
// An instant is the index of an event (Moment): several events share a time on the virtual clock,
// and only the index orders them. Everything after kMainReturn lies after `main_return`; checks
// decide whether they look there (rest, left over).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/event/record.h"

namespace golab::lab {

using Moment = std::size_t;
inline constexpr Moment kNever = static_cast<Moment>(-1);

/// A place in code, resolved through the image's symbol table.
struct Frame {
  std::string function;  ///< Go style: "main.Worker", "main.main.func1", "time.Sleep"
  std::string file;      ///< as in the debug info, made relative to the submission
  int line = 0;
  int column = 0;
  std::uint64_t pc = 0;
  bool own = false;      ///< the program's own text (not golab's, not std's)
};

/// Resolves addresses of one run. Implementations cache.
class Symbols {
 public:
  virtual ~Symbols() = default;
  /// Innermost inlined frame first; empty if unknown. `pc` is a return address unless `exact`.
  virtual std::vector<Frame> Lookup(std::uint64_t pc, bool exact) const = 0;
};

/// One stay in the waiting state.
struct Wait {
  Moment begin = kNever;  ///< index of kBlock
  Moment end = kNever;    ///< index of kUnblock, kNever if still waiting
  std::uint64_t begin_time = 0;
  std::uint64_t end_time = 0;  ///< time of the last event if still waiting
  rt::WaitReason reason = rt::WaitReason::kNone;
  std::uint64_t object = 0;                  ///< channel id or address
  std::uint64_t stack = 0;                   ///< stack id
  std::optional<std::uint64_t> until;        ///< instant of the timer that ends it, if one does
  std::uint32_t woken_by = 0;                ///< goroutine; 0 = the clock, or not woken
  bool after_run = false;  ///< reserved
};

/// A stretch of running, from pick to stop.
struct Stretch {
  Moment begin = kNever;
  Moment end = kNever;  ///< index of the event that stopped it
  std::uint64_t begin_time = 0;
  std::uint64_t end_time = 0;
  rt::EventType stopped_by = rt::EventType::kNone;  ///< kBlock, kYield, kPreempt, kEnd; kNone: still running
};

enum class State : std::uint8_t { kNotYet, kRunnable, kRunning, kWaiting, kEnded };

struct GoroutineLife {
  std::uint32_t id = 0;
  std::uint32_t creator = 0;        ///< 0 for main
  std::uint64_t path = 0;           ///< see rt::ChildPath
  Moment created = kNever;
  Moment started = kNever;          ///< kNever: never ran
  Moment ended = kNever;            ///< kNever: alive at the end of the recording
  std::uint64_t created_time = 0;
  std::uint64_t ended_time = 0;
  rt::EndKind end_kind = rt::EndKind::kReturned;
  std::uint64_t creation_stack = 0;
  std::uint64_t start_pc = 0;
  std::vector<Wait> waits;
  std::vector<Stretch> stretches;
  std::vector<Moment> preemptions;

  State At(Moment m) const;                ///< its state just after event m
  const Wait* WaitAt(Moment m) const;      ///< the wait it is in just after event m, or null
  bool AliveAt(Moment m) const { return created <= m && (ended == kNever || ended > m); }
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
    kMainReturned,   ///< status 0
    kExit,           ///< os::Exit, exit, _exit, quick_exit
    kPanic,          ///< status 2
    kFatal,          ///< fatal error other than deadlock
    kDeadlock,       ///< all asleep
    kLivelock,
    kSignal,         ///< died by a signal
    kVirtualLimit,   ///< limit of virtual time
    kKilled,         ///< the lab killed it: wall, CPU or memory limit
    kVanished,       ///< ended with no exit event and no signal
  } kind = Kind::kVanished;
  int status = 0;
  int signal = 0;
  std::string limit;     ///< kKilled: "5 s of processor time without an event", "256 MiB of memory"
  std::string text;      ///< panic's or fatal's text
  std::uint32_t g = 0;   ///< who
  std::uint64_t stack = 0;
  Moment at = kNever;
  std::uint64_t time = 0;
};

class History {
 public:
  const std::vector<rt::Record>& events() const { return events_; }
  const std::vector<GoroutineLife>& goroutines() const { return goroutines_; }  ///< by creation
  const GoroutineLife* Find(std::uint32_t id) const;
  const GoroutineLife& main() const;  ///< goroutine 1; always there in a valid history

  Moment main_start() const { return main_start_; }
  Moment main_return() const { return main_return_; }  ///< kNever: main did not return
  Moment rest() const { return rest_; }                ///< kRest, kNever if not reached
  Moment last() const;                                 ///< the last event
  std::uint64_t TimeAt(Moment m) const;
  const Ending& ending() const { return ending_; }

  const std::vector<Output>& outputs() const { return outputs_; }
  const std::vector<Line>& lines() const { return lines_; }
  std::string_view out() const { return out_; }  ///< all of stdout
  std::string_view err() const { return err_; }

  std::vector<std::uint64_t> StackPcs(std::uint64_t stack_id) const;  ///< innermost first
  std::vector<Frame> Stack(std::uint64_t stack_id) const;             ///< resolved, inlined too
  /// The innermost frame of the program's own text, or null-ish (line 0).
  Frame OwnFrame(std::uint64_t stack_id) const;
  std::string Blob(std::uint64_t arg) const;  ///< text of a BlobRef
  const Symbols& symbols() const { return *symbols_; }

  int AliveAt(Moment m) const;  ///< goroutines alive just after m, main included
  /// Goroutines of the program that are left over (tasks.md, "Left over").
  std::vector<const GoroutineLife*> LeftOver() const;
  /// Indices of events of one type, in order.
  std::vector<Moment> EventsOf(rt::EventType type) const;

 private:
  friend class HistoryBuilder;
  std::vector<rt::Record> events_;
  std::vector<GoroutineLife> goroutines_;
  std::vector<Output> outputs_;
  std::vector<Line> lines_;
  std::string out_, err_;
  Moment main_start_ = kNever, main_return_ = kNever, rest_ = kNever;
  Ending ending_;
  const Symbols* symbols_ = nullptr;
  std::vector<std::pair<std::uint64_t, std::vector<std::uint64_t>>> stacks_;  // sorted by id
  std::string blobs_;
};

}  // namespace golab::lab
