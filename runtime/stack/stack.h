#pragma once
// Stacks: slots of two arenas of address space, taken lazily and kept for reuse.
//
// The first 4,096 live goroutines get slots of 1 MiB, later ones of 64 KiB, so that page tables
// stay small when there are a million; main has 1 GiB. The arenas are reserved without access and
// opened chunk by chunk in address order (neighbouring chunks merge, so there are few mappings).
// Growth is demand paging. The lowest page of a slot is a guard: running into it is a stack
// overflow.
//
// Thread safety: each P has a StackCache of its own; StackArena takes a lock of its own when a
// cache is empty.

#include <cstddef>
#include <cstdint>

#include "runtime/base/compiler.h"

namespace golab::rt {

inline constexpr std::size_t kPage = 4096;
inline constexpr std::size_t kBigSlot = std::size_t{1} << 20;
inline constexpr std::size_t kSmallSlot = std::size_t{64} << 10;
inline constexpr std::size_t kBigSlots = 4096;
inline constexpr std::size_t kSmallSlots = std::size_t{1} << 21;
inline constexpr std::size_t kMainStack = std::size_t{1} << 30;
inline constexpr std::size_t kMaxGoroutines = kBigSlots + kSmallSlots;

/// The bounds of the stack that ends at `top`: [lo, top), the guard page included.
struct StackBounds {
  char* lo;
  char* top;
};

StackBounds BoundsOf(const char* stack_top) noexcept;

/// The bounds of the goroutine stack that holds `address`, {nullptr, nullptr} if none does. Signal
/// safe.
StackBounds FindStack(std::uintptr_t address) noexcept;

/// Reserves the arenas; once, before the first goroutine.
void InitStacks() noexcept;

/// Top of main's stack.
char* MainStackTop() noexcept;

/// Free stacks of one P, newest first; their pages are kept.
class StackCache {
 public:
  /// A stack's top (16-byte aligned, coloured), never null: out of memory is fatal.
  char* Take() noexcept {
    if (count_ == 0) [[unlikely]]
      Refill();
    char* top = free_[--count_];
    // The one after this: its lines come in while this one's goroutine runs.
    if (count_ != 0) [[likely]] {
      __builtin_prefetch(free_[count_ - 1] - 64, 1);
      __builtin_prefetch(free_[count_ - 1] - 128, 1);
      __builtin_prefetch(free_[count_ - 1] - 192, 1);
    }
    return top;
  }

  /// Gives back a stack; `low_water` is the most that was ever used of it.
  void Give(char* top, std::uint32_t low_water) noexcept {
    if (count_ == kCapacity || low_water > kTrimAbove) [[unlikely]] {
      GiveSlow(top, low_water);
      return;
    }
    free_[count_++] = top;
  }

 private:
  static constexpr std::uint32_t kCapacity = 1024;
  static constexpr std::uint32_t kTrimAbove = 16 << 10;  // deeper stacks give their pages back
  static constexpr std::uint32_t kBatch = 64;            // stacks that change hands at once

  void Refill() noexcept;
  void GiveSlow(char* top, std::uint32_t low_water) noexcept;

  std::uint32_t count_ = 0;
  char* free_[kCapacity] = {};
};

}  // namespace golab::rt
