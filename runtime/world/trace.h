#pragma once
// The run as steps (event/record.h, "The trace"), and the sleepers of a systematic run. Written in
// virtual runs whose plan asks for it; elsewhere a call costs one test that fails.
//
// Thread safety: the virtual world has one P.

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"
#include "runtime/world/world.h"

namespace golab::rt {

struct Timer;

/// The running step touches an object. `added`: to a counter.
void TouchSlow(std::uint64_t object, AccessMode mode, int added) noexcept;

GOLAB_INLINE void Touch(std::uint64_t object, AccessMode mode, int added = 0) noexcept {
  if (world.tracing) [[unlikely]]
    TouchSlow(object, mode, added);
}

GOLAB_INLINE void Touch(const void* object, AccessMode mode, int added = 0) noexcept {
  Touch(reinterpret_cast<std::uintptr_t>(object), mode, added);
}

/// A timer was armed by the running step.
void NoteArmedSlow(const Timer* timer) noexcept;

GOLAB_INLINE void NoteArmed(const Timer* timer) noexcept {
  if (world.tracing) [[unlikely]]
    NoteArmedSlow(timer);
}

std::uint32_t ThreadOf(const Timer* timer) noexcept;

/// The writer. Calls nest: BeginStep, anything but steps, EndStep.
class StepTrace {
 public:
  /// Starts it if the run's plan asks for a trace.
  void Open() noexcept;

  /// What follows is no part of the search.
  void Close() noexcept { world.tracing = false; }

  bool wants_candidates() const noexcept { return wants_candidates_; }

  /// Ends the running step, if one is: sleepers that conflict with it wake up.
  void EndStep() noexcept;
  /// `flags`: StepFlag bits. The candidates follow.
  void BeginStep(std::uint32_t thread, std::uint32_t candidates, std::uint64_t flags) noexcept;
  void AddCandidate(std::uint32_t thread) noexcept;
  void AddAccess(std::uint64_t object, AccessMode mode, int added) noexcept;
  void AddWakes(std::uint32_t thread) noexcept;
  void AddCase(std::uint32_t n, std::uint32_t index) noexcept;
  void AddClock(std::uint64_t now) noexcept;

  /// The plan's choice for the decision that is due, -1 if it has none left: then the sleepers
  /// count.
  int NextChoice() noexcept;
  bool IsAsleep(std::uint32_t thread) const noexcept;

  void Flag(TraceFlag flag) noexcept;

 private:
  bool Add(const TraceEntry& entry) noexcept;
  bool StepConflicts(const Sleeper& sleeper) const noexcept;

  Header* header_ = nullptr;
  TraceEntry* entries_ = nullptr;
  std::uint32_t used_ = 0;
  std::uint32_t steps_ = 0;
  std::uint32_t step_begin_ = 0;  // of the running step's entries
  bool in_step_ = false;
  bool wants_candidates_ = false;
  bool sleepers_count_ = false;
  std::uint32_t choice_at_ = 0;
  std::uint32_t sleeper_count_ = 0;
  bool awake_[kMaxSleepers] = {};
};

extern StepTrace step_trace;

}  // namespace golab::rt
