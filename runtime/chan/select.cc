// Select in three passes: look for a ready case, announce in all queues, take oneself off the
// others. Go: runtime/select.go.
//
// With several Ps all channels are locked in address order for the first two passes. No single lock
// could be released by the switch, so all are released before it: a waker that claims us through
// g->selected waits in Ready until we are saved.

#include "golab/select.h"

#include "golab/defer.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/delay.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr int kOnStack = 8;  // cases whose waiters fit on the stack; more go to the heap

/// Locks of all channels of a select, each once, in address order.
class CaseLocks {
 public:
  CaseLocks(SelectCase* cases, int n) noexcept : cases_(cases), n_(n) {}

  void LockAll() noexcept {
    if (!Multi()) [[likely]]
      return;
    for (Hchan* c = Next(nullptr); c != nullptr; c = Next(c)) LockWord(&c->lock);
  }

  void UnlockAll() noexcept { UnlockAllBut(nullptr); }

  void UnlockAllBut(const Hchan* kept) noexcept {
    if (!Multi()) [[likely]]
      return;
    for (Hchan* c = Next(nullptr); c != nullptr; c = Next(c)) {
      if (c != kept) UnlockWord(&c->lock);
    }
  }

 private:
  /// The channel with the lowest address above `after`. Quadratic, for a handful of cases.
  Hchan* Next(const Hchan* after) const noexcept {
    Hchan* best = nullptr;
    for (int i = 0; i < n_; ++i) {
      Hchan* c = cases_[i].c;
      if (c > after && (best == nullptr || c < best)) best = c;
    }
    return best;
  }

  SelectCase* cases_;
  int n_;
};

bool IsReady(const SelectCase& one) noexcept {
  Hchan* c = one.c;
  if (c == nullptr) return false;
  if (one.is_send) return c->closed || c->count < c->capacity || HasWaiter(c->recvq);
  if (c->timer != nullptr) [[unlikely]]
    PollTimer(c);
  return c->count > 0 || c->closed || HasWaiter(c->sendq);
}

/// Runs a case that is ready, and releases its channel's lock. False: it is ready no more, since
/// the other side waits in a select too, and another P has claimed it through another channel; the
/// lock is held.
bool RunCase(SelectCase& one) {
  if (one.is_send) {
    if (!TrySendLocked(one.c, one.elem)) return false;
    GOLAB_EVIDENCE(EventType::kSend, 0, one.c->id);
    return true;
  }
  bool received;
  if (!TryRecvLocked(one.c, one.elem, &received)) return false;
  if (one.ok != nullptr) *one.ok = received;
  GOLAB_EVIDENCE(EventType::kRecv, received ? 0 : 2, one.c->id);
  return true;
}

/// One of the ready cases, all alike; -1 if none is.
int PickReady(SelectCase* cases, int n, std::uintptr_t pc) noexcept {
  std::uint64_t ready = 0;
  int count = 0;
  for (int i = 0; i < n; ++i) {
    if (!IsReady(cases[i])) continue;
    ready |= std::uint64_t{1} << (i & 63);
    ++count;
    if (i >= 63) break;  // cases past the 64th wait for their turn at the front
  }
  if (count == 0) return -1;
  std::uint32_t skip = 0;
  if (count > 1) {
    P* p = arch::ThisP();
    skip = world.is_virtual ? ChooseCase(p, static_cast<std::uint32_t>(count), pc)
                            : p->random.Below(static_cast<std::uint32_t>(count));
  }
  for (; skip > 0; --skip) ready &= ready - 1;
  return __builtin_ctzll(ready);
}

void Enqueue(SelectCase* cases, int n, Waiter* waiters, G* me) noexcept {
  std::uint64_t due = Wheel::kNone;
  for (int i = 0; i < n; ++i) {
    Hchan* c = cases[i].c;
    if (c == nullptr) continue;
    Waiter& w = waiters[i];
    w.g = me;
    w.elem = cases[i].elem;
    w.c = c;
    w.index = static_cast<std::uint32_t>(i);
    w.is_select = true;
    fiber::Release(&w);
    PushWaiter(cases[i].is_send ? c->sendq : c->recvq, &w);
    if (c->timer != nullptr) {
      TimerWaiterArrived(c);
      const std::uint64_t one = TimerDue(c);
      if (one < due) due = one;
    }
  }
  if (due != Wheel::kNone) GOLAB_EVIDENCE(EventType::kBlockUntil, 0, due);
}

