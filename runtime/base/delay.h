#pragma once
// Where another M may overtake, a stress build waits now and then for a random moment: a window of
// a few instructions, hit once in a million runs, is hit all the time. Otherwise this is nothing.

#include "runtime/arch/x86_64/switch.h"
#include "runtime/base/compiler.h"

namespace golab::rt {

#if defined(GOLAB_DELAYS)

inline constexpr bool kDelays = true;

void YieldThread() noexcept;

GOLAB_NOINLINE inline void DelayHere() noexcept {
  [[gnu::tls_model("initial-exec")]] static thread_local std::uint32_t state = 1;
  state = state * 1664525 + 1013904223 + static_cast<std::uint32_t>(arch::Ticks() & 15);
  const std::uint32_t dice = state >> 24;
  if (dice >= 32) return;
  if (dice == 0) return YieldThread();
  for (std::uint32_t i = (state >> 12 & 0xfff) >> (dice & 7); i > 0; --i) arch::Pause();
}

#else

inline constexpr bool kDelays = false;

GOLAB_INLINE void DelayHere() noexcept {}

#endif

}  // namespace golab::rt
