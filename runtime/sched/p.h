#pragma once
// P: a processor, the right to run goroutines, with everything its fast paths touch.
//
// Thread safety: all of a P belongs to the M that holds it, but: the run queue, from which any M
// may steal; the timers, under timer_lock; what is marked atomic. Code on a goroutine's stack gets
// its P from ThisP() after each switch, never before one.

#include "runtime/arch/x86_64/switch.h"
#include "runtime/base/block_cache.h"
#include "runtime/event/event_log.h"
#include "runtime/sched/g.h"
#include "runtime/sched/m.h"
#include "runtime/sched/run_queue.h"
#include "runtime/stack/stack.h"
#include "runtime/timer/wheel.h"

namespace golab::rt {

using ChannelCache = BlockCache<128>;  // an Hchan each

/// xorshift64*: select's fairness in the real world. Not for schedules that are replayed.
struct FastRandom {
  std::uint64_t state = 0x9e3779b97f4a7c15ULL;

  std::uint32_t Below(std::uint32_t n) noexcept {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    const auto high = static_cast<std::uint32_t>((state * 0x2545f4914f6cdd1dULL) >> 32);
    return static_cast<std::uint32_t>((std::uint64_t{high} * n) >> 32);
  }
};

/// What a P is doing, for those who would take it away.
enum class PState : std::uint32_t {
  kIdle,     ///< In procs.idle, or on its way to an M. Its run queue is empty.
  kRunning,  ///< An M holds it.
  kSyscall,  ///< Its M is in a blocking call: who changes this word owns the P.
  kHeld,     ///< As kSyscall, and somebody is changing `multi`: its M waits a moment on return.
};

/// What others want of the M that holds a P, at its next safe point: bits of P::attention.
enum Attention : std::uint32_t {
  kWantMulti = 1,       ///< a second M waits to run: make locks real
  kWantSolo = 2,        ///< the others have gone: locks may be plain again
  kWantRunnext = 4,     ///< a busy goroutine keeps runnext to itself: put it where thieves look
  kWantTimers = 8,      ///< timers of an idle P are due
  kWantPreempt = 16,    ///< the running goroutine has had its slice
  kWantStop = 32,       ///< the world is to stand still
  kWantLook = 64,       ///< timers are due, or goroutines are back from calls or the network
  kWantTogether = 128,  ///< what was stolen talks to what was left: let them be on one P again
  kWantGlobal = 256,    ///< such goroutines lie in the global queue: take them
};

struct P {
  G* current = nullptr;                    ///< null while the M's own stack (g0) runs
  G* runnext = nullptr;                    ///< runs before the queue: who was made ready last
  ExceptionGlobals* exceptions = nullptr;  ///< of the M that holds this P
  M* m = nullptr;                          ///< the M that holds this P
  std::uint32_t id = 0;
  std::uint32_t tick =
      0;  ///< picks; each 61st looks at the global queue first. The monitor reads it
  std::uint32_t attention = 0;  ///< atomic: see Attention
  std::uint32_t entered = 0;    ///< depth of the program's functions called by the runtime itself
  std::uint64_t event_time = 0;
  std::uint64_t tick_mask = 15;   ///< the clock is read on each event whose number & mask is 0
  std::uint64_t exact_time = 0;   ///< while a trace is streamed: the clock's last reading
  std::uint32_t exact_in = 0;     ///< and how many events until the next
  std::uint64_t slice_start = 0;  ///< real world: when the running goroutine was picked
  std::int64_t live = 0;          ///< goroutines begun here less those ended here
  std::int64_t net_waits = 0;     ///< goroutines that began to wait for the network here less those
                                  ///< made ready here
  bool newest_first = false;      ///< the queue has grown long: see TakeLocal
  std::uint64_t oldest_taken =
      0;                      ///< when the oldest in the queue was last taken before newer ones
  std::uint32_t next_id = 0;  ///< ids taken from sched.next_id and not yet given: [next_id, end_id)
  std::uint32_t end_id = 0;
  std::uint32_t id_batch = 16;         ///< how many it takes next; Go: always 16
  std::uint32_t spawn_countdown = 1;   ///< `go` looks around when it is 0
  std::uint32_t collisions = 0;        ///< locks found held by another M; see NoteCollision
  std::uint64_t collisions_since = 0;  ///< when they began to be counted
  bool spawns_system = false;          ///< see SpawnSystem
  GList free_gs;
  FastRandom random;
  StackTrace trace;  ///< scratch: too large for goroutine stacks
  EventLog log;
  StackCache stacks;
  ChannelCache channels;
  RunQueue queue;

  alignas(64) std::uint32_t state = 0;  ///< atomic: PState, and in a blocking call the M's id << 8
  std::uint32_t timer_lock = 0;         ///< guards timers
  std::uint64_t next_when = Wheel::kNone;  ///< atomic: no timer here falls due before
  std::uint32_t sample_tail = 0;  ///< atomic: the queue's tail when last looked at, or lower: the
                                  ///< owner has taken the newest since
  std::uint64_t sample_time = 0;  ///< atomic: when that look was
  std::uint64_t whole_until = 0;  ///< atomic: nobody steals before; see LetThemBeTogether
  std::uint64_t whole_for = 0;    ///< procs.lock: how long that was
  P* next_idle = nullptr;         ///< procs.lock
  G* assigned = nullptr;          ///< what the M that gets this P runs first
  Wheel timers;
};

inline PState StateOf(const P* p) noexcept {
  return static_cast<PState>(__atomic_load_n(&p->state, __ATOMIC_ACQUIRE) & 0xff);
}

inline void SetState(P* p, PState s) noexcept {
  __atomic_store_n(&p->state, static_cast<std::uint32_t>(s), __ATOMIC_RELEASE);
}

}  // namespace golab::rt