/// Takes all waiters off their queues; the index of the one that was claimed.
int Dequeue(SelectCase* cases, int n, Waiter* waiters) noexcept {
  CaseLocks locks(cases, n);
  locks.LockAll();
  int fired = -1;
  for (int i = 0; i < n; ++i) {
    Hchan* c = cases[i].c;
    if (c == nullptr) continue;
    Waiter& w = waiters[i];
    if (w.c != nullptr) RemoveWaiter(cases[i].is_send ? c->sendq : c->recvq, &w);
    if (w.claimed) fired = i;
    if (c->timer != nullptr) {
      Touch(ObjectOf(c), AccessMode::kWrite);  // its timer may be disarmed by this
      TimerWaiterLeft(c);
    }
  }
  locks.UnlockAll();
  return fired;
}

/// A select looks at all its channels; it changes the one that it takes (`taken`, kDefault: none),
/// or all of them when it waits (kWaits).
constexpr int kWaits = -2;

GOLAB_COLD void TouchCases(const SelectCase* cases, int n, int taken) noexcept {
  for (int i = 0; i < n; ++i) {
    if (cases[i].c == nullptr) continue;
    Touch(ObjectOf(cases[i].c),
          i == taken || taken == kWaits ? AccessMode::kWrite : AccessMode::kRead);
  }
}

GOLAB_NOINLINE int SelectBlocking(SelectCase* cases, int n, Waiter* waiters) {
  P* p = arch::ThisP();
  G* me = p->current;
  if (world.tracing) [[unlikely]] {
    TouchCases(cases, n, kWaits);
    Extra(me)->select_cases = cases;
    Extra(me)->select_count = n;
  }
  Enqueue(cases, n, waiters, me);
  const Hchan* only = n == 1 ? cases[0].c : nullptr;  // Go's compiler makes it a plain operation
  const WaitReason plain = cases[0].is_send ? WaitReason::kChanSend : WaitReason::kChanReceive;
  MarkParked(only != nullptr ? plain : WaitReason::kSelect,
             world.lab && only != nullptr ? only->id : 0);
  // Release: from here on wakers may claim; what they read of us is written.
  __atomic_store_n(&me->selected, 0, __ATOMIC_RELEASE);
  CaseLocks(cases, n).UnlockAll();
  DelayHere();
  LeaveParked(nullptr);
  return Dequeue(cases, n, waiters);
}

}  // namespace

void TouchWaitingSelect(const G* g) noexcept {
  TouchCases(g->extra->select_cases, g->extra->select_count, kWaits);
}

int SelectN(SelectCase* cases, int n, bool has_default) {
  GOLAB_AT_CALL();
  CurrentG("select");
  if (n == 0) {
    if (has_default) return kDefault;
    for (;;) Park(WaitReason::kSelectNoCases, 0, nullptr);
  }
  const auto pc = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  CaseLocks locks(cases, n);
  for (;;) {
    locks.LockAll();
    const int ready = PickReady(cases, n, pc);
    if (world.tracing && (ready >= 0 || has_default)) [[unlikely]]
      TouchCases(cases, n, ready);
    if (ready < 0) break;
    locks.UnlockAllBut(cases[ready].c);
    if (RunCase(cases[ready])) return ready;
    UnlockWord(&cases[ready].c->lock);
  }
  if (has_default) {
    locks.UnlockAll();
    return kDefault;
  }
  if (n == 1 && cases[0].c == nullptr) {
    for (;;)
      Park(cases[0].is_send ? WaitReason::kChanSendNil : WaitReason::kChanReceiveNil, 0, nullptr);
  }
  Waiter on_stack[kOnStack];
  Waiter* waiters = n <= kOnStack ? on_stack : new Waiter[static_cast<std::size_t>(n)];
  const int fired = SelectBlocking(cases, n, waiters);
  GOLAB_INVARIANT(fired >= 0, "select woken by nothing");
  const bool closed = !waiters[fired].success;
  if (waiters != on_stack) delete[] waiters;
  SelectCase& one = cases[fired];
  if (one.is_send) {
    if (closed) PanicPlain("send on closed channel");
    GOLAB_EVIDENCE(EventType::kSend, 1, one.c->id);
    return fired;
  }
  if (closed && one.elem != nullptr) ZeroElem(one.c->ops, one.elem);
  if (one.ok != nullptr) *one.ok = !closed;
  GOLAB_EVIDENCE(EventType::kRecv, closed ? 3 : 1, one.c->id);
  return fired;
}

}  // namespace golab::rt
