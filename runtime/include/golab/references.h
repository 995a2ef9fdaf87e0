#pragma once
// Counts who shares a value that goes with its last holder.

#include <cstdint>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

#if defined(GOLAB_TSAN) && GOLAB_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace golab::rt {

/// One holder fewer; true: it was the last, which sees what the others did before they let go.
[[gnu::always_inline]] inline bool DropReference(std::uint32_t* references) noexcept {
#if defined(GOLAB_TSAN) && GOLAB_TSAN  // the runtime's own code, in which TSan sees no atomics
  __tsan_release(references);
  const bool last = __atomic_sub_fetch(references, 1, __ATOMIC_ACQ_REL) == 0;
  if (last) __tsan_acquire(references);
  return last;
#else
  return __atomic_sub_fetch(references, 1, __ATOMIC_ACQ_REL) == 0;
#endif
}

}  // namespace golab::rt

#pragma GCC visibility pop
