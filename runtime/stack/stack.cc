#include "runtime/stack/stack.h"

#include <sys/mman.h>

#include <initializer_list>

#include "runtime/base/fault.h"
#include "runtime/base/spin_lock.h"

#ifndef MADV_GUARD_INSTALL
#  define MADV_GUARD_INSTALL 102
#endif

namespace golab::rt {
namespace {

constexpr std::size_t kChunk = std::size_t{2} << 20;

/// One of the two arenas.
struct Arena {
  std::size_t slot_size = 0;
  std::size_t slots = 0;
  char* base = nullptr;
  std::size_t taken = 0;   // slots handed out ever, in address order
  std::size_t opened = 0;  // bytes with access
  bool guards = true;      // false: this kernel has no guard pages, and this arena too many slots

  bool Contains(std::uintptr_t a) const noexcept {
    const auto b = reinterpret_cast<std::uintptr_t>(base);
    return a >= b && a < b + slot_size * slots;
  }
};

struct Stacks {
  Arena big, small;
  char* main_base = nullptr;
  std::uint32_t lock = 0;
  // Free slots given back by caches that were full: an array, because a list through the stacks
  // would cost a miss of the cache for each.
  char** spares = nullptr;
  std::size_t spare_count = 0;
};

constinit Stacks stacks;

char* Reserve(std::size_t size) noexcept {
  void* p = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) Fatal("runtime: cannot reserve address space for stacks");
  // A huge page would turn one touched page of each slot into 2 MiB of memory.
  madvise(p, size, MADV_NOHUGEPAGE);
  return static_cast<char*>(p);
}

void InstallGuard(Arena& arena, char* slot) noexcept {
  if (!arena.guards) return;
  if (madvise(slot, kPage, MADV_GUARD_INSTALL) == 0) return;
  // Before Linux 6.13: a mapping of its own a slot, which only the big arena can afford.
  if (&arena == &stacks.big && mprotect(slot, kPage, PROT_NONE) == 0) return;
  arena.guards = false;
}

/// Opens the next slot of `arena`; null if it has none left.
char* TakeFresh(Arena& arena) noexcept {
  if (arena.taken == arena.slots) return nullptr;
  const std::size_t index = arena.taken++;
  const std::size_t end = (index + 1) * arena.slot_size;
  if (end > arena.opened) {
    if (mprotect(arena.base + arena.opened, kChunk, PROT_READ | PROT_WRITE) != 0) return nullptr;
    arena.opened += kChunk;
  }
  char* slot = arena.base + index * arena.slot_size;
  InstallGuard(arena, slot);
  // Colour: without it all stacks would start in the same set of the first-level cache.
  return slot + arena.slot_size - (index * 7 % 16) * 128;
}

}  // namespace

void InitStacks() noexcept {
  if (stacks.big.base != nullptr) return;
  stacks.big = Arena{kBigSlot, kBigSlots, Reserve(kBigSlot * kBigSlots)};
  stacks.small = Arena{kSmallSlot, kSmallSlots, Reserve(kSmallSlot * kSmallSlots)};
  stacks.main_base = Reserve(kMainStack);
  void* spares = mmap(nullptr, kMaxGoroutines * sizeof(char*), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (spares == MAP_FAILED) Fatal("runtime: cannot reserve address space for stacks");
  stacks.spares = static_cast<char**>(spares);
  if (mprotect(stacks.main_base + kPage, kMainStack - kPage, PROT_READ | PROT_WRITE) != 0) {
    Fatal("runtime: cannot open the main stack");
  }
}

char* MainStackTop() noexcept {
  return stacks.main_base + kMainStack;
}

StackBounds FindStack(std::uintptr_t address) noexcept {
  for (const Arena* a : {&stacks.big, &stacks.small}) {
    if (!a->Contains(address)) continue;
    const std::size_t i = (address - reinterpret_cast<std::uintptr_t>(a->base)) / a->slot_size;
    return {a->base + i * a->slot_size, a->base + (i + 1) * a->slot_size};
  }
  const auto m = reinterpret_cast<std::uintptr_t>(stacks.main_base);
  if (m != 0 && address >= m && address < m + kMainStack) {
    return {stacks.main_base, stacks.main_base + kMainStack};
  }
  return {nullptr, nullptr};
}

StackBounds BoundsOf(const char* stack_top) noexcept {
  return FindStack(reinterpret_cast<std::uintptr_t>(stack_top) - 1);
}

void StackCache::Refill() noexcept {
  LockWord(&stacks.lock);
  while (stacks.spare_count != 0 && count_ < kBatch)
    free_[count_++] = stacks.spares[--stacks.spare_count];
  if (count_ == 0) {
    char* top = TakeFresh(stacks.big);
    if (top == nullptr) top = TakeFresh(stacks.small);
    if (top != nullptr) free_[count_++] = top;
  }
  UnlockWord(&stacks.lock);
  if (count_ == 0) Fatal("runtime: out of memory: no stack for a goroutine");
}

void StackCache::GiveSlow(char* top, std::uint32_t low_water) noexcept {
  const StackBounds b = BoundsOf(top);
  if (low_water > kTrimAbove) {
    // All but the top page, which the next goroutine touches at once; the guard survives this.
    char* keep =
        reinterpret_cast<char*>((reinterpret_cast<std::uintptr_t>(top) - 1) & ~(kPage - 1));
    madvise(b.lo + kPage, static_cast<std::size_t>(keep - b.lo) - kPage, MADV_DONTNEED);
  }
  if (count_ < kCapacity) {
    free_[count_++] = top;
    return;
  }
  // Others go: whoever gives `top` may still run on it, and the spares are taken from at once.
  LockWord(&stacks.lock);
  for (std::uint32_t i = 0; i < kBatch; ++i) stacks.spares[stacks.spare_count++] = free_[--count_];
  UnlockWord(&stacks.lock);
  free_[count_++] = top;
}

}  // namespace golab::rt
