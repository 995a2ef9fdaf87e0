#pragma once
// The ends of a program: main's return, exit, deadlock.

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct P;
struct G;

/// The calling thread ends the process; another that comes here waits for ever.
void BeginEnd() noexcept;

/// main has returned: lets the others come to rest (lab runs), records the end, exits with 0.
[[noreturn]] void MainReturned() noexcept;

/// All are at rest after main's return: the goroutine that ends the process.
G* SettledMain(P* p) noexcept;

/// Nothing can ever run again: Go's report, status 2.
[[noreturn]] void ReportDeadlock(P* p) noexcept;

/// Busy goroutines alone, with nothing that could change their course: the run ends, status 2.
[[noreturn]] void EndLivelocked(P* p, G* g) noexcept;

/// The run's limit of virtual time.
[[noreturn]] void EndAtVirtualLimit(P* p) noexcept;

/// Records how the process ends (once) and marks the last output. Any way out calls it.
void RecordExit(ExitKind kind, int status) noexcept;

/// Ends the process at once with `status`: no destructors, no atexit.
[[noreturn]] void ExitNow(ExitKind kind, int status) noexcept;

/// More threads than SetMaxThreads allows. Go's words.
[[noreturn]] GOLAB_COLD void FatalThreads(std::uint32_t most) noexcept;

/// "fatal error: WHAT outside a goroutine".
[[noreturn]] GOLAB_COLD void FatalOutside(const char* what) noexcept;

/// Notes exits by exit() and return from main; early in a run.
void RegisterExitHook() noexcept;

void YieldThread() noexcept;

}  // namespace golab::rt
