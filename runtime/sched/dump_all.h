#pragma once
// All goroutines as text, in Go's form. Not for signal handlers: names and order need memory.

#include "runtime/sched/g.h"
#include "runtime/traceback/dump.h"
#include "runtime/traceback/text_sink.h"

namespace golab::rt {

enum class DumpOrder : std::uint8_t {
  kRunningFirst,  ///< the caller's goroutine, then the others by id: runtime.Stack, fatal errors
  kById,          ///< deadlocks
};

/// What dumps call a goroutine's state: "running", "chan receive".
const char* StateText(Status status, WaitReason reason) noexcept;

/// How a dump shows `g`. `frame`: of the running stack if g is the caller's own goroutine, else
/// null.
GoroutineView ViewOf(const G* g, const void* frame) noexcept;

/// Each goroutine after a blank line. `full`: addresses and hidden frames, as SIGQUIT shows them.
void DumpAll(TextSink& sink, DumpOrder order, bool full = false) noexcept;

/// The caller's goroutine (`frame` of its stack) and, with `all`, the others after blank lines.
void DumpFromHere(TextSink& sink, const void* frame, bool all) noexcept;

/// Makes names for dumps ready; costs milliseconds the first time. Not in signal handlers.
void PrepareNames() noexcept;

}  // namespace golab::rt
