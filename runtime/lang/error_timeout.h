#pragma once
// Which errors are timeouts, as Go asks through the interface net.Error.

#include "golab/errors.h"

namespace golab::rt {

/// Whether `err`, or what it wraps, has a method Timeout; *timeout is then what it says.
bool HasTimeout(const Error& err, bool* timeout);

}  // namespace golab::rt
