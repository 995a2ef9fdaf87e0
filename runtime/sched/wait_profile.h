#pragma once
// What waits and unlocks must tell the block and mutex profiles. Off, a call costs one test.

#include <cstdint>

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct WaitProfile {
  std::int64_t block_rate = 0;      ///< atomic: a wait of so many ns is surely recorded; 0: off
  std::int64_t mutex_fraction = 0;  ///< atomic: one in so many is recorded; 0: off
};

extern WaitProfile wait_profile;

GOLAB_INLINE bool ProfilesBlocks() noexcept {
  return __atomic_load_n(&wait_profile.block_rate, __ATOMIC_RELAXED) != 0;
}

GOLAB_INLINE bool ProfilesMutexes() noexcept {
  return __atomic_load_n(&wait_profile.mutex_fraction, __ATOMIC_RELAXED) != 0;
}

/// The running goroutine has waited for `ns`. `frame`: of its stack, whose caller is the innermost
/// frame recorded. No lock may be held.
void NoteBlocked(WaitReason reason, std::uint64_t ns, const void* frame) noexcept;

/// The running goroutine has unlocked what another one has waited for.
void NoteUnlocked(std::uint64_t waited_ns, const void* frame) noexcept;

}  // namespace golab::rt
