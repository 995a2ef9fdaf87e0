#include "runtime/sched/procs.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>

#include "runtime/arch/fiber.h"
#include "runtime/base/delay.h"
#include "runtime/base/futex.h"
#include "runtime/base/lasting.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/syscall.h"
#include "runtime/sched/transition.h"
#include "runtime/world/exit.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

extern "C" {
extern thread_local golab::rt::P* golab_tls_p;
golab::rt::ExceptionGlobals* __cxa_get_globals() noexcept;
}

namespace golab::rt {

constinit Procs procs;
constinit bool multi_flag = false;
constinit bool atomic_counts_flag = GOLAB_TSAN != 0;  // TSan starts threads past interpose.cc

namespace {

constinit bool foreign_threads = GOLAB_TSAN != 0;  // atomic

[[gnu::tls_model("initial-exec")]] thread_local M* this_m = nullptr;

constexpr std::uint64_t kPollNs = kDelays ? 5'000 : 50'000;  // between two looks without work
constexpr std::uint32_t kPolls = 20;                         // looks before an M goes idle
constexpr std::uint32_t kPollsOfNetwork = 40;  // the same, if it looks at the network, too
constexpr std::uint32_t kNetworkEvery = 61;    // picks between two looks at the network
constexpr std::uint64_t kLongestPoll = 1'000'000;
constexpr std::uint64_t kOverdueNs = 200'000;       // so late, a busy P's timers are run by others
constexpr std::uint64_t kShortestWhole = 100'000;   // how long goroutines that talk to each other
constexpr std::uint64_t kLongestWhole = 2'000'000;  // are left together
constexpr std::uint64_t kForgottenNs = 20'000'000;  // after so long all begins anew
constexpr std::uint64_t kStopNs = 10'000'000;       // how long the world gets to stand still
constexpr auto kRunningWord = static_cast<std::uint32_t>(PState::kRunning);
constexpr std::size_t kThreadStack = std::size_t{512} << 10;

P* MakeP() noexcept {
  void* at = mmap(nullptr, sizeof(P), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) Fatal("runtime: out of memory: processor");
  P* p = new (at) P;
  p->id = procs.count;
  p->random.state ^= std::uint64_t{p->id} * 0xbf58476d1ce4e5b9ULL;
  AttachRecording(p);
  return p;
}

/// procs.lock held.
void PushIdle(P* p) noexcept {
  p->next_idle = procs.idle;
  procs.idle = p;
  SetState(p, PState::kIdle);
}

/// Gives up the P that the calling thread's M holds.
void DetachP(M* m) noexcept {
  m->p->m = nullptr;
  m->p = nullptr;
  golab_tls_p = nullptr;
}

/// While the only active M is in a blocking call it answers nobody: then `multi` is set for it,
/// while its return is held up. procs.lock held.
void SetMultiForOneInACall() noexcept {
  ForEachP([](P* p) {
    if (!HoldSyscall(p)) return;
    SetMulti(true);
    ReleaseSyscall(p);
  });
}

/// Makes `m` active, once those that are have agreed on real locks.
void Activate(M* m) noexcept {
  std::uint64_t pause = kPollNs;
  for (;;) {
    LockRealWord(&procs.lock);
    const bool stands = __atomic_load_n(&procs.stop, __ATOMIC_RELAXED) != 0;
    if (!stands && procs.active != 0 && !Multi()) SetMultiForOneInACall();
    // Acquire: pairs with the release in SafePoint: what was done with plain locks is visible.
    if (!stands && (procs.active == 0 || __atomic_load_n(&multi_flag, __ATOMIC_ACQUIRE))) {
      __atomic_store_n(&procs.active, procs.active + 1, __ATOMIC_RELAXED);
      ++procs.activations;
      UnlockWord(&procs.lock);
      m->counted = true;
      return;
    }
    if (!stands) WantOfRunning(kWantMulti);
    UnlockWord(&procs.lock);
    DelayHere();
    if (pause > 4 * kPollNs) PokeRunning();
    FutexWaitFor(&m->wake, 0, pause);
    if (pause < kLongestPoll) pause *= 2;
  }
}

/// Work of others for `p`: stale goroutines, timers that nobody runs. True: there is some now. Not
/// more often than each kPollNs: short goroutines are run where they are in less time than a theft
/// costs.
bool Steal(P* p) noexcept {
  const std::uint64_t now = Now();
  if (now - p->m->last_look < kPollNs) return false;
  p->m->last_look = now;
  const std::uint32_t n = __atomic_load_n(&procs.count, __ATOMIC_ACQUIRE);
  const std::uint32_t start = p->random.Below(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    P* victim = procs.all[(start + i) % n];
    if (victim == p) continue;
    const std::uint64_t due = __atomic_load_n(&victim->next_when, __ATOMIC_RELAXED);
    const std::uint64_t grace = StateOf(victim) == PState::kRunning ? kOverdueNs : 0;
    if (due <= now && now - due >= grace) {
      RunTimers(victim, now);
      if (p->runnext != nullptr || p->queue.Size() != 0) return true;
    }
    if (!IsStale(victim, now)) continue;
    G* taken[RunQueue::kMaxSteal];
    const std::uint32_t count = victim->queue.Steal(taken, RunQueue::kMaxSteal);
    for (std::uint32_t k = 0; k < count; ++k) {
      if (!p->queue.Push(taken[k])) PushGlobal(taken[k]);
    }
    if (count != 0) {
      __atomic_fetch_add(&procs.thefts, 1, __ATOMIC_RELAXED);
      p->m->victim = victim;
      return true;
    }
  }
  return false;
}

/// `m` gives up its P and its place among the active. procs.lock held, which it releases.
void GoIdle(M* m) noexcept {
  P* p = m->p;
  PublishNextTimer(p);
  NoteProc(p, EventType::kProcStop);
  __atomic_store_n(&procs.active, procs.active - 1, __ATOMIC_RELAXED);
  if (procs.active == 1) WantOfRunning(kWantSolo);
  DetachP(m);
  m->counted = false;
  PushIdle(p);
  if (m->locked == nullptr) PushIdleM(m);
  UnlockWord(&procs.lock);
}

/// All that p has to run goes to the global queue.
/// procs.lock held.
void GiveAwayAll(P* p) noexcept {
  if (p->assigned != nullptr) PushGlobal(p->assigned);
  if (p->runnext != nullptr) PushGlobal(p->runnext);
  p->assigned = p->runnext = nullptr;
  while (G* g = p->queue.PopHead()) PushGlobal(g);
}

/// More Ms seem to be active than GOMAXPROCS allows: `m` goes idle, its goroutines run elsewhere.
bool Shrink(M* m) noexcept {
  P* p = m->p;
  LockRealWord(&procs.lock);
  if (procs.active <= procs.target) {
    UnlockWord(&procs.lock);
    return false;
  }
  GiveAwayAll(p);
  GoIdle(m);
  return true;
}

/// What `m` stole and what it left behind wait for each other's locks: gives all it has back to
/// whom it was stolen from, and goes idle. True: it did. Each time soon after another, that P is
/// left alone for twice as long. No look at the global queue is needed: another M is active, and
/// looks there under procs.lock before it goes idle.
bool LetThemBeTogether(M* m) noexcept {
  LockRealWord(&procs.lock);
  P* victim = m->victim;
  m->victim = nullptr;
  if (victim == nullptr || victim == m->p || procs.active <= 1) {
    UnlockWord(&procs.lock);
    return false;
  }
  const std::uint64_t now = Now();
  const bool soon = now < victim->whole_until + kForgottenNs;
  std::uint64_t ns = soon ? 2 * victim->whole_for : 0;
  if (ns < kShortestWhole) ns = kShortestWhole;
  if (ns > kLongestWhole) ns = kLongestWhole;
  victim->whole_for = ns;
  __atomic_store_n(&victim->whole_until, now + ns, __ATOMIC_RELAXED);
  GiveAwayAll(m->p);
  Want(victim, kWantGlobal);
  ++procs.reunions;
  GoIdle(m);
  return true;
}

/// The last active M, `m`, is procs.sleeper: waits in the network rather than for its word alone.
/// If an idle M is there, that one comes out, and sees the sleeper: then this one comes back here.
/// False: it is to sleep meanwhile.
bool SleepInNetwork(M* m, std::uint64_t until, GList* woken) noexcept {
  while (WaitInNetwork(m, until, woken) == NetWait::kTaken) {
    if (__atomic_load_n(&netpoll.blocked, __ATOMIC_SEQ_CST) != nullptr) {
      KickPoller();
      return false;
    }
    YieldThread();  // one that only looks, or is on its way in or out
  }
  return true;
}

/// The idle M `m` waits for a P, in the network unless the last active M sleeps: that one takes
/// what comes without another's help.
void WaitIdle(M* m) noexcept {
  GList woken;
  LockRealWord(&procs.lock);
  const bool all_sleep = procs.sleeper != nullptr;
  UnlockWord(&procs.lock);
  if (m->locked != nullptr || all_sleep || !NetInUse() ||
      WaitInNetwork(m, Wheel::kNone, &woken) == NetWait::kTaken) {
    FutexWait(&m->wake, 0);
    return;
  }
  LockRealWord(&procs.lock);
  if (!woken.Empty()) PushPolled(&woken);
  if (procs.sleeper != nullptr) {
    WakeSleeper();  // for what was found, or because it wants to wait there itself
  } else if (!procs.polled.Empty() && __atomic_load_n(&m->wake, __ATOMIC_RELAXED) == 0) {
    if (P* p = PopIdle(); p != nullptr) {  // this thread itself goes on with it
      RemoveIdleM(m);
      m->p = p;
      m->counted = false;
      __atomic_store_n(&m->wake, 1, __ATOMIC_RELAXED);
    }
  }
  UnlockWord(&procs.lock);
}

/// The last active M, which has nothing to run: sleeps until the next timer or until it is woken. A
/// goroutine: main, which goes on after all. procs.lock held, which it releases.
G* SleepAsLast(M* m) noexcept {
  P* p = m->p;
  std::uint64_t next = Wheel::kNone;
  ForEachP([&](P* one) {
    PublishNextTimer(one);
    if (one->next_when < next) next = one->next_when;
  });
  const bool can_be_woken = next != Wheel::kNone || procs.blocked != 0 || NetWaiters() != 0;
  if (world.phase != Phase::kRunning || !can_be_woken) {
    UnlockWord(&procs.lock);
    if (world.phase != Phase::kRunning) return SettledMain(p);
    ReportDeadlock(p);
  }
  procs.sleeper = m;
  ++procs.sleeps;
  UnlockWord(&procs.lock);
  DelayHere();
  NoteProc(p, EventType::kProcStop);
  if (world.lab) MarkOutputFully(p, 0);
  GList woken;
  if (!NetInUse() || !SleepInNetwork(m, next, &woken)) {
    if (next == Wheel::kNone) {
      FutexWait(&m->wake, 0);
    } else {
      FutexWaitUntil(&m->wake, 0, world.start + next);
    }
  }
  LockRealWord(&procs.lock);
  procs.sleeper = nullptr;
  m->wake = 0;
  UnlockWord(&procs.lock);
  NoteProc(p, EventType::kProcStart);
  ReadyAll(&woken, /*behind=*/true);
  WakeMonitorFromEndlessRest();
  return nullptr;
}

/// Nothing for `m` to run while others do: looks for their work again in a moment, and for what the
/// network brings. True: it has waited.
bool LookAgain(M* m) noexcept {
  if (!NetInUse()) {
    if (m->polls == kPolls) return false;
    ++m->polls;
    FutexWaitFor(&m->wake, 0, kPollNs);
    return true;
  }
  if (m->polls == kPollsOfNetwork) return false;
  const std::uint32_t doublings = m->polls < 5 ? m->polls : 5;
  ++m->polls;
  std::uint64_t until =
      Now() + (kPollNs << doublings < kLongestPoll ? kPollNs << doublings : kLongestPoll);
  ForEachP([&](P* one) {
    const std::uint64_t due = __atomic_load_n(&one->next_when, __ATOMIC_RELAXED);
    if (due < until) until = due;
  });
  GList woken;
  if (WaitInNetwork(m, until, &woken) == NetWait::kTaken) {
    if (m->polls > kPolls) return false;
    FutexWaitFor(&m->wake, 0, kPollNs);
  }
  ReadyAll(&woken, /*behind=*/true);
  return true;
}

/// Nothing for `m` to run. Null: look again, if it still has a P.
G* Idle(M* m) noexcept {
  if (Multi() && LookAgain(m)) return nullptr;
  m->polls = 0;
  DelayHere();
  LockRealWord(&procs.lock);
  // What others push to the global queue after this look, they look for themselves.
  if (!procs.returned.Empty() || !procs.polled.Empty() ||
      __atomic_load_n(&sched.global.head, __ATOMIC_RELAXED) != nullptr) {
    UnlockWord(&procs.lock);
    return nullptr;
  }
  if (procs.active > 1) {
    GoIdle(m);
    return nullptr;
  }
  return SleepAsLast(m);
}

void StandStill() noexcept {
  __atomic_fetch_add(&procs.stopped, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&procs.stop, __ATOMIC_SEQ_CST) != 0) FutexWait(&procs.stop, 1);
  __atomic_fetch_sub(&procs.stopped, 1, __ATOMIC_SEQ_CST);
}

}  // namespace

