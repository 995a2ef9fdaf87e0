#pragma once

// What the process does with a signal that arrives: Go's table, the program's wishes, what it was
// before. Go: runtime/sigtab_linux_generic.go, runtime/signal_unix.go.
//
// Thread safety: RelaySignal and the two after it are called under the lock of package signal.

namespace golab::rt {

inline constexpr int kSignals = 64;

/// Whether the program may have it: not what the processor causes, not SIGKILL and SIGSTOP, none of
/// the C library's (32 to 34), none of the runtime's own (SIGURG, SIGPROF).
bool IsForPrograms(int signal) noexcept;

/// From now on its arrival is noted (signal_arrival.h), in place of what it did.
void RelaySignal(int signal) noexcept;

/// Undoes RelaySignal, but not IgnoreSignal, as in Go.
void RestoreSignal(int signal) noexcept;

void IgnoreSignal(int signal) noexcept;

/// Whether it is ignored, also since before the program's start (nohup).
bool IsIgnored(int signal) noexcept;

/// At the program's start: those that end other programs, but none of Go's, do nothing. A write to
/// a standard output that nobody reads any more ends the program.
void InstallSignalDefaults() noexcept;

}  // namespace golab::rt
