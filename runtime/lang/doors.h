#pragma once
// What the language level asks of the rooms above it: to panic, and to end the process.
//
// Strings, functions and errors panic, but how a panic unwinds is decided above this room. So the
// way there is two functions that are set once, before the first goroutine runs; until then, and in
// the tests of this room, a panic prints Go's first line and ends the process with status 2.

#include "golab/any.h"

namespace golab::rt {

struct Doors {
  void (*panic)(Any value);  ///< Go: panic(value). Does not return.
  void (*exit)(int status);  ///< os.Exit: what must happen first. May return; then stdio is flushed
                             ///< and _exit called.
};

/// Before the first goroutine runs, or between tests. A null member stands for the default.
void SetDoors(const Doors& doors);

/// Go: panic(value).
[[noreturn]] void RaisePanic(const Any& value);

/// Panics with a RuntimeError: `runtime error: ` and `text`. Go: panic(runtime.Error).
[[noreturn]] void RaiseRuntimeError(const String& text);

/// What Go's runtime itself panics with. Go: runtime.Error.
struct RuntimeError {
  String text;              ///< With `runtime error: `, where Go has it.
  bool nil_access = false;  ///< Go's report adds a line `[signal SIGSEGV: ...]`.

  String Text() const { return text; }
};

}  // namespace golab::rt