void PublishNextTimer(P* p) noexcept {
  LockWord(&p->timer_lock);
  __atomic_store_n(&p->next_when, p->timers.NextWhen(), __ATOMIC_RELAXED);
  UnlockWord(&p->timer_lock);
}

/// A queue that has not moved past where it stood some time ago keeps its goroutines waiting; one
/// that moves is left alone: goroutines that talk to each other stay together.
bool IsStale(P* p, std::uint64_t now) noexcept {
  const std::uint32_t head = p->queue.Head();
  const std::uint32_t tail = p->queue.Tail();
  if (static_cast<std::int32_t>(tail - head) <= 0) return false;
  if (kDelays) return true;
  if (now < __atomic_load_n(&p->whole_until, __ATOMIC_RELAXED)) return false;
  const std::uint64_t then = __atomic_load_n(&p->sample_time, __ATOMIC_RELAXED);
  if (now - then < kPollNs) return false;
  const std::uint32_t sample = __atomic_load_n(&p->sample_tail, __ATOMIC_RELAXED);
  if (then != 0 && static_cast<std::int32_t>(sample - head) > 0) return true;
  // Two that look at once may mix their samples: a wrong answer costs one theft, or one look.
  __atomic_store_n(&p->sample_tail, tail, __ATOMIC_RELAXED);
  __atomic_store_n(&p->sample_time, now, __ATOMIC_RELAXED);
  return false;
}

