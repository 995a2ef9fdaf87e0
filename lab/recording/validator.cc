#include "lab/recording/validator.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace golab::lab {
namespace {

using rt::EventType;
using rt::Record;

constexpr std::uint32_t kMain = 1;

enum class Phase : std::uint8_t { kCreated, kRunnable, kRunning, kSyscall, kWaiting, kEnded };

const char* Words(Phase phase) {
  switch (phase) {
    case Phase::kCreated:
      return "has not started";
    case Phase::kRunnable:
      return "is ready, not running";
    case Phase::kRunning:
      return "is running";
    case Phase::kSyscall:
      return "is in a system call";
    case Phase::kWaiting:
      return "is waiting";
    case Phase::kEnded:
      return "has ended";
  }
  return "";
}

/// Go's number of what it stands for.
int StatusOf(Phase phase) {
  constexpr int kStatus[] = {1, 1, 2, 3, 4, 6};
  return kStatus[static_cast<int>(phase)];
}

/// Who may be the `g` of an event.
enum class Who : std::uint8_t {
  kRunning,     ///< a running goroutine
  kRunningOr0,  ///< that, or none: the clock, an initialiser before main, a foreign thread
  kKnownOr0,    ///< any goroutine that was ever created, or none
};

/// What a type of event may carry.
struct Rule {
  EventType type;
  Who who;
  bool blob;                ///< arg is a BlobRef
  std::uint8_t max_reason;  ///< largest value of `reason`
};

constexpr std::uint8_t kAny = 255;

// kCreate: initialisers and timers start goroutines in main's name. kSend, kRecv, kLock and kUnlock
// may be completed on behalf of a goroutine that still waits.
constexpr Rule kRules[] = {
    {EventType::kCreate, Who::kKnownOr0, false, kAny},
    {EventType::kStart, Who::kKnownOr0, false, kAny},
    {EventType::kRun, Who::kKnownOr0, false, kAny},
    {EventType::kBlock, Who::kRunning, false, rt::kWaitReasonCount - 1},
    {EventType::kUnblock, Who::kRunningOr0, false, kAny},
    {EventType::kYield, Who::kRunning, false, kAny},
    {EventType::kPreempt, Who::kRunning, false, kAny},
    {EventType::kEnd, Who::kRunning, false, 3},
    {EventType::kSyscallBegin, Who::kRunning, false, kAny},
    {EventType::kSyscallEnd, Who::kKnownOr0, false, kAny},
    {EventType::kStackGrow, Who::kKnownOr0, false, kAny},
    {EventType::kThreadStart, Who::kKnownOr0, false, kAny},
    {EventType::kThreadStop, Who::kKnownOr0, false, kAny},
    {EventType::kGcBegin, Who::kRunningOr0, false, 1},
    {EventType::kGcEnd, Who::kRunningOr0, false, kAny},
    {EventType::kGcScanBegin, Who::kKnownOr0, false, 9},
    {EventType::kGcScanEnd, Who::kKnownOr0, false, 1},
    {EventType::kUserTaskBegin, Who::kRunningOr0, true, kAny},
    {EventType::kUserTaskEnd, Who::kRunningOr0, false, kAny},
    {EventType::kUserRegionBegin, Who::kRunningOr0, true, kAny},
    {EventType::kUserRegionEnd, Who::kRunningOr0, true, kAny},
    {EventType::kUserLog, Who::kRunningOr0, true, kAny},
    {EventType::kTraceStart, Who::kRunningOr0, false, 1},
    {EventType::kTraceStop, Who::kKnownOr0, false, 1},
    {EventType::kTraceData, Who::kKnownOr0, true, 2},
    {EventType::kOutput, Who::kKnownOr0, false, kAny},
    {EventType::kNumGoroutine, Who::kRunningOr0, false, kAny},
    {EventType::kStackDump, Who::kRunningOr0, true, 1},
    {EventType::kChanMake, Who::kRunningOr0, false, 1},
    {EventType::kSend, Who::kKnownOr0, false, 1},
    {EventType::kRecv, Who::kKnownOr0, false, 3},
    {EventType::kClose, Who::kRunningOr0, false, kAny},
    {EventType::kLock, Who::kKnownOr0, false, 3},
    {EventType::kUnlock, Who::kKnownOr0, false, 3},
    {EventType::kWaitGroupAdd, Who::kRunningOr0, false, kAny},
    {EventType::kDeferRun, Who::kRunning, false, 2},
    {EventType::kPanic, Who::kRunningOr0, true, kAny},
    {EventType::kRecover, Who::kRunning, true, kAny},
    {EventType::kGoexit, Who::kRunning, false, kAny},
    {EventType::kGoexitSwallowed, Who::kRunning, false, kAny},
    {EventType::kBlockUntil, Who::kRunning, false, kAny},
    {EventType::kClock, Who::kKnownOr0, false, kAny},
    {EventType::kPick, Who::kKnownOr0, false, 2},
    {EventType::kLockThread, Who::kRunning, false, 1},
    {EventType::kMainStart, Who::kRunning, false, kAny},
    {EventType::kMainReturn, Who::kRunning, false, kAny},
    {EventType::kRest, Who::kKnownOr0, false, kAny},
    {EventType::kExit, Who::kKnownOr0, false, 9},
    {EventType::kDeadlock, Who::kKnownOr0, false, 3},
    {EventType::kLivelock, Who::kKnownOr0, false, kAny},
    {EventType::kFatal, Who::kKnownOr0, true, kAny},
    {EventType::kFlag, Who::kRunningOr0, true, kAny},
    {EventType::kTestStart, Who::kRunning, true, kAny},
    {EventType::kTestEnd, Who::kRunning, true, 2},
    {EventType::kForeignThread, Who::kKnownOr0, false, kAny},
    {EventType::kStdMutexHeld, Who::kKnownOr0, false, kAny},
    {EventType::kForeignSleep, Who::kRunningOr0, false, kAny},
    {EventType::kOutputLost, Who::kKnownOr0, false, kAny},
    {EventType::kCondSignal, Who::kRunningOr0, false, 1},
    {EventType::kTimerMake, Who::kRunningOr0, false, kAny},
    {EventType::kVirtualLimit, Who::kKnownOr0, false, kAny},
    {EventType::kRace, Who::kRunningOr0, true, kAny},
    {EventType::kMemoryFault, Who::kRunningOr0, true, kAny},
    {EventType::kUndefined, Who::kRunningOr0, true, kAny},
    {EventType::kOutside, Who::kKnownOr0, true, 5},
    {EventType::kSignal, Who::kRunningOr0, false, kAny},
    {EventType::kLeakCheck, Who::kRunning, true, 1},
    {EventType::kRequestBegin, Who::kRunning, true, kAny},
    {EventType::kRequestEnd, Who::kRunning, false, 1},
    {EventType::kGcNew, Who::kRunningOr0, false, kAny},
    {EventType::kGcWatch, Who::kRunning, false, 3},
    {EventType::kGcKept, Who::kKnownOr0, true, kAny},
    {EventType::kGcUnreachable, Who::kKnownOr0, false, 1},
    {EventType::kGcCallBegin, Who::kRunning, false, 1},
    {EventType::kGcCallEnd, Who::kRunning, false, 1},
};

const Rule* RuleOf(std::uint8_t type) {
  static const auto* const table = [] {
    static const Rule* rules[256] = {};
    for (const Rule& rule : kRules) rules[static_cast<std::uint8_t>(rule.type)] = &rule;
    return &rules;
  }();
  return (*table)[type];
}

std::string Name(std::uint64_t g) {
  return "goroutine " + std::to_string(g);
}

/// One pass over the records. Each step returns what is wrong, empty if nothing is.
class Pass {
 public:
  Pass(const Recording& recording, const StreamSizes& streams)
      : recording_(recording),
        virtual_world_(recording.world == rt::World::kVirtual),
        stream_size_{streams.out, streams.err} {}

