#pragma once
// Wheel: the timers of a P, in a hierarchy of 8 wheels of 64 slots; a tick is 2^16 ns. Inserting
// and removing cost O(1), the exact order (when, then order of arming) is kept by sorting a slot
// when its first timer falls due. After Varghese and Lauck, "Hashed and Hierarchical Timing Wheels"
// (1987).
//
// Thread safety: the owner of the wheel synchronises (P::timer_lock). Invariant: a timer sits at
// the lowest level on which its tick and the wheel's differ in no higher digit, so all of a lower
// level are earlier than all of a higher one.

#include <cstddef>
#include <cstdint>

namespace golab::rt {

struct P;

/// A timer, owned by its user and linked into a wheel while armed.
struct Timer {
  using Callback = void (*)(Timer* timer, std::uint64_t now);
  /// Keeps what the timer belongs to alive until it has fired; false: it is going, leave it.
  using Pin = bool (*)(Timer* timer);

  std::uint64_t when = 0;   ///< ns on the world's clock
  Callback fire = nullptr;  ///< called after it has left the wheel; may arm it again
  Pin pin = nullptr;  ///< called under the wheel's lock, by whoever is about to fire; may be null
  void* context = nullptr;
  P* owner = nullptr;          ///< atomic: in whose wheel it is, or was last
  std::uint64_t sequence = 0;  ///< order of arming, set by the wheel
  Timer* prev = nullptr;
  Timer* next = nullptr;
  std::int16_t level = -1;  ///< -1: not armed
  std::int16_t slot = 0;

  /// Without the wheel's lock: false as soon as somebody has begun to take it out. ArmTimer waits
  /// until he is done.
  bool Armed() const noexcept { return __atomic_load_n(&level, __ATOMIC_RELAXED) >= 0; }
};

class Wheel {
 public:
  static constexpr int kLevels =
      8;  // 8 digits of 6 bits over ticks of 16: every 64-bit instant has its place
  static constexpr int kSlotBits = 6;
  static constexpr int kSlots = 1 << kSlotBits;
  static constexpr int kTickBits = 16;
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  /// Arms `timer` for timer->when; it must not be armed.
  void Insert(Timer* timer) noexcept;

  /// Disarms; false if it was not armed.
  bool Remove(Timer* timer) noexcept;

  /// When the earliest falls due, kNone if none is armed.
  std::uint64_t NextWhen() noexcept;

  /// Takes out the earliest timer with when <= now, null if there is none. The caller fires it.
  Timer* PopDue(std::uint64_t now) noexcept;

  /// The earliest timers with when <= horizon in order, at most `max`; they stay armed. For the
  /// explorer of schedules; costs a walk over all slots that reach below the horizon.
  std::size_t Collect(std::uint64_t horizon, Timer** out, std::size_t max) noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  struct Slot {
    Timer* head = nullptr;
    bool sorted = false;
  };

  void Place(Timer* timer) noexcept;
  void Unlink(Timer* timer) noexcept;
  bool FirstSlot(int* level, int* slot) const noexcept;
  std::uint64_t SlotStart(int level, int slot) const noexcept;
  void Cascade(int level, int slot) noexcept;
  void Sort(Slot& slot) noexcept;

  Slot slots_[kLevels][kSlots];
  std::uint64_t occupied_[kLevels] = {};  // bit s: slots_[level][s] is not empty
  std::uint64_t tick_ = 0;  // no armed timer lies before this tick, but those late on arming
  std::uint64_t next_sequence_ = 0;
  std::uint64_t cached_next_ = kNone;
  bool cache_valid_ = true;
  std::size_t size_ = 0;
};

}  // namespace golab::rt
