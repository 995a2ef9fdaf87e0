// Channel operations. Each is: look without waiting under the lock; else announce yourself in the
// queue, and park so that the switch itself releases the lock. No wake-up can be lost in between,
// because whoever would wake us needs that lock.
//
// The order that TSan is told is Go's memory model: each slot of a buffer orders the values that
// pass through it (the k-th receive comes before the send of value k + capacity); without a buffer
// sender and receiver each come before the other's return; a close comes before a receive that
// notices it. Whoever finds the other side waiting does its half in its name.

#include "golab/chan.h"

#include <cstdlib>

#include "golab/defer.h"
#include "golab/references.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/delay.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 40;

/// Go: the runtime.plainError of a channel's misuse.
[[noreturn]] GOLAB_COLD void ChanPanic(const char* text) {
  PanicPlain(text);
}

/// Channels that die on another thread than a P's are freed as any memory.
Hchan* NewHchan() noexcept {
  static_assert(sizeof(Hchan) == sizeof(ChannelCache::Block));
  P* p = arch::ThisP();
  void* block = p != nullptr ? p->channels.Take() : ChannelCache::Allocate();
  if (block == nullptr) Fatal("runtime: out of memory: channel");
  return ::new (block) Hchan;
}

void DeleteHchan(Hchan* c) noexcept {
  static_assert(std::is_trivially_destructible_v<Hchan>);
  if (P* p = arch::ThisP(); p != nullptr) return p->channels.Give(c);
  std::free(c);
}

enum RecvFlag : int { kRecvWaited = 1, kRecvClosed = 2 };

}  // namespace

Hchan* ChanMake(const ElemOps* ops, std::int64_t capacity) {
  if (sched.gs == nullptr) InitRuntime();  // an initialiser's, before main
  if (capacity < 0 || static_cast<std::uint64_t>(capacity) > kMaxBytes / (ops->size + 1)) {
    ChanPanic("makechan: size out of range");
  }
  Hchan* c = NewHchan();
  c->ops = ops;
  c->capacity = static_cast<std::uint64_t>(capacity);
  if (capacity > 0) {
    const std::size_t align = ops->align < 16 ? 16 : ops->align;
    const std::size_t bytes = (c->capacity * ops->size + align - 1) / align * align;
    c->buffer = static_cast<char*>(std::aligned_alloc(align, bytes));
    if (c->buffer == nullptr) Fatal("runtime: out of memory: channel buffer");
  }
  if (world.lab) {
    c->id = NextObject();
    GOLAB_EVIDENCE(EventType::kChanMake, 0,
                   std::uint64_t{c->id} << 32 | (c->capacity & 0xffffffff));
  }
  return c;
}

void ChanRetain(Hchan* c) {
  if (!AtomicCounts()) [[likely]] {
    ++c->refs;
    return;
  }
  // relaxed: who copies a reference has one already.
  __atomic_fetch_add(&c->refs, 1, __ATOMIC_RELAXED);
}

void ChanRelease(Hchan* c) {
  if (!AtomicCounts() && !fiber::kTracked) [[likely]] {
    if (--c->refs != 0) return;
  } else if (!DropReference(&c->refs)) {
    return;
  }
  if (c->timer != nullptr) ReleaseTimer(c);
  if (!c->ops->trivial) {
    for (std::uint64_t i = 0; i < c->count; ++i)
      c->ops->destroy(c->Slot((c->head + i) % c->capacity));
  }
  std::free(c->buffer);
  DeleteHchan(c);
}

namespace {

/// Gives the value at `elem` to a receiver that waits.
void HandToReceiver(Hchan* c, Waiter* w, void* elem) {
  if (c->capacity > 0) {
    // As if through the buffer: the slots take turns.
    char* const slot = c->Slot(c->head);
    if (fiber::kTracked && ++c->head == c->capacity) c->head = 0;
    fiber::Exchange(slot);
    const fiber::ActingAs receiver(FiberOf(w->g));
    fiber::Exchange(slot);
  }
  // The receiver waits for us, who release in Ready. A move in the program's own code touches both
  // sides' values, so with a buffer, too, we come after what the receiver did before its wait.
  if (c->capacity == 0 || !c->ops->trivial) fiber::Acquire(w);
  if (w->elem != nullptr) AssignElem(c->ops, w->elem, elem);
}

}  // namespace

bool TrySendLocked(Hchan* c, void* elem) {
  if (c->closed) [[unlikely]] {
    UnlockWord(&c->lock);
    ChanPanic("send on closed channel");
  }
  if (Waiter* w = ClaimWaiter(c->recvq)) {
    DelayHere();
    HandToReceiver(c, w, elem);
    w->success = true;
    UnlockWord(&c->lock);
    Ready(w->g);
    return true;
  }
  if (c->count < c->capacity) {
    std::uint64_t i = c->head + c->count;
    if (i >= c->capacity) i -= c->capacity;
    fiber::Exchange(c->Slot(i));
    ConstructElem(c->ops, c->Slot(i), elem);
    fiber::Release(c->Slot(i));
    ++c->count;
    UnlockWord(&c->lock);
    return true;
  }
  return false;
}

