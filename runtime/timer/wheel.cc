#include "runtime/timer/wheel.h"

#include "runtime/base/delay.h"
#include "runtime/base/fault.h"

namespace golab::rt {
namespace {

bool Before(const Timer* a, const Timer* b) noexcept {
  return a->when != b->when ? a->when < b->when : a->sequence < b->sequence;
}

/// Merges two sorted lists linked by `next` alone.
Timer* Merge(Timer* a, Timer* b) noexcept {
  Timer* head = nullptr;
  Timer** tail = &head;
  while (a != nullptr && b != nullptr) {
    Timer*& smaller = Before(b, a) ? b : a;
    *tail = smaller;
    tail = &smaller->next;
    smaller = smaller->next;
  }
  *tail = a != nullptr ? a : b;
  return head;
}

/// Merge sort from the bottom: bins[i] holds a sorted list of 2^i timers.
Timer* SortList(Timer* list) noexcept {
  Timer* bins[48] = {};
  int used = 0;
  while (list != nullptr) {
    Timer* one = list;
    list = list->next;
    one->next = nullptr;
    int i = 0;
    for (; i < used && bins[i] != nullptr; ++i) {
      one = Merge(bins[i], one);
      bins[i] = nullptr;
    }
    if (i == used) ++used;
    bins[i] = one;
  }
  Timer* all = nullptr;
  for (int i = 0; i < used; ++i) all = Merge(bins[i], all);
  return all;
}

}  // namespace

void Wheel::Insert(Timer* timer) noexcept {
  GOLAB_INVARIANT(!timer->Armed(), "timer armed twice");
  timer->sequence = next_sequence_++;
  ++size_;
  if (cache_valid_ && timer->when < cached_next_) cached_next_ = timer->when;
  Place(timer);
}

void Wheel::Place(Timer* timer) noexcept {
  std::uint64_t tick = timer->when >> kTickBits;
  if (tick < tick_) tick = tick_;  // late already: due at once, exact order by the slot's sort
  const std::uint64_t differing = (tick ^ tick_) | (kSlots - 1);
  const int level = (63 - __builtin_clzll(differing)) / kSlotBits;
  const int slot = static_cast<int>((tick >> (level * kSlotBits)) & (kSlots - 1));
  Slot& s = slots_[level][slot];
  timer->level = static_cast<std::int16_t>(level);
  timer->slot = static_cast<std::int16_t>(slot);
  if (s.head == nullptr) {
    timer->prev = timer->next = timer;
    s.head = timer;
    s.sorted = true;
    occupied_[level] |= std::uint64_t{1} << slot;
    return;
  }
  Timer* last = s.head->prev;
  if (s.sorted && Before(timer, last)) s.sorted = false;
  timer->prev = last;
  timer->next = s.head;
  last->next = timer;
  s.head->prev = timer;
}

void Wheel::Unlink(Timer* timer) noexcept {
  Slot& s = slots_[timer->level][timer->slot];
  if (timer->next == timer) {
    s.head = nullptr;
    occupied_[timer->level] &= ~(std::uint64_t{1} << timer->slot);
  } else {
    timer->prev->next = timer->next;
    timer->next->prev = timer->prev;
    if (s.head == timer) s.head = timer->next;
  }
  __atomic_store_n(&timer->level, std::int16_t{-1}, __ATOMIC_RELAXED);
  DelayHere();  // who sees it disarmed from here on waits for the lock before he arms it: ArmTimer
  timer->prev = timer->next = nullptr;
}

bool Wheel::Remove(Timer* timer) noexcept {
  if (!timer->Armed()) return false;
  if (timer->when == cached_next_) cache_valid_ = false;
  Unlink(timer);
  --size_;
  return true;
}

bool Wheel::FirstSlot(int* level, int* slot) const noexcept {
  for (int l = 0; l < kLevels; ++l) {
    if (occupied_[l] == 0) continue;
    *level = l;
    *slot = __builtin_ctzll(occupied_[l]);
    return true;
  }
  return false;
}

std::uint64_t Wheel::SlotStart(int level, int slot) const noexcept {
  const int shift = level * kSlotBits;
  const std::uint64_t above = (tick_ >> shift) >> kSlotBits << kSlotBits;
  return (above | static_cast<std::uint64_t>(slot)) << shift;
}

void Wheel::Sort(Slot& slot) noexcept {
  if (slot.sorted) return;
  slot.head->prev->next = nullptr;
  slot.head = SortList(slot.head);
  Timer* before = nullptr;
  for (Timer* t = slot.head; t != nullptr; t = t->next) {
    t->prev = before;
    before = t;
  }
  before->next = slot.head;
  slot.head->prev = before;
  slot.sorted = true;
}

void Wheel::Cascade(int level, int slot) noexcept {
  const std::uint64_t start = SlotStart(level, slot);
  if (start > tick_) tick_ = start;
  Slot& s = slots_[level][slot];
  Timer* list = s.head;
  list->prev->next = nullptr;
  s.head = nullptr;
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  while (list != nullptr) {
    Timer* t = list;
    list = list->next;
    Place(t);
  }
}

std::uint64_t Wheel::NextWhen() noexcept {
  if (cache_valid_) return cached_next_;
  cached_next_ = kNone;
  int level = 0;
  int slot = 0;
  if (FirstSlot(&level, &slot)) {
    const Timer* head = slots_[level][slot].head;
    if (level == 0) {
      Sort(slots_[level][slot]);
      cached_next_ = slots_[level][slot].head->when;
    } else {
      const Timer* t = head;
      do {
        if (t->when < cached_next_) cached_next_ = t->when;
        t = t->next;
      } while (t != head);
    }
  }
  cache_valid_ = true;
  return cached_next_;
}

Timer* Wheel::PopDue(std::uint64_t now) noexcept {
  if (NextWhen() > now) return nullptr;
  int level = 0;
  int slot = 0;
  while (FirstSlot(&level, &slot)) {
    if (level > 0) {
      Cascade(level, slot);
      continue;
    }
    Slot& s = slots_[0][slot];
    Sort(s);
    Timer* t = s.head;
    if (t->when > now) break;
    const std::uint64_t start = SlotStart(0, slot);
    if (start > tick_) tick_ = start;
    Unlink(t);
    --size_;
    cache_valid_ = false;
    return t;
  }
  return nullptr;
}

std::size_t Wheel::Collect(std::uint64_t horizon, Timer** out, std::size_t max) noexcept {
  std::size_t n = 0;
  for (int level = 0; level < kLevels; ++level) {
    std::uint64_t bits = occupied_[level];
    while (bits != 0) {
      const int slot = __builtin_ctzll(bits);
      bits &= bits - 1;
      if (level > 0 && (SlotStart(level, slot) << kTickBits) > horizon) break;
      Timer* head = slots_[level][slot].head;
      Timer* t = head;
      do {
        if (t->when <= horizon) {
          std::size_t i = n < max ? n++ : max;
          if (i == max && Before(t, out[max - 1])) --i;
          if (i < max) {
            for (; i > 0 && Before(t, out[i - 1]); --i) out[i] = out[i - 1];
            out[i] = t;
          }
        }
        t = t->next;
      } while (t != head);
    }
  }
  return n;
}

}  // namespace golab::rt