void SetMulti(bool on) noexcept {
  const bool foreign = __atomic_load_n(&foreign_threads, __ATOMIC_RELAXED);
  __atomic_store_n(&atomic_counts_flag, on || foreign, __ATOMIC_RELAXED);
  // seq_cst: pairs with the acquire in Activate, and with the state of a P whose M is in a call.
  __atomic_store_n(&multi_flag, on, __ATOMIC_SEQ_CST);
}

void NoteForeignThread() noexcept {
  __atomic_store_n(&foreign_threads, true, __ATOMIC_RELAXED);
  __atomic_store_n(&atomic_counts_flag, true, __ATOMIC_RELAXED);  // before the thread begins
}

bool SeveralPs() noexcept {
  return !world.is_virtual && (!world.lab || world.procs > 1);
}

M* ThisM() noexcept {
  return this_m;
}

M* BecomeM(M* m) noexcept {
  this_m = m;
  m->exceptions = __cxa_get_globals();
  m->g0_fiber = fiber::Current();
  m->tid = static_cast<pid_t>(syscall(SYS_gettid));
#if GOLAB_ASAN
  pthread_attr_t attributes;
  void* bottom = nullptr;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &bottom, &m->g0_size);
    pthread_attr_destroy(&attributes);
    m->g0_bottom = bottom;
  }
