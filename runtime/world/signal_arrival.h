#pragma once
// The way of a signal from its handler, which may do next to nothing, to the goroutine that hands
// it to the program. Go: runtime/sigqueue.go.
//
// In the real world a thread of its own waits for handlers, because only a thread may take the
// scheduler's locks. In the virtual world signals arrive by InjectSignal, or by what the program
// does to itself, and the scheduler looks for them before each of its choices.

#include <cstdint>

#include "runtime/base/compiler.h"

namespace golab::rt {

struct G;

struct Arrivals {
  std::uint64_t pending = 0;  ///< atomic: a bit for each that has arrived; bit 0 is signal 1
  std::uint32_t wake = 0;     ///< atomic, futex of the thread: 1 = look
  std::uint32_t watched = 0;  ///< atomic: the thread has been started
  G* waiting = nullptr;       ///< in AwaitArrival; procs.lock, where that is real
  bool injected = false;      ///< by the running step, which says so. Virtual world
};

extern Arrivals arrivals;

/// It has arrived. In a signal's handler; any thread.
void NoteArrival(int signal) noexcept;

/// Before the first signal is relayed. A goroutine that holds no lock.
void WatchArrivals() noexcept;

/// The calling goroutine, of which there is one, waits in a system call until something is pending.
void AwaitArrival() noexcept;

/// All that have arrived since the last call.
std::uint64_t TakeArrived() noexcept;

/// Lets the waiting goroutine go on if something is pending. Virtual world.
void ReturnFromArrivalSlow() noexcept;

GOLAB_INLINE void LookForArrival() noexcept {
  if (__atomic_load_n(&arrivals.pending, __ATOMIC_RELAXED) != 0) [[unlikely]]
    ReturnFromArrivalSlow();
}

/// Signal number `signal` arrives now: it is relayed, ignored, or has its default action, which may
/// be the end of the process. In the virtual world all of that has happened, or is ready to run,
/// when this returns. On a thread that holds a P; for drivers that play the operator.
[[gnu::visibility("default")]] void InjectSignal(int signal) noexcept;

}  // namespace golab::rt
