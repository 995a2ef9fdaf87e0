#include "runtime/world/trace.h"

#include "runtime/sched/sched.h"
#include "runtime/timer/wheel.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/output.h"

namespace golab::rt {

constinit StepTrace step_trace;

void TouchSlow(std::uint64_t object, AccessMode mode, int added) noexcept {
  step_trace.AddAccess(object, mode, added);
}

std::uint32_t ThreadOf(const Timer* timer) noexcept {
  return kTimerThread | static_cast<std::uint32_t>(timer->sequence);
}

void NoteArmedSlow(const Timer* timer) noexcept {
  step_trace.AddWakes(ThreadOf(timer));
}

void StepTrace::Open() noexcept {
  const Plan* plan = world.plan;
  header_ = LabHeader();
  if (header_ == nullptr || plan == nullptr || !world.is_virtual ||
      (plan->flags & kPlanTrace) == 0 || header_->trace.capacity == 0) {
    return;
  }
  entries_ =
      reinterpret_cast<TraceEntry*>(reinterpret_cast<char*>(header_) + header_->trace.offset);
  wants_candidates_ = (plan->flags & kPlanCandidates) != 0;
  sleeper_count_ = plan->sleeper_count < kMaxSleepers ? plan->sleeper_count : kMaxSleepers;
  sleepers_count_ = plan->choice_count == 0;
  world.tracing = true;
  MarkOutputFully(arch::ThisP(), 0);  // from here on stdio knows its place in the files
  (void)PrintedSince();               // what was printed before belongs to nobody
}

void StepTrace::Flag(TraceFlag flag) noexcept {
  if (header_ != nullptr) header_->trace_flags |= flag;
}

bool StepTrace::Add(const TraceEntry& entry) noexcept {
  if (!world.tracing) return false;
  if (used_ >= header_->trace.capacity) {
    Flag(kTraceCut);
    Close();
    return false;
  }
  entries_[used_++] = entry;
  header_->trace.used = used_;
  return true;
}

void StepTrace::BeginStep(std::uint32_t thread, std::uint32_t candidates,
                          std::uint64_t flags) noexcept {
  if (!world.tracing) return;
  if (++steps_ > kMaxSteps) {
    Flag(kTraceCut);
    return Close();
  }
  step_begin_ = used_;
  in_step_ = true;
  Add({flags, thread, static_cast<std::uint16_t>(candidates), TraceKind::kStep, {}});
}

void StepTrace::AddCandidate(std::uint32_t thread) noexcept {
  Add({0, thread, 0, TraceKind::kCandidate, {}});
}

void StepTrace::AddAccess(std::uint64_t object, AccessMode mode, int added) noexcept {
  if (!in_step_) return;
  for (std::uint32_t i = step_begin_; i < used_; ++i) {
    const TraceEntry& e = entries_[i];
    if (e.kind == TraceKind::kAccess && e.value == object && e.mode == mode && added == 0) return;
  }
  Add({object, 0, static_cast<std::uint16_t>(added), TraceKind::kAccess, mode});
}

void StepTrace::AddWakes(std::uint32_t thread) noexcept {
  if (in_step_) Add({0, thread, 0, TraceKind::kWakes, {}});
}

void StepTrace::AddCase(std::uint32_t n, std::uint32_t index) noexcept {
  if (in_step_) Add({index, 0, static_cast<std::uint16_t>(n), TraceKind::kCase, {}});
}

void StepTrace::AddClock(std::uint64_t now) noexcept {
  EndStep();
  Add({now, 0, 0, TraceKind::kClock, {}});
}

bool StepTrace::StepConflicts(const Sleeper& sleeper) const noexcept {
  const Plan* plan = world.plan;
  const bool commute = (plan->flags & kPlanCountsConflict) == 0;
  for (std::uint32_t s = sleeper.first;
       s < std::uint32_t{sleeper.first} + sleeper.count && s < kMaxSleeperAccesses; ++s) {
    const PlannedAccess& its = plan->accesses[s];
    if (its.object == kEverything) return true;
    for (std::uint32_t i = step_begin_; i < used_; ++i) {
      const TraceEntry& e = entries_[i];
      if (e.kind == TraceKind::kAccess && e.value == its.object &&
          Conflict(e.mode, its.mode, commute)) {
        return true;
      }
    }
  }
  return false;
}

void StepTrace::EndStep() noexcept {
  if (!in_step_) return;
  if (PrintedSince()) AddAccess(kTheOutput, AccessMode::kWrite, 0);
  in_step_ = false;
  if (!sleepers_count_) return;
  for (std::uint32_t i = 0; i < sleeper_count_; ++i) {
    if (!awake_[i] && StepConflicts(world.plan->sleepers[i])) awake_[i] = true;
  }
}

int StepTrace::NextChoice() noexcept {
  const Plan* plan = world.plan;
  const std::uint32_t n = plan->choice_count < kMaxChoices ? plan->choice_count : kMaxChoices;
  if (choice_at_ >= n) return -1;
  const int choice = plan->choices[choice_at_++];
  if (choice_at_ == n) sleepers_count_ = true;
  return choice;
}

bool StepTrace::IsAsleep(std::uint32_t thread) const noexcept {
  if (!sleepers_count_ || !world.tracing) return false;
  for (std::uint32_t i = 0; i < sleeper_count_; ++i) {
    if (!awake_[i] && world.plan->sleepers[i].thread == thread) return true;
  }
  return false;
}

}  // namespace golab::rt
