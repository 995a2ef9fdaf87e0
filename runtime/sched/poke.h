#pragma once

// Pokes: a signal to a thread whose goroutine computes and calls nothing. If it interrupts the
// program's own code, the handler does what a safe point does, and can make the goroutine give way
// by injecting a call. Go: asynchronous preemption, runtime/preempt.go.
//
// Where it interrupts the runtime, the C library, or what they call, it does nothing: the goroutine
// comes to a safe point by itself, or the next poke finds it elsewhere.

namespace golab::rt {

/// Before the first poke.
void InstallPokeHandler() noexcept;

/// Learns which of the program's code is the runtime's, from its symbols. A thread of its own: it
/// may take milliseconds. Until then, and without symbols, pokes do nothing.
void PreparePokes() noexcept;

}  // namespace golab::rt
