#pragma once
// RunQueue: the ring of a P's runnable goroutines. Go: runqput, runqget, runqgrab.
//
// Thread safety: only the owning P pushes, pops and removes; any M may Steal. No lock.
// Invariant: tail_ - head_ <= kSlots; slots outside [head_, tail_) are stale and never read.
// Orders: the owner publishes a slot by storing tail_ with release; a thief reads tail_ with
// acquire, copies slots and claims them by a compare-and-swap of head_ (acq_rel), so a slot is
// taken once.

#include "runtime/base/compiler.h"
#include "runtime/base/delay.h"
#include "runtime/base/spin_lock.h"
#include "runtime/sched/g.h"

namespace golab::rt {

class RunQueue {
 public:
  static constexpr std::uint32_t kSlots = 1024;  // 64 made skynet 4x slower, 4096 gained nothing

  /// False if full: the caller moves half to the global queue.
  bool Push(G* g) noexcept {
    const std::uint32_t t = tail_;  // only the owner writes tail_
    const std::uint32_t h = __atomic_load_n(&head_, __ATOMIC_ACQUIRE);  // pairs with Steal's claim
    if (t - h == kSlots) [[unlikely]]
      return false;
    // relaxed: a thief that is late may still read this slot; its claim of head_ then fails.
    __atomic_store_n(&slots_[t % kSlots], g, __ATOMIC_RELAXED);
    __atomic_store_n(&tail_, t + 1, __ATOMIC_RELEASE);  // publishes the slot to Steal
    return true;
  }

  /// The oldest, or null.
  G* PopHead() noexcept {
    std::uint32_t h = __atomic_load_n(&head_, __ATOMIC_RELAXED);
    for (;;) {
      if (h == tail_) return nullptr;
      G* g = slots_[h % kSlots];
      if (!Multi()) [[likely]] {
        head_ = h + 1;
        return g;
      }
      DelayHere();
      // acq_rel: the slot must be read before a thief may see it free.
      if (__atomic_compare_exchange_n(&head_, &h, h + 1, false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_RELAXED)) {
        return g;
      }
    }
  }

  /// The newest, or null. One P only: with thieves about, an unfenced pop of the tail could hand
  /// out a goroutine twice.
  G* PopTailSolo() noexcept {
    if (head_ == tail_) return nullptr;
    --tail_;
    return slots_[tail_ % kSlots];
  }

  /// The newest, or null where few are left; for an owner with thieves about.
  ///
  /// The exchange is a fence: a thief that still sees the old tail has read a head no newer than
  /// the one read here, and takes at most kMaxSteal from it on. So with more than that left, the
  /// newest is out of its reach.
  G* PopTail() noexcept {
    const std::uint32_t t = tail_;
    __atomic_exchange_n(&tail_, t - 1, __ATOMIC_SEQ_CST);
    DelayHere();
    const std::uint32_t h = __atomic_load_n(&head_, __ATOMIC_SEQ_CST);
    if (static_cast<std::int32_t>(t - 1 - h) > static_cast<std::int32_t>(kMaxSteal))
      return slots_[(t - 1) % kSlots];
    __atomic_store_n(&tail_, t, __ATOMIC_RELEASE);
    return nullptr;
  }

  /// Where the queue stands, to be compared with a later look. Any M.
  std::uint32_t Head() const noexcept { return __atomic_load_n(&head_, __ATOMIC_ACQUIRE); }

  std::uint32_t Tail() const noexcept { return __atomic_load_n(&tail_, __ATOMIC_ACQUIRE); }

  std::uint32_t Size() const noexcept { return tail_ - __atomic_load_n(&head_, __ATOMIC_ACQUIRE); }

  /// The i-th oldest. Owner only, one P only.
  G* At(std::uint32_t i) const noexcept { return slots_[(head_ + i) % kSlots]; }

  /// Takes out the i-th oldest, the others keep their order. Owner only, one P only.
  G* RemoveAtSolo(std::uint32_t i) noexcept {
    G* g = At(i);
    for (; i > 0; --i) slots_[(head_ + i) % kSlots] = slots_[(head_ + i - 1) % kSlots];
    ++head_;
    return g;
  }

  static constexpr std::uint32_t kMaxSteal = 64;

  /// Takes up to half, at most `max` and kMaxSteal, of the oldest into `out`; returns how many. Any
  /// M.
  std::uint32_t Steal(G** out, std::uint32_t max) noexcept {
    if (max > kMaxSteal) max = kMaxSteal;
    // seq_cst, and the head before the tail: see PopTail.
    std::uint32_t h = __atomic_load_n(&head_, __ATOMIC_SEQ_CST);
    for (;;) {
      const std::uint32_t t = __atomic_load_n(&tail_, __ATOMIC_SEQ_CST);  // pairs with Push
      std::uint32_t n = t - h;
      if (static_cast<std::int32_t>(n) <= 0) return 0;  // an owner's PopTail passes through -1
      n -= n / 2;
      if (n > kSlots / 2) {  // h is stale: the owner went on between the two loads
        h = __atomic_load_n(&head_, __ATOMIC_SEQ_CST);
        continue;
      }
      if (n > max) n = max;
      for (std::uint32_t i = 0; i < n; ++i) {
        out[i] = __atomic_load_n(&slots_[(h + i) % kSlots], __ATOMIC_RELAXED);
      }
      DelayHere();
      if (__atomic_compare_exchange_n(&head_, &h, h + n, false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
        return n;
      }
    }
  }

 private:
  alignas(64) std::uint32_t head_ = 0;  // owner and thieves write it
  alignas(64) std::uint32_t tail_ = 0;  // apart from head_: only the owner writes it
  alignas(64) G* slots_[kSlots] = {};
};

/// A list of goroutines through G::link. The owner of the list synchronises.
struct GList {
  G* head = nullptr;
  G* tail = nullptr;
  std::uint32_t size = 0;

  bool Empty() const noexcept { return head == nullptr; }

  void PushTail(G* g) noexcept {
    g->link = nullptr;
    if (tail != nullptr) {
      tail->link = g;
    } else {
      head = g;
    }
    tail = g;
    ++size;
  }

  void PushHead(G* g) noexcept {
    g->link = head;
    head = g;
    if (tail == nullptr) tail = g;
    ++size;
  }

  G* PopHead() noexcept {
    G* g = head;
    if (g == nullptr) return nullptr;
    head = g->link;
    if (head == nullptr) tail = nullptr;
    g->link = nullptr;
    --size;
    return g;
  }

  G* RemoveAt(std::uint32_t index) noexcept {
    if (index == 0) return PopHead();
    G* before = head;
    for (std::uint32_t i = 1; i < index; ++i) before = before->link;
    G* g = before->link;
    before->link = g->link;
    if (tail == g) tail = before;
    g->link = nullptr;
    --size;
    return g;
  }
};

}  // namespace golab::rt