  std::string Step(const Record& r);
  /// After the last record.
  std::string AtEnd() const;

 private:
  using Life = std::unordered_map<std::uint32_t, Phase>;

  std::string Time(const Record& r);
  std::string References(const Record& r, const Rule& rule) const;
  std::string Emitter(const Record& r, const Rule& rule);
  std::string Apply(const Record& r);
  std::string Create(const Record& r);
  std::string Run(const Record& r, Phase from);
  std::string Stop(const Record& r, Phase to);
  std::string Unblock(const Record& r);
  std::string SyscallEnd(const Record& r);
  std::string Output(const Record& r);
  std::string Pick(const Record& r) const;
  std::string MakeChannel(const Record& r);
  std::string UseChannel(const Record& r) const;
  std::string MainMark(const Record& r);
  std::string OfSize(const Record& r, std::size_t size) const;
  std::string Collection(const Record& r);
  std::string Scan(const Record& r);
  std::string OfObject(const Record& r);

  Phase* Find(std::uint64_t g);

  bool IsScanned(std::uint64_t g) const {
    return !scanned_.empty() && g <= UINT32_MAX && scanned_.contains(static_cast<std::uint32_t>(g));
  }

  const Recording& recording_;
  const bool virtual_world_;
  const std::size_t stream_size_[2];

