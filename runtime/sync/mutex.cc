// Mutex. Go: internal/sync/mutex.go, with its fairness: normally a woken waiter competes with
// whoever comes along (cheap); a waiter that has waited for 1 ms switches the mutex to starvation
// mode, in which Unlock hands it to the first in the queue, until the queue is empty or a wait was
// short again.

#include "golab/sync.h"

#include "runtime/arch/fiber.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/sched/wait_profile.h"
#include "runtime/sync/mutex_inside.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {
namespace {

constexpr std::uint32_t kLocked = 1;
constexpr std::uint32_t kStarving = 2;
constexpr std::uint32_t kWaiterOne = 4;
constexpr std::uint64_t kStarvationNs = 1'000'000;

}  // namespace

namespace rt {

void MutexInside::Lock(sync::Mutex* m, WaitReason reason, const void* object) {
  G* me = CurrentG("mutex lock");
  std::uint64_t began = 0;
  for (;;) {
    LockWord(&m->lock_);
    const std::uint32_t s = m->state_;
    if ((s & (kLocked | kStarving)) == 0) {
      __atomic_store_n(&m->state_, s | kLocked, __ATOMIC_RELAXED);  // published by the unlock below
      UnlockWord(&m->lock_);
      break;
    }
    const bool again = began != 0;
    const std::uint64_t now = Now();
    if (!again) began = now + 1;
    std::uint32_t next = s + kWaiterOne;
    if (again && now + 1 - began > kStarvationNs) next |= kStarving;
    __atomic_store_n(&m->state_, next, __ATOMIC_RELAXED);
    Waiter w;
    w.g = me;
    w.ticket = now;
    if (again) {
      PushWaiterFront(m->waiters_, &w);  // it has been first already
    } else {
      PushWaiter(m->waiters_, &w);
    }
    Park(reason, reinterpret_cast<std::uintptr_t>(m), &m->lock_);
    Touch(object, AccessMode::kWrite);  // woken, it tries again
    if (w.success) {                    // handed over: it is ours
      LockWord(&m->lock_);
      if (m->waiters_.first == nullptr || Now() + 1 - began < kStarvationNs)
        m->state_ &= ~kStarving;
      UnlockWord(&m->lock_);
      break;
    }
  }
  fiber::Acquire(m);
}

void MutexInside::Unlock(sync::Mutex* m) {
  fiber::Release(m);
  LockWord(&m->lock_);
  std::uint32_t s = m->state_;
  if ((s & kLocked) == 0) {
    UnlockWord(&m->lock_);
    Fatal("sync: unlock of unlocked mutex");
  }
  Waiter* w = PopWaiter(m->waiters_);
  if (w == nullptr) {
    __atomic_store_n(&m->state_, 0, __ATOMIC_RELAXED);
    UnlockWord(&m->lock_);
    return;
  }
  s -= kWaiterOne;
  w->success = (s & kStarving) != 0;
  if (!w->success) s &= ~kLocked;
  __atomic_store_n(&m->state_, s, __ATOMIC_RELAXED);
  const std::uint64_t began = w->ticket;
  G* const waiter = w->g;
  UnlockWord(&m->lock_);
  Ready(waiter);
  if (ProfilesMutexes()) [[unlikely]]
    NoteUnlocked(Now() - began, __builtin_frame_address(0));
}

bool MutexInside::TryLock(sync::Mutex* m) {
  LockWord(&m->lock_);
  const bool free = (m->state_ & (kLocked | kStarving)) == 0;
  if (free) __atomic_store_n(&m->state_, m->state_ | kLocked, __ATOMIC_RELAXED);
  UnlockWord(&m->lock_);
  if (free) fiber::Acquire(m);
  return free;
}

}  // namespace rt

namespace sync {

bool Mutex::TryLock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  if (!rt::MutexInside::TryLock(this)) return false;
  GOLAB_EVIDENCE(rt::EventType::kLock, rt::LockKind::kMutex,
                 reinterpret_cast<std::uintptr_t>(this));
  return true;
}

}  // namespace sync

namespace rt {

void MutexLockSlow(void* mutex) {
  GOLAB_AT_CALL_AT(mutex, kWrite);
  auto* m = static_cast<sync::Mutex*>(mutex);
  rt::MutexInside::Lock(m, WaitReason::kMutexLock, m);
  GOLAB_EVIDENCE(EventType::kLock, LockKind::kMutex, reinterpret_cast<std::uintptr_t>(mutex));
}

void MutexUnlockSlow(void* mutex) {
  GOLAB_AT_CALL_AT(mutex, kWrite);
  GOLAB_EVIDENCE(EventType::kUnlock, LockKind::kMutex, reinterpret_cast<std::uintptr_t>(mutex));
  rt::MutexInside::Unlock(static_cast<sync::Mutex*>(mutex));
}

}  // namespace rt
}  // namespace golab
