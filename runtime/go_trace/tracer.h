#pragma once
// The execution trace that a program writes of itself (golab/trace.h), while it runs.
//
// In the real world the Ps' logs become streams (event_log.h), and a thread, the tracer, reads them, puts
// them into one order and writes the trace. A P that is ahead of it by a whole ring waits: nothing is
// lost, and memory is bounded. Each pick and each wake-up of a goroutine carries the goroutine's count of
// them (NextOrder), given under whatever orders them: so the order between Ps is known, whatever their
// clocks say.
//
// In the virtual world and under a lab, where a thread beside would not be the same in each run, or events
// have an order already, each record is written where it is made (EventLog::Watch).

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"
#include "runtime/world/world.h"

namespace golab::rt {

struct G;
struct P;

/// Picks and wake-ups of each goroutine, by its place in sched.gs; null before the first trace.
extern std::uint32_t* trace_order;

std::uint64_t NextOrderOf(const G* g) noexcept;

/// The number of this pick or wake-up of `g`; 0 while no trace is streamed. Who calls it is the only
/// one who can change g's status.
GOLAB_INLINE std::uint64_t NextOrder(const G* g) noexcept {
  return world.streamed ? NextOrderOf(g) : 0;
}

/// The time of the next event of `p`: see EventTime. Exact where events are rare; where they are dense, each
/// eighth is, and the others are right to the tracer's last look at the clock.
std::uint64_t StreamTime(P* p) noexcept;

/// `g` is about to be created, with its function in place.
GOLAB_COLD void NoteFunction(P* p, const G* g) noexcept;

GOLAB_COLD void NoteProcSlow(P* p, EventType type) noexcept;

/// `p` becomes idle, or is no longer.
GOLAB_INLINE void NoteProc(P* p, EventType type) noexcept {
  if (world.streamed) [[unlikely]]
    NoteProcSlow(p, type);
}

/// A P that is made while a trace is streamed.
void JoinStream(P* p) noexcept;

/// The process is about to end: what was recorded so far is written. From a signal's handler, too, but
/// then only what a thread beside it can write.
void FinishTraceAtExit(bool in_handler) noexcept;

}  // namespace golab::rt
