#pragma once
// How much memory the stacks of live goroutines take.

#include <cstdint>

#include "runtime/sched/sched.h"
#include "runtime/stack/stack.h"

namespace golab::rt {

/// Whole pages that they have touched, as far as is known.
inline std::uint64_t StackBytes() noexcept {
  std::uint64_t bytes = 0;
  ForEachG([&](const G* g) {
    // Another's mark may grow just now; any value of it is a right one.
    const std::uint32_t used = __atomic_load_n(&g->low_water, __ATOMIC_RELAXED);
    if ((g->flags & kGStarted) != 0) bytes += (used / kPage + 1) * kPage;
  });
  return bytes;
}

}  // namespace golab::rt
