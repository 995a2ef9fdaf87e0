#pragma once
// Ms and Ps: who runs, who is idle, who waits to run; the agreement on `multi`.
//
// An M that runs goroutines holds a P and is counted in `active`. While one is active, locks are
// plain words (`multi` false, base/spin_lock.h). Only the active M itself sets `multi`, at a safe
// point, where it holds no lock of that kind; a second M becomes active only after it has.
//
// No work is lost: a run queue is filled by the M that holds its P, and a P goes idle only with an
// empty queue; the global queue is filled by active Ms, each of which looks there before it goes
// idle, the last one under procs.lock. What comes from elsewhere (a blocking call's end) goes to
// `returned` under procs.lock and wakes the M that sleeps with a P, if all do.
// The argument in full: HACKING.md.

#include "runtime/base/spin_lock.h"
#include "runtime/sched/p.h"

namespace golab::rt {

inline constexpr std::uint32_t kMaxProcs = 256;

struct Procs {
  std::uint32_t lock = 0;     ///< real; guards what follows, but what is marked atomic
  std::uint32_t target = 1;   ///< atomic: GOMAXPROCS
  std::uint32_t count = 0;    ///< atomic: Ps made so far, all[0] .. all[count - 1]
  std::uint32_t active = 0;   ///< atomic: Ms that hold a P and may run goroutines
  std::uint32_t blocked = 0;  ///< Ms in a blocking call whose P was taken
  std::uint32_t threads = 1;  ///< of the runtime
  std::uint32_t max_threads = 10'000;
  std::uint32_t next_m = 1;
  std::uint32_t stop = 0;          ///< atomic, futex: the world stands still, or is about to
  std::uint32_t stopped = 0;       ///< atomic: Ms that stand still
  P* idle = nullptr;               ///< Ps without an M
  M* idle_ms = nullptr;            ///< parked Ms
  M* sleeper = nullptr;            ///< the last active M, which holds a P and sleeps
  std::uint64_t sleeps = 0;        ///< times that it has gone to sleep, ever
  std::uint64_t activations = 0;   ///< Ms that have become active beside others, ever
  std::uint64_t thefts = 0;        ///< atomic: times that goroutines were stolen, ever
  std::uint64_t reunions = 0;      ///< times that stolen goroutines were given back, ever
  std::uint32_t any_returned = 0;  ///< atomic: `returned` or `polled` is not empty
  GList returned;                  ///< goroutines back from blocking calls, status still kSyscall
  GList polled;  ///< woken by the network, seen by one without a P; still kWaiting
  P* all[kMaxProcs] = {};
};

extern Procs procs;

/// This program may have several Ms: real time, and not under a lab that wants one.
bool SeveralPs() noexcept;

/// The calling thread's M, null on threads that are none.
M* ThisM() noexcept;

/// Makes the calling thread `m`, with its stack's bounds. Returns m.
M* BecomeM(M* m) noexcept;

/// `m` is to run with `p`. Its thread.
void AttachP(M* m, P* p) noexcept;

/// Calls visit(P*) for all Ps.
template <class Visit>
void ForEachP(Visit&& visit) noexcept {
  // Acquire: pairs with the release after a P has been made.
  const std::uint32_t n = __atomic_load_n(&procs.count, __ATOMIC_ACQUIRE);
  for (std::uint32_t i = 0; i < n; ++i) visit(procs.all[i]);
}

inline bool NothingWanted(const P* p) noexcept {
  return __atomic_load_n(&p->attention, __ATOMIC_RELAXED) == 0;
}

/// Does what others want of the M that holds `p`, which is at a place where it holds no lock.
/// False: also wanted is that the goroutine gives way.
bool SafePoint(P* p) noexcept;

/// The same from a signal's handler that has interrupted the goroutine in code of its own: what
/// cannot be done there is left for the next safe point.
bool SafePointOfSignal(P* p) noexcept;

/// The next goroutine for `m`, whose P may be taken from it or changed meanwhile. On the M's own
/// stack, real world. Null: the M's thread is to end.
G* FindWorkReal(M* m) noexcept;

/// Hands `m`'s P to another M, with its count.
void HandOff(M* m) noexcept;

/// `m` has no P: parks it until it has one again. False: its thread is to end.
bool WaitForP(M* m) noexcept;

/// With procs.lock held, which it releases: an idle or new M goes on with `p`, in the place of one
/// that was active (`counted`) or besides.
void StartM(P* p, bool counted) noexcept;

/// With procs.lock held, which it releases: lets the parked `m` go on with `p`.
void WakeM(M* m, P* p, bool counted) noexcept;

/// Sets GOMAXPROCS to n (at most kMaxProcs). Ms above it go idle at their next safe point.
void SetProcs(std::uint32_t n) noexcept;

/// CPUs that this process may use.
std::uint32_t CpuCount() noexcept;

/// What GOMAXPROCS is at the start: the environment variable, or the number of CPUs.
std::uint32_t InitialProcs() noexcept;

/// Sets bits of the attention of p's M. Any thread.
inline void Want(P* p, std::uint32_t bits) noexcept {
  // seq_cst: the M that clears them sees what was written before.
  __atomic_fetch_or(&p->attention, bits, __ATOMIC_SEQ_CST);
}

/// `m` is parked and free for any P. procs.lock held.
inline void PushIdleM(M* m) noexcept {
  m->next_idle = procs.idle_ms;
  procs.idle_ms = m;
}

/// Takes the parked `m` from those free for any P. procs.lock held.
inline void RemoveIdleM(const M* m) noexcept {
  M** at = &procs.idle_ms;
  while (*at != m) at = &(*at)->next_idle;
  *at = m->next_idle;
}

/// The last active M, if it sleeps, looks for work. procs.lock held.
void WakeSleeper() noexcept;

/// Sets bits of the attention of all Ps that run, and wakes one that sleeps. procs.lock held.
void WantOfRunning(std::uint32_t bits) noexcept;

/// Stops all Ms but the caller's at their next safe point, until StartTheWorld. Those that have not
/// come to one after some milliseconds run on: what they do is not known, and the answer is false. A
/// goroutine that holds no lock.
bool StopTheWorld() noexcept;
void StartTheWorld() noexcept;

/// The same for ever: the process is about to end. Anywhere.
bool FreezeTheWorld() noexcept;

/// Goroutines that have not ended, main included.
std::int64_t LiveGoroutines() noexcept;

/// A goroutine's blocking call has ended, and its P has been taken: it waits for one. procs.lock
/// held.
void PushReturned(G* g) noexcept;

/// A P without an M, if GOMAXPROCS leaves room for one; null else. procs.lock held.
P* PopIdle() noexcept;

/// The exact instant of p's next timer, for others to see. An active M.
void PublishNextTimer(P* p) noexcept;

/// Whether p's queue has stood still for some time with goroutines in it. Any thread.
bool IsStale(P* p, std::uint64_t now) noexcept;

/// Takes one such; null if there is none. Those woken by the network go to p's queue.
G* TakeReturned(P* p) noexcept;

/// Goroutines that events of the network wake, for an M with a P to make ready. procs.lock held.
void PushPolled(GList* woken) noexcept;

/// Goroutines that wait for the network. procs.lock held by the last active M.
std::int64_t NetWaiters() noexcept;

/// A thread of the runtime. Fatal where the limit is reached.
void StartThread(void* (*body)(void*), void* argument) noexcept;

}  // namespace golab::rt
