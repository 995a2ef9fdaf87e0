#pragma once
// Two of the runtime's doors for things that cannot go on (the others are panic and, outside the
// runtime, Result).

#include "runtime/base/compiler.h"

namespace golab::rt {

/// The program broke a rule and cannot recover: prints Go's "fatal error: TEXT" with the stacks and
/// ends the process with status 2. Go: runtime.fatal.
[[noreturn]] GOLAB_COLD void Fatal(const char* text) noexcept;

/// The runtime broke a rule of its own: as Fatal, in full detail. Go: runtime.throw.
[[noreturn]] GOLAB_COLD void Throw(const char* text) noexcept;

/// Checked in every build type.
#define GOLAB_INVARIANT(cond, text) \
  do {                              \
    if (!(cond)) [[unlikely]]       \
      ::golab::rt::Throw(text);     \
  } while (0)

}  // namespace golab::rt
