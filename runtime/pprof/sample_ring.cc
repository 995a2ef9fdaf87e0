#include "runtime/pprof/sample_ring.h"

namespace golab::rt {

Sample* SampleRing::Begin(std::uint64_t* ticket) noexcept {
  std::uint64_t head = __atomic_load_n(&head_, __ATOMIC_RELAXED);
  do {
    // Acquire: pairs with the release in Drain.
    if (head - __atomic_load_n(&taken_, __ATOMIC_ACQUIRE) >= kSlots) {
      Lose();
      return nullptr;
    }
  } while (!__atomic_compare_exchange_n(&head_, &head, head + 1, true, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED));
  *ticket = head;
  return &slots_[head % kSlots].sample;
}

void SampleRing::End(std::uint64_t ticket) noexcept {
  // Release: the reader that sees the number sees the sample.
  __atomic_store_n(&slots_[ticket % kSlots].published, ticket + 1, __ATOMIC_RELEASE);
}

}  // namespace golab::rt
