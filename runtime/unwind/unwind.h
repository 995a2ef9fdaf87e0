#pragma once
// How goroutines unwind: panic, recover, deferred functions, Goexit.
//
// A goroutine's root and each WithDefers run their body in a protected call: a frame that a panic
// (a C++ exception) is caught at and that a Goexit (a forced unwinding) lands at. Deferred
// functions run after that frame has been left, outside every catch block, so they may block,
// panic, recover, Goexit and nest freely. See HACKING.md, "Unwinding".

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct G;

/// Runs a goroutine's closure to its end, however it is left. An unrecovered panic ends the
/// process.
EndKind RunRoot(G* g) noexcept;

/// Drops what the runtime remembers of g's panics; before the G is used again.
void ResetUnwind(G* g) noexcept;

}  // namespace golab::rt
