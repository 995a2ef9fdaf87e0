#pragma once
// Walks frame pointers: how a stack becomes program counters, at a few nanoseconds a frame.
//
// Everything golab compiles keeps frame pointers, so [fp] is the caller's frame pointer and [fp +
// 8] the return address (x86-64 and aarch64 alike). Code without them (libc) leaves anything in the
// register; therefore each step is bounded: frame pointers are aligned, rise, and stay inside the
// stack.
//
// Async-signal-safe. The stack must not run while it is walked, unless it is the caller's own.

#include <cstddef>
#include <cstdint>

// A walk reads other goroutines' stacks, redzones included: never instrument it.
#if defined(__clang__)
#  define GOLAB_UNINSTRUMENTED \
    __attribute__((no_sanitize("address", "thread", "undefined", "coverage")))
#else
#  define GOLAB_UNINSTRUMENTED \
    __attribute__((no_sanitize("address", "thread", "undefined"), no_sanitize_coverage))
#endif

namespace golab::rt {

/// Calls `visit(return_address, frame_pointer)` for each frame from `fp` outwards, as long as it
/// returns true and the chain stays in the stack [lo, hi). Addresses are return addresses as they
/// stand on the stack: subtract 1 before a look-up.
template <typename Visitor>
GOLAB_UNINSTRUMENTED inline void WalkFrames(std::uintptr_t fp, std::uintptr_t lo, std::uintptr_t hi,
                                            Visitor&& visit) noexcept {
  constexpr std::uintptr_t kWord = sizeof(std::uintptr_t);
  while (fp >= lo && fp < hi && hi - fp >= 2 * kWord && fp % kWord == 0) {
    const auto* frame = reinterpret_cast<const std::uintptr_t*>(fp);
    const std::uintptr_t pc = frame[1];
    if (pc == 0 || !visit(pc, fp)) return;
    if (frame[0] <= fp) return;
    fp = frame[0];
  }
}

/// Stores up to `max` return addresses, innermost first, and returns how many.
GOLAB_UNINSTRUMENTED inline std::size_t CaptureFrames(std::uintptr_t fp, std::uintptr_t lo,
                                                      std::uintptr_t hi, std::uintptr_t* pcs,
                                                      std::size_t max) noexcept {
  constexpr std::uintptr_t kWord = sizeof(std::uintptr_t);
  std::size_t count = 0;
  while (count < max && fp >= lo && fp < hi && hi - fp >= 2 * kWord && fp % kWord == 0) {
    const auto* frame = reinterpret_cast<const std::uintptr_t*>(fp);
    if (frame[1] == 0) break;
    pcs[count++] = frame[1];
    if (frame[0] <= fp) break;
    fp = frame[0];
  }
  return count;
}

}  // namespace golab::rt