#endif
  return m;
}

void AttachP(M* m, P* p) noexcept {
  m->p = p;
  p->m = m;
  p->exceptions = m->exceptions;
  golab_tls_p = p;
  // seq_cst, before the M looks at `stop`: see FreezeTheWorld.
  __atomic_store_n(&p->state, kRunningWord, __ATOMIC_SEQ_CST);
}

namespace {

/// What needs neither timers' functions nor the M's own stack.
void Agree(P* p, std::uint32_t wanted) noexcept {
  DelayHere();
  if ((wanted & kWantSolo) != 0) {
    LockRealWord(&procs.lock);
    // Under the lock: an M that becomes active sees `multi` as it is left here. And all that those
    // who were active did, they did before they took this lock to go idle.
    if (procs.active == 1) {
      ForEachP([&](const P* one) {
        GOLAB_INVARIANT(one == p || StateOf(one) == PState::kIdle, "solo beside another M");
      });
      SetMulti(false);
    }
    UnlockWord(&procs.lock);
  }
  if ((wanted & kWantMulti) != 0) SetMulti(true);
  if ((wanted & kWantGlobal) != 0) TakeAllGlobal(p);
  if ((wanted & kWantRunnext) != 0 && p->runnext != nullptr && p->queue.Push(p->runnext))
    p->runnext = nullptr;
}

}  // namespace