bool TryRecvLocked(Hchan* c, void* elem, bool* received) {
  *received = true;
  if (c->count > 0) {
    char* slot = c->Slot(c->head);
    fiber::Acquire(slot);
    if (elem != nullptr) AssignElem(c->ops, elem, slot);
    DestroyElem(c->ops, slot);
    fiber::Release(slot);
    if (++c->head == c->capacity) c->head = 0;
    --c->count;
    if (Waiter* w = ClaimWaiter(c->sendq)) {
      // The buffer was full: the waiting sender's value goes to its end.
      std::uint64_t i = c->head + c->count;
      if (i >= c->capacity) i -= c->capacity;
      if (c->ops->trivial) {
        const fiber::ActingAs sender(FiberOf(w->g));
        fiber::Exchange(c->Slot(i));
      } else {
        fiber::Acquire(w);  // see HandToReceiver
      }
      ConstructElem(c->ops, c->Slot(i), w->elem);
      if (!c->ops->trivial) fiber::Release(c->Slot(i));
      ++c->count;
      w->success = true;
      UnlockWord(&c->lock);
      Ready(w->g);
      return true;
    }
    UnlockWord(&c->lock);
    return true;
  }
  if (Waiter* w = ClaimWaiter(c->sendq)) {
    fiber::Acquire(w);  // no buffer: the sender waits for us, who release in Ready
    if (elem != nullptr) AssignElem(c->ops, elem, w->elem);
    w->success = true;
    UnlockWord(&c->lock);
    Ready(w->g);
    return true;
  }
  if (c->closed) {
    fiber::Acquire(&c->closed);
    if (elem != nullptr) ZeroElem(c->ops, elem);
    *received = false;
    UnlockWord(&c->lock);
    return true;
  }
  return false;
}

namespace {

/// The channel is nil, or full and nobody receives; its lock is held.
GOLAB_NOINLINE void SendSlow(Hchan* c, void* elem) {
  G* me = CurrentG("chan send");
  if (c == nullptr) {
    for (;;) Park(WaitReason::kChanSendNil, 0, nullptr);
  }
  Waiter w;
  w.g = me;
  w.elem = elem;
  w.c = c;
  fiber::Release(&w);
  PushWaiter(c->sendq, &w);
  Park(WaitReason::kChanSend, world.lab ? c->id : 0, &c->lock);
  if (!w.success) [[unlikely]]
    ChanPanic("send on closed channel");
  GOLAB_EVIDENCE(EventType::kSend, 1, c->id);
}

/// The channel is nil, or empty and nobody sends; its lock is held.
GOLAB_NOINLINE bool RecvSlow(Hchan* c, void* elem) {
  G* me = CurrentG("chan receive");
  if (c == nullptr) {
    for (;;) Park(WaitReason::kChanReceiveNil, 0, nullptr);
  }
  Waiter w;
  w.g = me;
  w.elem = elem;
  w.c = c;
  fiber::Release(&w);
  PushWaiter(c->recvq, &w);
  if (c->timer != nullptr) [[unlikely]] {
    TimerWaiterArrived(c);
    const std::uint64_t due = TimerDue(c);
    if (due != Wheel::kNone) GOLAB_EVIDENCE(EventType::kBlockUntil, 0, due);
  }
  Park(WaitReason::kChanReceive, world.lab ? c->id : 0, &c->lock);
  if (c->timer != nullptr) [[unlikely]] {
    Touch(ObjectOf(c), AccessMode::kWrite);
    LockWord(&c->lock);
    TimerWaiterLeft(c);
    UnlockWord(&c->lock);
  }
  if (!w.success && elem != nullptr) ZeroElem(c->ops, elem);
  GOLAB_EVIDENCE(EventType::kRecv, w.success ? kRecvWaited : kRecvWaited | kRecvClosed, c->id);
  return w.success;
}

}  // namespace

void ChanSend(Hchan* c, void* elem) {
  GOLAB_AT_CALL_ON(ObjectOf(c), kWrite);
  RequireP("chan send");
  if (c == nullptr) [[unlikely]]
    return SendSlow(c, elem);
  LockWord(&c->lock);
  if (!TrySendLocked(c, elem)) [[unlikely]]
    return SendSlow(c, elem);
  GOLAB_EVIDENCE(EventType::kSend, 0, c->id);
}

bool ChanRecv(Hchan* c, void* elem) {
  GOLAB_AT_CALL_ON(ObjectOf(c), kWrite);
  RequireP("chan receive");
  if (c == nullptr) [[unlikely]]
    return RecvSlow(c, elem);
  LockWord(&c->lock);
  if (c->timer != nullptr) [[unlikely]]
    PollTimer(c);
  bool received;
  if (!TryRecvLocked(c, elem, &received)) [[unlikely]]
    return RecvSlow(c, elem);
  GOLAB_EVIDENCE(EventType::kRecv, received ? 0 : kRecvClosed, c->id);
  return received;
}

void ChanClose(Hchan* c) {
  GOLAB_AT_CALL_ON(ObjectOf(c), kWrite);
  RequireP("close");
  if (c == nullptr) ChanPanic("close of nil channel");
  LockWord(&c->lock);
  if (c->closed) {
    UnlockWord(&c->lock);
    ChanPanic("close of closed channel");
  }
  c->closed = true;
  fiber::Release(&c->closed);
  // Everyone leaves the queues under the lock and is made ready after it, newest first (Go's
  // order).
  Waiter* woken = nullptr;
  for (WaitQueue* q : {&c->recvq, &c->sendq}) {
    while (Waiter* w = ClaimWaiter(*q)) {
      w->next = woken;
      woken = w;
    }
  }
  UnlockWord(&c->lock);
  GOLAB_EVIDENCE(EventType::kClose, 0, c->id);
  while (woken != nullptr) {
    Waiter* w = woken;
    woken = w->next;
    w->success = false;
    Ready(w->g);  // w is gone once its goroutine runs
  }
}

std::size_t ChanLen(const Hchan* c) {
  GOLAB_AT_CALL_ON(ObjectOf(c), kRead);
  return c == nullptr || c->timer != nullptr ? 0 : __atomic_load_n(&c->count, __ATOMIC_RELAXED);
}

std::size_t ChanCap(const Hchan* c) {
  return c == nullptr || c->timer != nullptr ? 0 : c->capacity;
}

}  // namespace golab::rt