  Life lives_;
  std::unordered_set<std::uint64_t> channels_;
  std::unordered_map<std::uint16_t, std::uint64_t> time_of_p_;
  std::uint64_t time_ = 0;
  std::uint32_t running_ = 0;  // virtual world: who runs; 0 = nobody
  std::uint32_t end_of_output_[2] = {0, 0};
  bool output_lost_[2] = {false, false};
  bool main_started_ = false;
  bool main_returned_ = false;
  bool exited_ = false;
  bool collecting_ = false;
  std::uint64_t collections_ = 0;
  std::unordered_map<std::uint32_t, Phase> scanned_;  // _Gscan is set; their state by then
  std::unordered_set<std::uint64_t> objects_;
};

Phase* Pass::Find(std::uint64_t g) {
  if (g > UINT32_MAX) return nullptr;
  const auto it = lives_.find(static_cast<std::uint32_t>(g));
  return it == lives_.end() ? nullptr : &it->second;
}

std::string Pass::Step(const Record& r) {
  const Rule* rule = RuleOf(r.type);
  if (rule == nullptr) return "there is no event of type " + std::to_string(r.type);
  if (std::string what = Time(r); !what.empty()) return what;
  if (std::string what = References(r, *rule); !what.empty()) return what;
  if (std::string what = Emitter(r, *rule); !what.empty()) return what;
  return Apply(r);
}

std::string Pass::Time(const Record& r) {
  std::uint64_t& last = virtual_world_ ? time_ : time_of_p_[r.p];
  if (r.time < last) {
    return "time goes back from " + std::to_string(last) + " to " + std::to_string(r.time) + " ns";
  }
  last = r.time;
  return "";
}

std::string Pass::References(const Record& r, const Rule& rule) const {
  if (rule.max_reason != kAny && r.reason > rule.max_reason) {
    return "an event of type " + std::to_string(r.type) + " has the unknown reason " +
           std::to_string(r.reason);
  }
  if (rule.blob && !recording_.BlobInRange(r.arg)) return "a text lies outside the recording";
  const bool has_stack = r.stack != 0 && rule.type != EventType::kPick;
  const bool stacks_complete = (recording_.truncated & kTruncatedStacks) == 0;
  if (has_stack && stacks_complete && !recording_.stacks.Has(r.stack)) {
    return "stack " + std::to_string(r.stack) + " is not in the recording";
  }
  return "";
}

std::string Pass::Emitter(const Record& r, const Rule& rule) {
  if (r.g == 0) {
    return rule.who == Who::kRunning ? "an event that only a goroutine can cause has none" : "";
  }
  const Phase* phase = Find(r.g);
  if (phase == nullptr) return Name(r.g) + " was never created";
  if (rule.who == Who::kKnownOr0) return "";
  if (*phase != Phase::kRunning) return Name(r.g) + " acts, but " + Words(*phase);
  return "";
}

std::string Pass::Apply(const Record& r) {
  switch (static_cast<EventType>(r.type)) {
    case EventType::kCreate:
      return Create(r);
    case EventType::kStart:
      return Run(r, Phase::kCreated);
    case EventType::kRun:
      return Run(r, Phase::kRunnable);
    case EventType::kBlock:
      return Stop(r, Phase::kWaiting);
    case EventType::kYield:
    case EventType::kPreempt:
      return Stop(r, Phase::kRunnable);
    case EventType::kEnd:
      return Stop(r, Phase::kEnded);
    case EventType::kUnblock:
      return Unblock(r);
    case EventType::kSyscallBegin:
      return Stop(r, Phase::kSyscall);
    case EventType::kSyscallEnd:
      return SyscallEnd(r);
    case EventType::kOutput:
      return Output(r);
    case EventType::kOutputLost:
      if (r.reason == 1 || r.reason == 2) output_lost_[r.reason - 1] = true;
      return "";
    case EventType::kPick:
      return Pick(r);
    case EventType::kChanMake:
    case EventType::kTimerMake:
      return MakeChannel(r);
    case EventType::kSend:
    case EventType::kRecv:
    case EventType::kClose:
      return UseChannel(r);
    case EventType::kMainStart:
    case EventType::kMainReturn:
    case EventType::kRest:
      return MainMark(r);
    case EventType::kExit:
      exited_ = true;
      return "";
    case EventType::kGcBegin:
    case EventType::kGcEnd:
      return Collection(r);
    case EventType::kGcScanBegin:
    case EventType::kGcScanEnd:
      return Scan(r);
    case EventType::kGcNew:
    case EventType::kGcWatch:
    case EventType::kGcUnreachable:
    case EventType::kGcCallBegin:
    case EventType::kGcCallEnd:
      return OfObject(r);
    case EventType::kGcKept:
      return OfSize(r, sizeof(rt::GcKept));
    case EventType::kRace:
      return OfSize(r, sizeof(rt::RaceEvidence));
    case EventType::kMemoryFault:
      return OfSize(r, sizeof(rt::MemoryFaultEvidence));
    case EventType::kUndefined:
      return OfSize(r, sizeof(rt::UndefinedEvidence));
    default:
      return "";  // what remains changes no state
  }
}

/// Collections are numbered, and come one after another.
std::string Pass::Collection(const Record& r) {
  const bool begins = static_cast<EventType>(r.type) == EventType::kGcBegin;
  if (begins == collecting_) return begins ? "two collections at once" : "no collection ends here";
  if (begins) ++collections_;
  if (r.arg != collections_)
    return "collection " + std::to_string(r.arg) + " comes as number " +
           std::to_string(collections_);
  collecting_ = begins;
  return begins || scanned_.empty() ? "" : "a collection ends while it scans";
}

/// _Gscan is set on what a goroutine is, which then stays as it is until that is taken away.
std::string Pass::Scan(const Record& r) {
  const Phase* phase = Find(r.g);
  if (phase == nullptr || *phase == Phase::kEnded)
    return "a goroutine is scanned that is not there";
  if (!collecting_) return Name(r.g) + " is scanned outside of a collection";
  if (static_cast<EventType>(r.type) == EventType::kGcScanEnd) {
    return scanned_.erase(r.g) != 0 ? "" : Name(r.g) + " is not scanned just now";
  }
  if (!scanned_.emplace(r.g, *phase).second) return Name(r.g) + " is scanned twice";
  if (r.reason != StatusOf(*phase)) return Name(r.g) + " is scanned, but " + Words(*phase);
  return "";
}

/// Objects are numbered in the order of their making.
std::string Pass::OfObject(const Record& r) {
  if (static_cast<EventType>(r.type) == EventType::kGcNew) {
    return objects_.insert(r.arg).second && r.arg != 0
               ? ""
               : "object " + std::to_string(r.arg) + " is made twice";
  }
  return objects_.contains(r.arg) ? "" : "object " + std::to_string(r.arg) + " was never made";
}

std::string Pass::Create(const Record& r) {
  if (r.arg == 0 || r.arg > UINT32_MAX) return "a goroutine has the id " + std::to_string(r.arg);
  if (r.arg == kMain && r.g != 0) return "main was created by " + Name(r.g);
  if (!lives_.emplace(static_cast<std::uint32_t>(r.arg), Phase::kCreated).second) {
    return Name(r.arg) + " is created twice";
  }
  return "";
}

std::string Pass::Run(const Record& r, Phase from) {
  Phase* phase = Find(r.g);
  if (phase == nullptr) return "nobody is picked to run";
  if (exited_) return Name(r.g) + " runs after the process has ended";
  if (*phase != from) return Name(r.g) + " is picked to run, but " + Words(*phase);
  if (IsScanned(r.g)) return Name(r.g) + " is picked to run while it is scanned";
  if (virtual_world_ && running_ != 0) {
    // Main is not run on after it has returned, and says so by its return alone.
    Phase* other = Find(running_);
    if (running_ != kMain || !main_returned_) {
      return Name(r.g) + " is picked to run while " + Name(running_) + " is running";
    }
    *other = Phase::kRunnable;
  }
  *phase = Phase::kRunning;
  running_ = r.g;
  return "";
}

std::string Pass::Stop(const Record& r, Phase to) {
  if (IsScanned(r.g)) return Name(r.g) + " stops while it is scanned";
  *Find(r.g) = to;
  if (running_ == r.g) running_ = 0;
  return "";
}

std::string Pass::Unblock(const Record& r) {
  Phase* phase = Find(r.arg);
  if (phase == nullptr) return Name(r.arg) + " is woken, but was never created";
  if (*phase != Phase::kWaiting) return Name(r.arg) + " is woken, but " + Words(*phase);
  if (IsScanned(r.arg)) return Name(r.arg) + " is woken while it is scanned";
  *phase = Phase::kRunnable;
  return "";
}

std::string Pass::SyscallEnd(const Record& r) {
  Phase* phase = Find(r.g);
  if (phase == nullptr || *phase != Phase::kSyscall)
    return Name(r.g) + " leaves a system call it is not in";
  // Its processor may have been given to another meanwhile; then it queues like any other.
  const bool queues = r.reason == 1 || (virtual_world_ && running_ != 0);
  *phase = queues ? Phase::kRunnable : Phase::kRunning;
  if (!queues) running_ = r.g;
  return "";
}

std::string Pass::Output(const Record& r) {
  if (r.reason != 1 && r.reason != 2) return "output to file " + std::to_string(r.reason);
  const int stream = r.reason - 1;
  const OutputRange range = OutputRangeOf(r);
  if (range.begin > range.end) return "a piece of output ends before it begins";
  if (output_lost_[stream]) return "";  // offsets mean nothing any more; the builder ignores them
  if (range.begin < end_of_output_[stream]) return "two pieces of output overlap";
  if (range.end > stream_size_[stream])
    return "a piece of output lies behind the end of the stream";
  end_of_output_[stream] = range.end;
  return "";
}

std::string Pass::Pick(const Record& r) const {
  const rt::PickArg pick = PickArgOf(r.arg);
  if (pick.candidates < 2)
    return "a decision between " + std::to_string(pick.candidates) + " candidates";
  const bool beyond_counting = pick.candidates == 255 && pick.index == 255;
  if (pick.index >= pick.candidates && !beyond_counting) {
    return "candidate " + std::to_string(pick.index) + " of " + std::to_string(pick.candidates) +
           " is picked";
  }
  if (pick.late_timer > 1) return "a decision has an unknown mark";
  const bool of_goroutine = static_cast<rt::PickKind>(r.reason) != rt::PickKind::kSelect;
  if (!of_goroutine || pick.chosen == 0) return "";
  const auto it = lives_.find(pick.chosen);
  if (it == lives_.end()) return Name(pick.chosen) + " is picked, but was never created";
  if (it->second == Phase::kWaiting || it->second == Phase::kEnded) {
    return Name(pick.chosen) + " is picked, but " + Words(it->second);
  }
  return "";
}

std::string Pass::MakeChannel(const Record& r) {
  const std::uint64_t id = r.arg >> 32;
  if (id == 0) return "";  // an AfterFunc has no channel
  if (!channels_.insert(id).second && static_cast<EventType>(r.type) == EventType::kChanMake) {
    return "channel " + std::to_string(id) + " is made twice";
  }
  return "";
}

std::string Pass::UseChannel(const Record& r) const {
  if (r.arg == 0 || channels_.contains(r.arg)) return "";
  return "channel " + std::to_string(r.arg) + " was never made";
}

std::string Pass::MainMark(const Record& r) {
  switch (static_cast<EventType>(r.type)) {
    case EventType::kMainStart:
      if (r.g != kMain) return "main begins in " + Name(r.g);
      if (main_started_) return "main begins twice";
      main_started_ = true;
      return "";
    case EventType::kMainReturn:
      if (r.g != kMain) return "main returns in " + Name(r.g);
      if (!main_started_ || main_returned_) return "main returns, but is not in its function";
      main_returned_ = true;
      return "";
    default:
      if (!main_returned_) return "the program comes to rest before main has returned";
      return "";
  }
}

std::string Pass::OfSize(const Record& r, std::size_t size) const {
  const bool cut = (recording_.truncated & kTruncatedBlobs) != 0;
  return cut || recording_.Blob(r.arg).size() == size ? "" : "a sanitizer's report is malformed";
}

std::string Pass::AtEnd() const {
  if (!lives_.empty() && !lives_.contains(kMain)) return "there is no main goroutine";
  return "";
}

}  // namespace

std::string Violation::Text() const {
  std::string text = "recording is not a possible history: ";
  if (index != kWholeRecording) text += "event " + std::to_string(index) + ": ";
  return text + what;
}

std::optional<Violation> Validate(const Recording& recording, const StreamSizes& streams) {
  if (!recording.damage.empty()) return Violation{Violation::kWholeRecording, recording.damage};
  if (!recording.stacks.damage().empty() && (recording.truncated & kTruncatedStacks) == 0) {
    return Violation{Violation::kWholeRecording, std::string(recording.stacks.damage())};
  }
  Pass pass(recording, streams);
  for (std::size_t i = 0; i < recording.records.size(); ++i) {
    std::string what = pass.Step(recording.records[i]);
    if (!what.empty()) return Violation{i, std::move(what)};
  }
  std::string what = pass.AtEnd();
  if (!what.empty()) return Violation{Violation::kWholeRecording, std::move(what)};
  return std::nullopt;
}

}  // namespace golab::lab
