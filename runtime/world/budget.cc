// Counted preemption. Tasks and submissions are compiled with -fsanitize-coverage=trace-pc: each
// basic block calls the function below, which counts down a budget. In the virtual world 50,000
// calls stand for a slice of 10 ms, so a busy loop is preempted at the same instruction under the
// same seed; in the real world the clock decides, looked at each time the budget is used up.
//
// Who reads the clock again and again waits for it to go on, so there each look at it counts more
// than the one before: a loop "until 10 ms are over" takes a hundred rounds, not ten thousand.

#include "runtime/arch/x86_64/switch.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/walk.h"
#include "runtime/world/world.h"

namespace {

constexpr std::int64_t kNever = INT64_MAX;  // no goroutine runs on this thread: count, never switch

[[gnu::tls_model("initial-exec")]] thread_local std::int64_t budget = kNever;

}  // namespace

namespace golab::rt {
namespace {

constexpr std::int64_t kRetry = 1000;    // the runtime is inside an operation: look again soon
constexpr std::int64_t kClockRead = 10;  // callbacks for which the first look at the clock counts

/// Looks at the clock of one goroutine since it was resumed last.
struct ClockReads {
  const G* g = nullptr;
  std::uint32_t resumes = 0;
  std::int64_t count = 0;
};

constinit ClockReads clock_reads;  // of the virtual world, which has one thread

/// TSan has its own idea of who holds a lock of the C++ library, and of the stack that took it.
bool HoldsStdLock(const G* g) noexcept {
#if GOLAB_TSAN
  return g->extra != nullptr && (g->extra->std_mutexes != 0 || g->extra->std_inits != 0);
#else
  (void)g;
  return false;
#endif
}

GOLAB_COLD void BudgetSpent() noexcept {
  P* p = arch::ThisP();
  if (p == nullptr || p->current == nullptr) {
    budget = kNever;
    return;
  }
  const std::int64_t slice = world.plan != nullptr ? world.plan->quantum : kQuantumCallbacks;
  // After main's end its static destructors run, and nobody else.
  if (p->entered != 0 || StatusOf(p->current) != Status::kRunning || HoldsStdLock(p->current) ||
      world.phase == Phase::kDone) {
    budget = kRetry;
    return;
  }
  budget = slice;
  if (!world.is_virtual) {
    const bool may_go_on = SafePoint(p);
    const std::uint64_t now = Now();
    RunTimers(p, now);
    if (may_go_on && now - p->slice_start < kQuantumNs) return;
    p->slice_start = now;
  }
  Yield(EventType::kPreempt);
  budget = slice;
}

}  // namespace

void SetBudget(std::int64_t callbacks) noexcept {
  budget = callbacks;
}

void ChargeClockRead() noexcept {
  const P* p = arch::ThisP();
  if (!world.is_virtual || p == nullptr || p->current == nullptr) return;
  const G* g = p->current;
  if (clock_reads.g != g || clock_reads.resumes != g->resumes) clock_reads = {g, g->resumes, 0};
  const std::int64_t charge = kClockRead * ++clock_reads.count;
  budget = budget > charge ? budget - charge : 1;  // the next callback notices
}

}  // namespace golab::rt

extern "C" GOLAB_EXPORT GOLAB_UNINSTRUMENTED void __sanitizer_cov_trace_pc() {
  if (--budget == 0) [[unlikely]]
    golab::rt::BudgetSpent();
}
