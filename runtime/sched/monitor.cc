#include "runtime/sched/monitor.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/base/delay.h"
#include "runtime/base/futex.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/poke.h"
#include "runtime/sched/procs.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/syscall.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kShortest = kDelays ? 5'000 : 50'000;
constexpr std::uint64_t kLongest = 1'000'000;
constexpr std::uint32_t kQuietLooks = 20;      // looks without a find before they become rarer
constexpr std::uint32_t kLongQueue = 32;       // worth a look at once
constexpr std::uint64_t kOverdue = 1'000'000;  // an idle P's timers so late want an M of their own
constexpr std::uint64_t kUnlookedAt =
    1'000'000;  // so long nobody has asked what the network brings
// While all sleep and the network may wake them at any moment, the monitor looks by itself: to be
// woken each time would cost more than what it is there for. After a second without a change it
// rests for good.
constexpr std::uint64_t kNetworkRest = 10'000'000;
constexpr std::uint32_t kNetworkRests = 100;

/// What the monitor remembers of a P between two looks.
struct Seen {
  std::uint32_t tick = 0;
  std::uint64_t since = 0;  // when this tick was first seen
};

enum Rests : std::uint32_t { kShortly = 0, kLong = 1, kEndlessly = 2 };

struct Monitor {
  std::uint32_t started = 0;       // atomic
  std::uint32_t wake = 0;          // futex: 1 = look now
  std::uint32_t rests = 0;         // atomic: see Rests
  std::uint64_t sleeps_seen = 0;   // procs.sleeps, when all were last seen asleep,
  std::uint32_t same_sleep = 0;    // and how often it was the same
  Seen seen[kMaxProcs];            // the monitor's own
  std::uint64_t global_since = 0;  // since when the global queue has had something, 0: it has not
};

constinit Monitor monitor;

/// What one look has found. All is done at its end: starting an M releases procs.lock.
struct Findings {
  bool work = false;   // goroutines or timers wait, and a P is idle
  P* taken = nullptr;  // a P taken from a blocking call
  bool poke = false;
};

bool HasWork(P* p, std::uint64_t now) noexcept {
  return p->queue.Size() != 0 || __atomic_load_n(&p->runnext, __ATOMIC_RELAXED) != nullptr ||
         __atomic_load_n(&p->next_when, __ATOMIC_RELAXED) <= now;
}

/// `waits`: goroutines of no P wait.
void LookAtRunning(P* p, Seen& seen, std::uint64_t now, bool waits, Findings* found) noexcept {
  const std::uint32_t tick = __atomic_load_n(&p->tick, __ATOMIC_RELAXED);
  if (tick != seen.tick) {
    seen = Seen{tick, now};
  } else if (now - seen.since >= kShortest) {
    std::uint32_t wanted = 0;
    if (procs.target > 1 && __atomic_load_n(&p->runnext, __ATOMIC_RELAXED) != nullptr)
      wanted |= kWantRunnext;
    if (now - seen.since >= kQuantumNs && (waits || HasWork(p, now))) wanted |= kWantPreempt;
    // It computes, and has not noticed that it is alone.
    if (now - seen.since >= kLongest && procs.active == 1 && Multi()) wanted |= kWantSolo;
    if (wanted != 0) {
      Want(p, wanted);
      found->poke = true;
    }
  }
  if (IsStale(p, now)) found->work = true;
}

void LookAtIdle(const P* p, std::uint64_t now, Findings* found) noexcept {
  const std::uint64_t due = __atomic_load_n(&p->next_when, __ATOMIC_RELAXED);
  if (due > now) return;
  WantOfRunning(kWantTimers);
  if (now - due > kOverdue) found->work = true;
}

/// procs.lock held.
Findings Look(std::uint64_t now) noexcept {
  Findings found;
  const bool global = __atomic_load_n(&sched.global.head, __ATOMIC_RELAXED) != nullptr;
  if (!global) monitor.global_since = 0;
  if (global && monitor.global_since == 0) monitor.global_since = now;
  const bool waits = (global && now - monitor.global_since >= kShortest) ||
                     !procs.returned.Empty() || !procs.polled.Empty();
  if (waits) found.work = true;
  ForEachP([&](P* p) {
    Seen& seen = monitor.seen[p->id];
    switch (StateOf(p)) {
      case PState::kRunning:
        LookAtRunning(p, seen, now, waits, &found);
        break;
      case PState::kSyscall:
        if (found.taken == nullptr && (waits || HasWork(p, now)) && TakeFromSyscall(p))
          found.taken = p;
        break;
      case PState::kIdle:
        LookAtIdle(p, now, &found);
        break;
      case PState::kHeld:
        break;
    }
  });
  return found;
}

