#pragma once

// Signals that the runtime answers itself.

namespace golab::rt {

/// SIGSEGV and SIGBUS: stack overflow and nil pointers in Go's words; SIGQUIT and SIGABRT: all
/// goroutines' stacks, status 2. SIGFPE: integer division by zero panics.
void InstallSignalHandlers() noexcept;

/// The calling thread's stack for signals. Threads of the runtime; its first has one.
void InstallAlternateStack() noexcept;
void RemoveAlternateStack() noexcept;

/// std::terminate in Go's words: a Goexit or a panic that met a noexcept function.
void InstallTerminateHandler() noexcept;

}  // namespace golab::rt
