#pragma once
// The lock of channels, mutexes and queues: one word that costs a plain store while one P runs
// goroutines (`multi` false) and is a real lock else.
//
// The word is released by the context switch itself when its owner parks (the commit store), so it
// must stay a plain 32-bit word: 0 free, 1 held.

#include "runtime/base/compiler.h"

namespace golab::rt {

/// True while more than one thread may touch scheduler state. Set before a second P runs, cleared
/// only when one is left; both at a point where the changing P holds no lock.
[[gnu::visibility("hidden")]] extern bool multi_flag;

GOLAB_INLINE bool Multi() {
  return __atomic_load_n(&multi_flag, __ATOMIC_RELAXED);
}

/// True while counts of references need atomic operations: while `multi`, and for good once the
/// program has started a thread of its own, which may let go of what it holds at any time.
[[gnu::visibility("hidden")]] extern bool atomic_counts_flag;

GOLAB_INLINE bool AtomicCounts() {
  return __atomic_load_n(&atomic_counts_flag, __ATOMIC_RELAXED);
}

/// Sets `multi` and what follows from it. See SafePoint.
void SetMulti(bool on) noexcept;
/// The program is about to start a thread of its own.
void NoteForeignThread() noexcept;

GOLAB_COLD void SpinLockSlow(std::uint32_t* word) noexcept;

GOLAB_INLINE void LockWord(std::uint32_t* word) {
  if (!Multi()) [[likely]] {
    *word = 1;
    return;
  }
  // Acquire: pairs with the release in UnlockWord and in the switch's commit store.
  if (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE) != 0) SpinLockSlow(word);
}

/// As LockWord, for words that threads outside the schedulers' agreement on `multi` take too.
GOLAB_INLINE void LockRealWord(std::uint32_t* word) {
  if (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE) != 0) SpinLockSlow(word);
}

GOLAB_INLINE void UnlockWord(std::uint32_t* word) {
  // Release: what was written under the lock is visible to the next owner. On x86-64 a plain store.
  __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

}  // namespace golab::rt
