// WaitGroup. Go: sync/waitgroup.go.

#include "golab/defer.h"
#include "golab/sync.h"

#include "runtime/arch/fiber.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::sync {
namespace {

std::uint8_t Clamp(int delta) {
  if (delta > 127) delta = 127;
  if (delta < -128) delta = -128;
  return static_cast<std::uint8_t>(static_cast<std::int8_t>(delta));
}

}  // namespace

void WaitGroup::Add(int delta) {
  using namespace rt;
  GOLAB_AT_CALL();
  if (delta < 0) fiber::Release(this);
  Touch(this, delta < 0 ? AccessMode::kDown : AccessMode::kUp, delta);
  LockWord(&lock_);
  count_ += delta;
  // As Go's race detector has it: the first Add and a Wait are a race unless one is sure to be
  // first.
  if (delta > 0 && count_ == delta) fiber::Read(&waiters_, __builtin_return_address(0));
  if (count_ < 0) {
    UnlockWord(&lock_);
    PanicPlain("sync: negative WaitGroup counter");
  }
  Waiter* woken = nullptr;
  if (count_ == 0 && waiting_ != 0) {
    woken = waiters_.first;
    waiters_ = {};
    waiting_ = 0;
  }
  UnlockWord(&lock_);
  if (world.lab) [[unlikely]] {
    GOLAB_EVIDENCE(EventType::kWaitGroupAdd, Clamp(delta), reinterpret_cast<std::uintptr_t>(this));
  }
  while (woken != nullptr) {
    Waiter* w = woken;
    woken = w->next;
    Ready(w->g);  // w is gone once its goroutine runs
  }
}

void WaitGroup::Done() {
  Add(-1);
}

void WaitGroup::Wait() {
  using namespace rt;
  GOLAB_AT_CALL();
  G* me = CurrentG("WaitGroup.Wait");
  LockWord(&lock_);
  Touch(this, count_ == 0 ? AccessMode::kJoins : AccessMode::kParks);
  if (count_ == 0) {
    UnlockWord(&lock_);
    fiber::Acquire(this);
    return;
  }
  Waiter w;
  w.g = me;
  PushWaiter(waiters_, &w);
  if (++waiting_ == 1) fiber::Write(&waiters_, __builtin_return_address(0));
  Park(WaitReason::kWaitGroupWait, reinterpret_cast<std::uintptr_t>(this), &lock_);
  Touch(this, AccessMode::kJoins);
  fiber::Acquire(this);
}

}  // namespace golab::sync
