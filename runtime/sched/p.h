#pragma once
// P: a processor, the right to run goroutines, with everything its fast paths touch.
//
// Thread safety: all of a P belongs to the M that holds it, but the run queue, from which any M may
// steal. Code on a goroutine's stack gets its P from ThisP() after each switch, never before one.

#include "runtime/arch/x86_64/switch.h"
#include "runtime/event/event_log.h"
#include "runtime/sched/g.h"
#include "runtime/sched/run_queue.h"
#include "runtime/stack/stack.h"
#include "runtime/timer/wheel.h"

namespace golab::rt {

/// The C++ runtime's per-thread exception state (Itanium C++ ABI, __cxa_eh_globals). It belongs to
/// the goroutine that runs: a switch must carry it along.
struct ExceptionGlobals {
  void* caught;
  unsigned int uncaught;

  bool Any() const noexcept { return caught != nullptr || uncaught != 0; }
};

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

struct P {
  G* current = nullptr;                    ///< null while the M's own stack (g0) runs
  G* runnext = nullptr;                    ///< runs before the queue: who was made ready last
  ExceptionGlobals* exceptions = nullptr;  ///< of the M that holds this P
  void* g0_sp = nullptr;                   ///< where the scheduling loop waits
  void* g0_fiber = nullptr;
  const void* g0_bottom = nullptr;  ///< bounds of the M's own stack, for ASan
  std::size_t g0_size = 0;
  std::uint32_t id = 0;
  std::uint32_t tick = 0;     ///< picks from a queue; each 61st looks at the global queue first
  std::uint32_t commit = 0;   ///< a word for switches that release nothing
  std::uint32_t entered = 0;  ///< depth of the program's functions called by the runtime itself
  std::uint64_t event_time = 0;
  std::uint64_t tick_mask = 7;    ///< the clock is read on each event whose number & mask is 0
  std::uint64_t slice_start = 0;  ///< real world: when the running goroutine was picked
  GList free_gs;
  FastRandom random;
  StackTrace trace;  ///< scratch: too large for goroutine stacks
  EventLog log;
  StackCache stacks;
  Wheel timers;
  RunQueue queue;
};

}  // namespace golab::rt
