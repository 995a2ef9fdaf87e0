#pragma once
// Samples on their way from signal handlers to the thread that counts them.
//
// Thread safety: any number of handlers write, on any threads, without locks; one thread reads. A
// writer takes the next number by compare-and-swap, fills the slot with that number and publishes
// it there; the reader takes slots in order, up to the first that is not published yet.

#include <array>
#include <cstddef>
#include <cstdint>

#include "runtime/pprof/label_map.h"

namespace golab::rt {

/// Deeper stacks lose their outermost frames. Go: maxCPUProfStack.
inline constexpr std::size_t kSampleDepth = 64;

struct Sample {
  std::uint32_t weight = 0;  ///< periods it stands for
  std::uint32_t depth = 0;
  const LabelMap* labels = nullptr;  ///< with a reference that belongs to the sample
  std::uintptr_t caller =
      0;  ///< return address of the innermost function if it has no frame; 0: none
  std::array<std::uintptr_t, kSampleDepth> pcs;  ///< as return addresses, innermost first
};

class SampleRing {
 public:
  static constexpr std::uint64_t kSlots = 512;

  /// Room for a sample, null if there is none: then it is lost. Signal safe.
  Sample* Begin(std::uint64_t* ticket) noexcept;
  /// Publishes it. Signal safe.
  void End(std::uint64_t ticket) noexcept;

  /// Counts a sample that is lost. Signal safe.
  void Lose() noexcept { __atomic_fetch_add(&lost_, 1, __ATOMIC_RELAXED); }

  /// Calls take(const Sample&) for each that is published, the oldest first. The reader.
  template <class Take>
  void Drain(const Take& take) {
    for (;; ++tail_) {
      Slot& slot = slots_[tail_ % kSlots];
      // Acquire: pairs with End.
      if (__atomic_load_n(&slot.published, __ATOMIC_ACQUIRE) != tail_ + 1) return;
      take(slot.sample);
      // Release: whoever sees the room is past our reading.
      __atomic_store_n(&taken_, tail_ + 1, __ATOMIC_RELEASE);
    }
  }

  std::uint64_t lost() const noexcept { return __atomic_load_n(&lost_, __ATOMIC_RELAXED); }

 private:
  struct Slot {
    std::uint64_t published = 0;  // ticket + 1
    Sample sample;
  };

  std::uint64_t head_ = 0;   // the next ticket
  std::uint64_t taken_ = 0;  // tickets below are free again
  std::uint64_t lost_ = 0;
  std::uint64_t tail_ = 0;  // the reader's
  std::array<Slot, kSlots> slots_;
};

}  // namespace golab::rt
