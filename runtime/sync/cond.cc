// Cond and Once. Go: sync/cond.go, sync/once.go.

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

Cond::Cond(const Cond& other) : L(other.L), self_(other.self_) {}

void Cond::CheckCopy() {
  if (self_ == nullptr) self_ = this;
  if (self_ != this) rt::PanicPlain("sync.Cond is copied");
}

void Cond::Wait() {
  using namespace rt;
  GOLAB_AT_CALL_AT(this, kWrite);
  G* me = CurrentG("Cond.Wait");
  CheckCopy();
  Waiter w;
  w.g = me;
  // In the queue before the unlock: a Signal in between is not lost.
  LockWord(&lock_);
  PushWaiter(waiters_, &w);
  UnlockWord(&lock_);
  L.Unlock();
  Touch(this, AccessMode::kWrite);
  LockWord(&lock_);
  if (w.success) {
    UnlockWord(&lock_);  // signalled while it unlocked
  } else {
    w.claimed = true;  // parked: from here on a signal must make it ready
    Park(WaitReason::kCondWait, reinterpret_cast<std::uintptr_t>(this), &lock_);
  }
  L.Lock();
}

void Cond::Signal() {
  using namespace rt;
  GOLAB_AT_CALL_AT(this, kWrite);
  CheckCopy();
  GOLAB_EVIDENCE(EventType::kCondSignal, 0, reinterpret_cast<std::uintptr_t>(this));
  LockWord(&lock_);
  Waiter* w = PopWaiter(waiters_);
  G* parked = nullptr;
  if (w != nullptr) {
    w->success = true;
    if (w->claimed) parked = w->g;
  }
  UnlockWord(&lock_);
  if (parked != nullptr) Ready(parked);
}

void Cond::Broadcast() {
  using namespace rt;
  GOLAB_AT_CALL_AT(this, kWrite);
  CheckCopy();
  GOLAB_EVIDENCE(EventType::kCondSignal, 1, reinterpret_cast<std::uintptr_t>(this));
  LockWord(&lock_);
  Waiter* parked = nullptr;
  Waiter** tail = &parked;
  while (Waiter* w = PopWaiter(waiters_)) {
    w->success = true;
    if (!w->claimed) continue;
    *tail = w;
    tail = &w->next;
  }
  UnlockWord(&lock_);
  while (parked != nullptr) {
    Waiter* w = parked;
    parked = w->next;
    Ready(w->g);
  }
}

namespace internal {

void OnceDo(Mutex& mutex, std::uint32_t& done, void (*call)(void*), void* f) {
  // Acquire: who sees `done` sees what the function did. Pairs with the release below.
  if (__atomic_load_n(&done, __ATOMIC_ACQUIRE) != 0) {
    rt::Touch(&done, rt::AccessMode::kRead);
    rt::fiber::Acquire(&done);
    return;
  }
  // It may become the one that does it. Here the mutex is inline, and no place to be switched at.
  rt::Touch(&done, rt::AccessMode::kWrite);
  rt::Touch(&mutex, rt::AccessMode::kWrite);
  mutex.Lock();
  rt::fiber::Acquire(&mutex);  // here Lock and Unlock are inline and tell TSan nothing

  struct Finish {
    Mutex& mutex;
    std::uint32_t& done;
    bool first;

    // However the function is left, it counts as done, and the lock is free.
    ~Finish() noexcept(false) {
      if (first) {
        rt::Touch(&done, rt::AccessMode::kWrite);
        rt::fiber::Release(&done);
        __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
      }
      rt::fiber::Release(&mutex);
      rt::Touch(&mutex, rt::AccessMode::kWrite);
      mutex.Unlock();
    }
  } finish{mutex, done, done == 0};

  if (finish.first) call(f);
}

}  // namespace internal
}  // namespace golab::sync