bool SafePointOfSignal(P* p) noexcept {
  const std::uint32_t wanted = __atomic_exchange_n(&p->attention, 0, __ATOMIC_SEQ_CST);
  Agree(p, wanted);
  const std::uint32_t left = wanted & (kWantTimers | kWantStop | kWantPreempt | kWantTogether);
  if (left != 0) Want(p, left);
  return (left & (kWantStop | kWantPreempt)) == 0;
}

bool SafePoint(P* p) noexcept {
  if (NothingWanted(p)) return true;
  const std::uint32_t wanted = __atomic_exchange_n(&p->attention, 0, __ATOMIC_SEQ_CST);
  Agree(p, wanted);
  if ((wanted & kWantTimers) != 0) {
    const std::uint64_t now = Now();
    ForEachP([&](P* one) {
      if (StateOf(one) == PState::kIdle) RunTimers(one, now);
    });
  }
  if ((wanted & kWantTogether) != 0) {
    if (p->current != nullptr) {
      Want(p, kWantTogether);  // for the scheduling loop
    } else if (LetThemBeTogether(p->m)) {
      return false;
    }
  }
  if ((wanted & kWantStop) != 0) {
    if (p->current == nullptr) {
      StandStill();
    } else {
      Want(p, kWantStop);  // for the scheduling loop, where the goroutine's stack can be read
    }
  }
  return (wanted & (kWantPreempt | kWantStop)) == 0;
}

G* FindWorkReal(M* m) noexcept {
  for (;;) {
    if (arch::ThisP() == nullptr && !WaitForP(m)) return nullptr;
    P* p = m->p;
    if (!m->announced) [[unlikely]] {
      m->announced = true;
      Emit(p, EventType::kThreadStart, 0, 0, m->id, 0);
    }
    if (m->locked != nullptr && StatusOf(m->locked) == Status::kDead) [[unlikely]] {
      if (!fiber::kTracked && m->locked->id != 1) p->free_gs.PushHead(m->locked);
      m->locked = nullptr;
      m->leaves = true;
      Emit(p, EventType::kThreadStop, 0, 0, m->id, 0);
      LockRealWord(&procs.lock);
      --procs.threads;
      UnlockWord(&procs.lock);
      HandOff(m);
      continue;
    }
    SafePoint(p);
    if (m->p == nullptr) continue;
    if (procs.active > procs.target && Shrink(m)) continue;
    CalibrateEventClock();
    RunTimers(p, Now());
    if (p->tick % kNetworkEvery == 0 && NetNeedsLooks()) LookAtNetwork();
    G* g = p->assigned;
    p->assigned = nullptr;
    if (g == nullptr) g = TakeReturned(p);
    if (g == nullptr) g = TakeLocal(p);
    if (g == nullptr) {
      if (NetNeedsLooks() && LookAtNetwork()) continue;
      if (Multi() && Steal(p)) continue;
      g = Idle(m);
      if (g == nullptr) continue;
    }
    m->polls = 0;
    M* home = (g->flags & kGWired) != 0 ? g->extra->thread : nullptr;
    if (home == m || (home == nullptr && m->locked == nullptr)) return g;
    // One of the two is bound to another thread: the P goes on without this one.
    LockRealWord(&procs.lock);
    if (home != nullptr && home->p != nullptr) {  // on its way to give up its P: later
      UnlockWord(&procs.lock);
      PushGlobal(g);
      YieldThread();
      continue;
    }
    p->assigned = g;
    DetachP(m);
    m->counted = false;
    if (home != nullptr) {
      if (m->locked == nullptr) PushIdleM(m);
      WakeM(home, p, true);
    } else {
      StartM(p, true);
    }
  }
}