/// One look, and what follows from it. True: something was found.
bool LookAround() noexcept {
  const std::uint64_t now = Now();
  if (NetNeedsLooks() &&
      now - __atomic_load_n(&netpoll.last_look, __ATOMIC_RELAXED) >= kUnlookedAt) {
    LookAtNetworkFromOutside(now);
  }
  LockRealWord(&procs.lock);
  if (__atomic_load_n(&procs.stop, __ATOMIC_RELAXED) != 0) {
    UnlockWord(&procs.lock);
    return false;
  }
  const Findings found = Look(now);
  if (found.taken != nullptr) {
    StartM(found.taken, /*counted=*/true);
  } else if (P* p = found.work ? PopIdle() : nullptr; p != nullptr) {
    StartM(p, /*counted=*/false);
  } else {
    UnlockWord(&procs.lock);
    if (found.poke) PokeRunning();
    return false;
  }
  if (found.poke) PokeRunning();
  return true;
}

/// Until WakeMonitor, or for `ns`. True: it was called.
bool Rest(std::uint64_t ns) noexcept {
  __atomic_store_n(&monitor.rests, ns > kShortest ? kLong : kShortly, __ATOMIC_SEQ_CST);
  if (ns == 0) {
    FutexWait(&monitor.wake, 0);
  } else {
    FutexWaitFor(&monitor.wake, 0, ns);
  }
  __atomic_store_n(&monitor.rests, kShortly, __ATOMIC_SEQ_CST);
  return __atomic_exchange_n(&monitor.wake, 0, __ATOMIC_SEQ_CST) != 0;
}

/// While the last M sleeps there is nothing to see; it wakes the monitor when it goes on.
void RestWhileAllSleep() noexcept {
  LockRealWord(&procs.lock);
  const bool all_sleep = procs.sleeper != nullptr && procs.returned.Empty() && procs.polled.Empty();
  monitor.same_sleep = procs.sleeps == monitor.sleeps_seen ? monitor.same_sleep + 1 : 0;
  monitor.sleeps_seen = procs.sleeps;
  const bool endless = !NetInUse() || monitor.same_sleep >= kNetworkRests;
  if (all_sleep && endless) __atomic_store_n(&monitor.rests, kEndlessly, __ATOMIC_SEQ_CST);
  UnlockWord(&procs.lock);
  if (!all_sleep) return;
  if (endless) {
    FutexWait(&monitor.wake, 0);
  } else {
    FutexWaitFor(&monitor.wake, 0, kNetworkRest);
  }
  __atomic_store_n(&monitor.rests, kShortly, __ATOMIC_SEQ_CST);
  __atomic_store_n(&monitor.wake, 0, __ATOMIC_SEQ_CST);
}

void* RunMonitor(void* /*unused*/) {
  PreparePokes();
  std::uint64_t pause = kShortest;
  std::uint32_t quiet = 0;
  for (;;) {
    const bool called = Rest(pause);
    RestWhileAllSleep();
    if (LookAround() || called) {
      quiet = 0;
      pause = kShortest;
    } else if (++quiet > kQuietLooks && pause < kLongest) {
      pause *= 2;
    }
  }
}

}  // namespace

void EnsureMonitor() noexcept {
  if (__atomic_load_n(&monitor.started, __ATOMIC_RELAXED) != 0) return;
  if (__atomic_exchange_n(&monitor.started, 1, __ATOMIC_ACQ_REL) != 0) return;
  InstallPokeHandler();
  StartThread(&RunMonitor, nullptr);
}

void NoteSpawns(P* p) noexcept {
  EnsureMonitor();
  // Only where a P is idle: all that the monitor can do for a long queue is to start an M.
  if (__atomic_load_n(&procs.active, __ATOMIC_RELAXED) >=
      __atomic_load_n(&procs.target, __ATOMIC_RELAXED)) {
    return;
  }
  if (p->queue.Size() > kLongQueue) WakeMonitor();
}

void WakeMonitor() noexcept {
  // A look that comes too late by this race comes at the end of a short rest.
  if (__atomic_load_n(&monitor.rests, __ATOMIC_SEQ_CST) == kShortly) return;
  if (__atomic_exchange_n(&monitor.wake, 1, __ATOMIC_SEQ_CST) == 0) FutexWake(&monitor.wake, 1);
}

void WakeMonitorFromEndlessRest() noexcept {
  if (__atomic_load_n(&monitor.rests, __ATOMIC_SEQ_CST) == kEndlessly) WakeMonitor();
}

void PokeRunning() noexcept {
  ForEachP([](const P* p) {
    if (StateOf(p) != PState::kRunning || NothingWanted(p)) return;
    // Ms are never freed; a thread that has meanwhile gone to another P is poked in vain.
    const M* m = __atomic_load_n(&p->m, __ATOMIC_RELAXED);
    if (m != nullptr) syscall(SYS_tgkill, getpid(), m->tid, kPokeSignal);
  });
}

}  // namespace golab::rt
