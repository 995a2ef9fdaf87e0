#include "runtime/sched/syscall.h"

#include "golab/syscall.h"

#include "runtime/base/delay.h"
#include "runtime/base/errno.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/exit.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

extern "C" {
extern thread_local golab::rt::P* golab_tls_p;
}

namespace golab::rt {
namespace {

constexpr std::uint32_t kIdShift = 8;

constexpr std::uint32_t Word(PState state, std::uint32_t m) noexcept {
  return static_cast<std::uint32_t>(state) | m << kIdShift;
}

/// The goroutine whose call `m` is in: an M is in one at most.
[[gnu::tls_model("initial-exec")]] thread_local G* in_call = nullptr;

bool Change(P* p, std::uint32_t from, std::uint32_t to) noexcept {
  // Who wins owns the P, and sees what its last owner did. seq_cst for FreezeTheWorld.
  return __atomic_compare_exchange_n(&p->state, &from, to, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_RELAXED);
}

/// The calling thread's M has lost its P: its goroutine waits for one, and so does the thread.
void ReturnWithoutP(M* m, G* me) noexcept {
  m->p = nullptr;
  m->counted = false;
  DelayHere();
  LockRealWord(&procs.lock);
  --procs.blocked;
  PushReturned(me);
  WakeSleeper();
  if (m->locked == nullptr) {
    if (P* p = PopIdle(); p != nullptr) {  // this thread itself goes on with it
      m->p = p;
      m->wake = 1;
    } else {
      PushIdleM(m);
    }
  }
  LeaveCall(m, me);  // releases procs.lock: only then may another M run `me`, or start this M
}

}  // namespace

void EnterSyscall(SyscallFrame* saved) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const std::uint64_t stack = CaptureStack(p, __builtin_frame_address(0));
  *saved =
      SyscallFrame{__builtin_return_address(0), *static_cast<void**>(__builtin_frame_address(0))};
  me->sp = saved;
  if (!SeveralPs()) {  // it runs as part of the goroutine, and the others wait
    Emit(p, EventType::kSyscallBegin, me->id, 0, 0, stack);
    return;
  }
  Transition(p, me, Status::kRunning, Status::kSyscall, EventType::kSyscallBegin, me->id, 0, 0,
             stack);
  EnsureMonitor();
  me->wait_object = p->m->id;  // by which a trace tells whose call a P is in
  in_call = me;
  p->current = nullptr;
  golab_tls_p = nullptr;
  const bool others_wait = p->runnext != nullptr || p->queue.Size() != 0;
  // Release: whoever takes the P sees its queues as they are.
  __atomic_store_n(&p->state, Word(PState::kSyscall, p->m->id), __ATOMIC_RELEASE);
  // The monitor takes the P for those who wait, at its next look: let that not be a long rest away.
  if (others_wait) WakeMonitor();
}

void ExitSyscall() noexcept {
  if (!SeveralPs()) {
    P* p = arch::ThisP();
    TakeSaved(p->current);
    Emit(p, EventType::kSyscallEnd, p->current->id, 0, 0, 0);
    return;
  }
  M* m = ThisM();
  G* me = in_call;
  P* p = m->p;
  const std::uint32_t mine = Word(PState::kSyscall, m->id);
  while (!Change(p, mine, Word(PState::kRunning, 0))) {
    DelayHere();
    const std::uint32_t word = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
    if (word == Word(PState::kHeld, m->id)) {
      YieldThread();
    } else if (word != mine) {  // else it has been let go of meanwhile
      return ReturnWithoutP(m, me);
    }
  }
  DelayHere();
  golab_tls_p = p;
  p->current = me;
  TakeSaved(me);
  Transition(p, me, Status::kSyscall, Status::kRunning, EventType::kSyscallEnd, me->id, 0, 0, 0);
  if (__atomic_load_n(&procs.stop, __ATOMIC_SEQ_CST) != 0) {  // see FreezeTheWorld
    Want(p, kWantStop);
    Yield(EventType::kPreempt);
  }
}

bool TakeFromSyscall(P* p) noexcept {
  const std::uint32_t word = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
  if ((word & 0xff) != static_cast<std::uint32_t>(PState::kSyscall)) return false;
  if (!Change(p, word, Word(PState::kIdle, 0))) return false;
  p->m = nullptr;
  ++procs.blocked;
  return true;
}

bool HoldSyscall(P* p) noexcept {
  const std::uint32_t word = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
  if ((word & 0xff) != static_cast<std::uint32_t>(PState::kSyscall)) return false;
  return Change(p, word, Word(PState::kHeld, word >> kIdShift));
}

void ReleaseSyscall(P* p) noexcept {
  const std::uint32_t word = __atomic_load_n(&p->state, __ATOMIC_RELAXED);
  __atomic_store_n(&p->state, Word(PState::kSyscall, word >> kIdShift), __ATOMIC_RELEASE);
}

bool IsInCallOf(const P* p, const G* g) noexcept {
  const std::uint32_t word = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
  const auto state = static_cast<PState>(word & 0xff);
  return (state == PState::kSyscall || state == PState::kHeld) && StatusOf(g) == Status::kSyscall &&
         g->wait_object == word >> kIdShift;
}

void BlockingCall(void (*call)(void*), void* f) {
  GOLAB_AT_CALL();
  CurrentG("syscall.Blocking");

  struct InCall {
    SyscallFrame frame;

    InCall() noexcept { EnterSyscall(&frame); }

    ~InCall() {  // also when the call ends by an exception
      const int error = Errno();
      ExitSyscall();
      SetErrno(error);
    }
  } in_call;

  call(f);
}

}  // namespace golab::rt
