#pragma once
// A goroutine's unwinding state. Belongs to the goroutine; nobody else looks.

#include <unwind.h>

#include "runtime/arch/x86_64/switch.h"
#include "runtime/sched/g.h"
#include "runtime/unwind/panic_record.h"

namespace golab::rt {

/// How a protected call was left.
enum class Left : std::uint8_t { kReturned, kPanic, kGoexit };

/// A deferred function that runs now.
struct DeferCall {
  DeferCall* outer = nullptr;
  PanicRecord* panic = nullptr;  ///< what recover() may stop; null: nothing
  bool direct = false;
  bool guard = false;  ///< a Defer: recover() is told what to use instead
};

/// What a guard's function did while it could not throw.
struct GuardNote {
  Left left = Left::kReturned;
  PanicRecord* panic = nullptr;
};

struct UnwindState {
  arch::Landing* landing = nullptr;  ///< innermost protected call: where a Goexit lands
  DeferCall* deferred = nullptr;     ///< innermost deferred function that runs
  bool goexiting = false;            ///< frames are being unwound by Goexit
  PanicRecord* in_flight = nullptr;  ///< travels between frames as a foreign exception
  GuardNote note;
  _Unwind_Exception goexit_object = {};
  CapturedFrames* goexit = nullptr;  ///< where Goexit was called; made then
  CapturedFrames* thrown = nullptr;  ///< where the latest foreign exception was thrown
};

/// The calling goroutine's state, made on first use.
UnwindState* Unwinding(G* g) noexcept;

/// Calls fn(arg) so that a panic and a Goexit end here. *panic: the record, owned by the caller.
Left ProtectedCall(G* g, void (*fn)(void*), void* arg, PanicRecord** panic) noexcept;

/// Continues towards the next frame outside.
[[noreturn]] void ContinuePanic(G* g, PanicRecord* record);
[[noreturn]] void ContinueGoexit(G* g);

}  // namespace golab::rt