void HandOff(M* m) noexcept {
  P* p = m->p;
  LockRealWord(&procs.lock);
  DetachP(m);
  m->counted = false;
  StartM(p, true);
}

bool WaitForP(M* m) noexcept {
  if (m->leaves) return false;
  // Acquire: pairs with the release in WakeM; m->p and all of the P are ours.
  while (__atomic_load_n(&m->wake, __ATOMIC_ACQUIRE) == 0) WaitIdle(m);
  DelayHere();
  m->wake = 0;
  if (!m->counted) Activate(m);
  AttachP(m, m->p);
  if (__atomic_load_n(&procs.stop, __ATOMIC_SEQ_CST) != 0) StandStill();
  NoteProc(m->p, EventType::kProcStart);
  return true;
}

void WakeM(M* m, P* p, bool counted) noexcept {
  m->p = p;
  m->counted = counted;
  // Release: m->p and all of the P. seq_cst for KickIfBlocked.
  __atomic_store_n(&m->wake, 1, __ATOMIC_SEQ_CST);
  UnlockWord(&procs.lock);
  FutexWake(&m->wake, 1);
  KickIfBlocked(m);
}

void StartM(P* p, bool counted) noexcept {
  if (M* m = procs.idle_ms; m != nullptr) {
    procs.idle_ms = m->next_idle;
    WakeM(m, p, counted);
    return;
  }
  auto* m = new (std::nothrow) M;
  if (m == nullptr) Fatal("runtime: out of memory: thread");
  KeepForEver(m);
  m->id = procs.next_m++;
  m->p = p;
  m->counted = counted;
  m->wake = 1;
  UnlockWord(&procs.lock);
  StartThread(&RunM, m);
}

void SetProcs(std::uint32_t n) noexcept {
  if (n > kMaxProcs) n = kMaxProcs;
  if (!SeveralPs()) {
    procs.target = n;
    return;
  }
  LockRealWord(&procs.lock);
  while (procs.count < n) {
    P* p = MakeP();
    procs.all[procs.count] = p;
    PushIdle(p);
    // Release: ForEachP sees a P that is complete.
    __atomic_store_n(&procs.count, procs.count + 1, __ATOMIC_RELEASE);
  }
  __atomic_store_n(&procs.target, n, __ATOMIC_RELAXED);
  WantOfRunning(kWantPreempt);
  UnlockWord(&procs.lock);
}

void WakeSleeper() noexcept {
  M* m = procs.sleeper;
  if (m == nullptr) return;
  __atomic_store_n(&m->wake, 1, __ATOMIC_SEQ_CST);
  FutexWake(&m->wake, 1);
  KickIfBlocked(m);
}

void WantOfRunning(std::uint32_t bits) noexcept {
  ForEachP([&](P* p) {
    if (StateOf(p) != PState::kIdle) Want(p, bits);
  });
  WakeSleeper();
}

bool FreezeTheWorld() noexcept {
  if (!SeveralPs() || procs.threads == 1) return true;
  const P* mine = arch::ThisP();
  __atomic_store_n(&procs.stop, 1, __ATOMIC_SEQ_CST);
  const std::uint64_t until = Now() + kStopNs;
  do {
    std::uint32_t running = 0;
    ForEachP([&](P* p) {
      // seq_cst, after the store above: an M that gets this P meanwhile sees `stop` (WaitForP).
      if (p == mine || __atomic_load_n(&p->state, __ATOMIC_SEQ_CST) != kRunningWord) return;
      ++running;
      Want(p, kWantStop);
    });
    const std::uint32_t stopped = __atomic_load_n(&procs.stopped, __ATOMIC_SEQ_CST);
    if (stopped >= running) return true;
    PokeRunning();
    FutexWaitFor(&procs.stopped, stopped, kPollNs);
  } while (Now() < until);
  return false;
}

