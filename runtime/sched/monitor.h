#pragma once
// The monitor: a thread that runs no goroutines and looks now and then at those that do. It brings
// idle Ms to goroutines that wait too long, takes Ps from blocking calls, has busy goroutines give
// way, and sees to the timers of idle Ps. Go: sysmon.
//
// Making a goroutine ready never makes a system call, so that goroutines which talk to each other
// stay on one P; spreading work is left to the monitor and to Ms that have just run dry.

#include <csignal>

namespace golab::rt {

struct P;

inline constexpr int kPokeSignal =
    SIGURG;  // Go's choice: of no use to most programs, ignored by default

/// Some `go`s later: starts the monitor on the first call, has it look soon where the queue grows.
void NoteSpawns(P* p) noexcept;

/// Starts the monitor unless it runs.
void EnsureMonitor() noexcept;

/// Ends a rest of the monitor.
void WakeMonitor() noexcept;

/// The same, for one who may sleep again soon and comes by often: only if the monitor rests without
/// end.
void WakeMonitorFromEndlessRest() noexcept;

/// Sends kPokeSignal to the threads of Ps whose attention is wanted: see poke.cc.
void PokeRunning() noexcept;

}  // namespace golab::rt
