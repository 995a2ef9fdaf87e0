#pragma once
// Go's traces have words of their own for why a goroutine waits.

#include "runtime/event/record.h"

namespace golab::rt {

/// "sync" for a mutex, "chan receive", "forever"; a literal.
const char* GoTraceReason(WaitReason reason) noexcept;

}  // namespace golab::rt
