#pragma once
// The inside of a channel, and the nodes of goroutines that wait on it. Go: runtime/chan.go.
//
// Thread safety: everything in an Hchan but `refs` is guarded by its `lock`, which is real only
// while several Ps run (LockWord). Several channels are locked in address order (select.cc).
// Invariants: recvq and sendq are not both non-empty, but for a goroutine that waits in a select;
// count > 0 means that no receiver waits; count < capacity that no sender waits.

#include "golab/chan.h"
#include "golab/sync.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/compiler.h"
#include "runtime/sched/g.h"
#include "runtime/sched/sched.h"
#include "runtime/timer/wheel.h"
#include "runtime/world/trace.h"

namespace golab::rt {

/// A goroutine that waits; lies on its stack. Go: sudog.
struct Waiter {
  Waiter* prev = nullptr;
  Waiter* next = nullptr;
  G* g = nullptr;
  void* elem = nullptr;
  Hchan* c = nullptr;       // which channel's queue it is in, null if none
  std::uint32_t index = 0;  // select: number of the case
  bool is_select = false;
  bool claimed = false;      // its wake-up has been taken: it is the one that fired
  bool success = false;      // woken by an operation, not by close
  std::uint64_t ticket = 0;  // for locks: when it began to wait
};

inline void PushWaiter(WaitQueue& q, Waiter* w) noexcept {
  w->prev = q.last;
  w->next = nullptr;
  if (q.last != nullptr) {
    q.last->next = w;
  } else {
    q.first = w;
  }
  q.last = w;
}

inline void PushWaiterFront(WaitQueue& q, Waiter* w) noexcept {
  w->next = q.first;
  w->prev = nullptr;
  if (q.first != nullptr) {
    q.first->prev = w;
  } else {
    q.last = w;
  }
  q.first = w;
}

inline void RemoveWaiter(WaitQueue& q, Waiter* w) noexcept {
  (w->prev != nullptr ? w->prev->next : q.first) = w->next;
  (w->next != nullptr ? w->next->prev : q.last) = w->prev;
  w->prev = w->next = nullptr;
}

inline Waiter* PopWaiter(WaitQueue& q) noexcept {
  Waiter* w = q.first;
  if (w != nullptr) RemoveWaiter(q, w);
  return w;
}

/// What the trace knows a channel by; 0 for nil, which nobody else can touch.
inline std::uint64_t ObjectOf(const Hchan* c) noexcept;

/// A select that waits is taken off all its channels by what completes it: it touches them all.
void TouchWaitingSelect(const G* g) noexcept;

/// Takes the first waiter whose wake-up is still free. One that waits in a select may have been
/// claimed through another channel; it is dropped from the queue (its own clean-up knows).
inline Waiter* ClaimWaiter(WaitQueue& q) noexcept {
  while (Waiter* w = PopWaiter(q)) {
    w->c = nullptr;
    // acq_rel: the claimer owns the waiter's node and element from here on.
    if (!w->is_select || __atomic_exchange_n(&w->g->selected, 1, __ATOMIC_ACQ_REL) == 0) {
      w->claimed = true;
      // TSan: the claimer does the waiter's half in its name, which its own thread must have left.
      if (fiber::kTracked && w->is_select && Multi()) AwaitSaved(w->g);
      if (w->is_select && world.tracing) [[unlikely]]
        TouchWaitingSelect(w->g);
      return w;
    }
  }
  return nullptr;
}

/// Whether ClaimWaiter would find one; drops those already claimed.
inline bool HasWaiter(WaitQueue& q) noexcept {
  while (Waiter* w = q.first) {
    if (!w->is_select || __atomic_load_n(&w->g->selected, __ATOMIC_ACQUIRE) == 0) return true;
    RemoveWaiter(q, w);
    w->c = nullptr;
  }
  return false;
}

/// A timer that sends on its channel (1.23 semantics): it runs only while somebody waits on the
/// channel; else an expiry is noticed by the next operation. See time/timer.cc.
struct ChanTimer;

struct alignas(64) Hchan {
  std::uint32_t lock = 0;
  std::uint32_t refs = 1;
  std::uint32_t id = 0;  // names it in evidence
  bool closed = false;
  const ElemOps* ops = nullptr;
  std::uint64_t capacity = 0;
  std::uint64_t count = 0;
  std::uint64_t head = 0;  // index of the oldest value
  char* buffer = nullptr;
  WaitQueue recvq;
  WaitQueue sendq;
  ChanTimer* timer = nullptr;

  char* Slot(std::uint64_t i) const noexcept { return buffer + i * ops->size; }
};

inline std::uint64_t ObjectOf(const Hchan* c) noexcept {
  return c == nullptr ? 0 : kChannelObject | c->id;
}

/// How TSan knows a goroutine.
inline void* FiberOf(const G* g) noexcept {
  return fiber::kTracked ? g->extra->fiber : nullptr;
}

/// Moves *from into the raw storage at `to`.
inline void ConstructElem(const ElemOps* ops, void* to, void* from) {
  if (ops->trivial) [[likely]] {
    if (ops->size == 8) {
      __builtin_memcpy(to, from, 8);
    } else if (ops->size == 4) {
      __builtin_memcpy(to, from, 4);
    } else if (fiber::kTracked) {
      // Not by memcpy, which TSan would see, on the stack of another goroutine.
      for (std::size_t i = 0; i < ops->size; ++i) {
        static_cast<char*>(to)[i] = static_cast<char*>(from)[i];
        CompilerBarrier();
      }
    } else {
      __builtin_memcpy(to, from, ops->size);
    }
  } else {
    const EnteredScope
        entered;  // the program's code, under the channel's lock: not to be preempted
    ops->move_construct(to, from);
  }
}

/// Moves *from into the value at `to`.
inline void AssignElem(const ElemOps* ops, void* to, void* from) {
  if (ops->trivial) [[likely]] {
    ConstructElem(ops, to, from);
  } else {
    const EnteredScope entered;
    ops->move_assign(to, from);
  }
}

inline void DestroyElem(const ElemOps* ops, void* elem) {
  if (ops->trivial) [[likely]]
    return;
  const EnteredScope entered;
  ops->destroy(elem);
}

inline void ZeroElem(const ElemOps* ops, void* elem) {
  const EnteredScope entered;
  ops->zero(elem);
}

/// Non-blocking halves, called with the lock held (or with one P). True: done.
bool TrySendLocked(Hchan* c, void* elem);
/// *received: false if the channel is closed and empty.
bool TryRecvLocked(Hchan* c, void* elem, bool* received);

/// Lets a timer's channel notice an expiry; with the lock held.
void PollTimer(Hchan* c) noexcept;
/// One more / one fewer goroutine waits on a timer's channel; with the lock held.
void TimerWaiterArrived(Hchan* c) noexcept;
void TimerWaiterLeft(Hchan* c) noexcept;
/// When the channel's timer falls due, kNone if it has none that runs.
std::uint64_t TimerDue(const Hchan* c) noexcept;
void ReleaseTimer(Hchan* c) noexcept;

}  // namespace golab::rt
