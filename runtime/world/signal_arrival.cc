#include "runtime/world/signal_arrival.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "runtime/arch/fiber.h"
#include "runtime/base/futex.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {

constinit Arrivals arrivals;

namespace {

bool IsPending() noexcept {
  return __atomic_load_n(&arrivals.pending, __ATOMIC_SEQ_CST) != 0;
}

/// The waiting goroutine's call has ended: it runs as soon as there is a P for it.
void ReturnWaiting() noexcept {
  LockRealWord(&procs.lock);
  G* const g = IsPending() ? arrivals.waiting : nullptr;
  if (g == nullptr) {
    UnlockWord(&procs.lock);
    return;
  }
  arrivals.waiting = nullptr;
  --procs.blocked;
  PushReturned(g);
  if (procs.sleeper != nullptr) {
    WakeSleeper();
  } else if (P* p = PopIdle(); p != nullptr) {
    StartM(p, /*counted=*/false);  // releases procs.lock
    return;
  } else {
    WantOfRunning(kWantPreempt);
  }
  UnlockWord(&procs.lock);
  if (SeveralPs()) PokeRunning();
}

void* Watch(void* /*unused*/) {
  for (;;) {
    // The order is that of NoteArrival, reversed: what is pending after this look wakes us again.
    while (__atomic_exchange_n(&arrivals.wake, 0, __ATOMIC_SEQ_CST) == 0)
      FutexWait(&arrivals.wake, 0);
    ReturnWaiting();
  }
}

}  // namespace

void NoteArrival(int signal) noexcept {
  __atomic_fetch_or(&arrivals.pending, std::uint64_t{1} << (signal - 1), __ATOMIC_SEQ_CST);
  if (__atomic_exchange_n(&arrivals.wake, 1, __ATOMIC_SEQ_CST) == 0) FutexWake(&arrivals.wake, 1);
}

void WatchArrivals() noexcept {
  if (world.is_virtual) return;
  if (__atomic_exchange_n(&arrivals.watched, 1, __ATOMIC_ACQ_REL) != 0) return;
  StartThread(&Watch, nullptr);
}

void AwaitArrival() noexcept {
  G* const me = arch::ThisP()->current;
  for (;;) {
    if (world.is_virtual) {
      if (IsPending()) return;
      arrivals.waiting = me;
      LeaveForCall(nullptr);
      continue;
    }
    LockRealWord(&procs.lock);
    // Under the lock: what comes after this look finds who waits.
    if (IsPending()) {
      UnlockWord(&procs.lock);
      return;
    }
    arrivals.waiting = me;
    ++procs.blocked;  // more may come: no deadlock, as in Go
    LeaveForCall(&procs.lock);
  }
}

std::uint64_t TakeArrived() noexcept {
  Touch(&arrivals, AccessMode::kWrite);
  return __atomic_exchange_n(&arrivals.pending, 0, __ATOMIC_SEQ_CST);
}

void ReturnFromArrivalSlow() noexcept {
  G* const g = arrivals.waiting;
  if (!world.is_virtual || g == nullptr) return;
  if (!arrivals.injected) step_trace.Flag(kTraceUntold);
  arrivals.waiting = nullptr;
  Transition(arch::ThisP(), g, Status::kSyscall, Status::kRunnable, EventType::kSyscallEnd, g->id,
             1, 0, 0);
  NoteProgress(g);
  PushGlobal(g);
}

void InjectSignal(int signal) noexcept {
  P* const p = arch::ThisP();
  const G* const me = p->current;
  const std::uint32_t id = me != nullptr && StatusOf(me) == Status::kRunning ? ShownId(me) : 0;
  if (world.lab) {
    MarkOutputFully(p, id);
    Emit(p, EventType::kSignal, id, 0, static_cast<std::uint64_t>(signal), 0);
  }
  if (!world.is_virtual) {
    kill(getpid(), signal);
    return;
  }
  Touch(&arrivals, AccessMode::kWrite);
  arrivals.injected = true;
  syscall(SYS_tgkill, getpid(), gettid(), signal);  // handled before it returns
  LookForArrival();
  arrivals.injected = false;
}

}  // namespace golab::rt