bool StopTheWorld() noexcept {
  if (!SeveralPs()) return true;
  for (;;) {
    std::uint32_t free = 0;
    if (__atomic_compare_exchange_n(&procs.stop, &free, 1, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
      break;
    }
    // Another has stopped it: stand still as everybody, then try again.
    Want(arch::ThisP(), kWantStop);
    Yield(EventType::kPreempt);
  }
  return FreezeTheWorld();
}

void StartTheWorld() noexcept {
  if (!SeveralPs()) return;
  __atomic_store_n(&procs.stop, 0, __ATOMIC_SEQ_CST);
  FutexWake(&procs.stop, 1 << 30);
  // Until all have gone on: one on its way would count as standing for the next who stops the
  // world.
  while (__atomic_load_n(&procs.stopped, __ATOMIC_SEQ_CST) != 0) YieldThread();
}

std::uint32_t CpuCount() noexcept {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint32_t>(CPU_COUNT(&set));
}

std::uint32_t InitialProcs() noexcept {
  if (const char* text = std::getenv("GOMAXPROCS"); text != nullptr) {
    const long n = std::strtol(text, nullptr, 10);
    if (n > 0) return static_cast<std::uint32_t>(n < static_cast<long>(kMaxProcs) ? n : kMaxProcs);
  }
  return CpuCount();
}

P* PopIdle() noexcept {
  P* p = procs.idle;
  if (p == nullptr || procs.active >= procs.target) return nullptr;
  procs.idle = p->next_idle;
  return p;
}

std::int64_t LiveGoroutines() noexcept {
  std::int64_t n = 0;
  ForEachP([&](const P* p) { n += __atomic_load_n(&p->live, __ATOMIC_RELAXED); });
  return n;
}

void PushReturned(G* g) noexcept {
  procs.returned.PushTail(g);
  __atomic_store_n(&procs.any_returned, 1, __ATOMIC_RELAXED);
}

G* TakeReturned(P* p) noexcept {
  if (__atomic_load_n(&procs.any_returned, __ATOMIC_RELAXED) == 0) return nullptr;
  LockRealWord(&procs.lock);
  G* g = procs.returned.PopHead();
  GList polled = procs.polled;
  procs.polled = GList{};
  if (procs.returned.Empty()) __atomic_store_n(&procs.any_returned, 0, __ATOMIC_RELAXED);
  UnlockWord(&procs.lock);
  if (g != nullptr) {
    Transition(p, g, Status::kSyscall, Status::kRunnable, EventType::kSyscallEnd, g->id, 1, 0, 0);
  }
  ReadyAll(&polled, /*behind=*/true);
  return g;
}

void PushPolled(GList* woken) noexcept {
  while (G* g = woken->PopHead()) procs.polled.PushTail(g);
  __atomic_store_n(&procs.any_returned, 1, __ATOMIC_RELAXED);
}

std::int64_t NetWaiters() noexcept {
  std::int64_t n = 0;
  ForEachP([&](const P* p) { n += __atomic_load_n(&p->net_waits, __ATOMIC_RELAXED); });
  return n;
}

void StartThread(void* (*body)(void*), void* argument) noexcept {
  LockRealWord(&procs.lock);
  const bool too_many = procs.threads >= procs.max_threads;
  if (!too_many) ++procs.threads;
  const std::uint32_t most = procs.max_threads;
  UnlockWord(&procs.lock);
  if (too_many) FatalThreads(most);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Signals for the process go to the first thread; here arrive faults, and pokes (monitor.h).
  sigset_t blocked;
  sigfillset(&blocked);
  for (const int one : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF, kPokeSignal})
    sigdelset(&blocked, one);
  pthread_attr_setsigmask_np(&attributes, &blocked);
  pthread_t thread;
  const int error = real::ThreadCreate(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  if (error != 0) Fatal("runtime: failed to create new OS thread");
}

}  // namespace golab::rt
