// Counted preemption. Tasks and submissions are compiled with -fsanitize-coverage=trace-pc: each
// basic block calls the function below, which counts down a budget. In the virtual world 50,000
// calls stand for a slice of 10 ms, so a busy loop is preempted at the same instruction under the
// same seed; in the real world the clock decides, looked at each time the budget is used up.

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

constexpr std::int64_t kRetry = 1000;  // the runtime is inside an operation: look again soon

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
  if (p->entered != 0 || p->current->status != Status::kRunning || HoldsStdLock(p->current) ||
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

}  // namespace golab::rt

extern "C" GOLAB_EXPORT GOLAB_UNINSTRUMENTED void __sanitizer_cov_trace_pc() {
  if (--budget == 0) [[unlikely]]
    golab::rt::BudgetSpent();
}
