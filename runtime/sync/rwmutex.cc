// RWMutex. Go: sync/rwmutex.go. A writer first wins `writers_` against other writers, then
// announces itself, which keeps new readers out, and waits for those inside. Readers come after the
// writers before them (TSan: order through `writing_`), not after each other (`readers_`): in the
// trace of steps, what readers do commutes.

#include "golab/sync.h"

#include "runtime/arch/fiber.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/sync/mutex_inside.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::sync {

using rt::EventType;
using rt::LockKind;
using rt::LockWord;
using rt::UnlockWord;
using rt::Waiter;
using rt::WaitReason;

namespace {

std::uintptr_t Address(const RWMutex* m) {
  return reinterpret_cast<std::uintptr_t>(m);
}

}  // namespace

void RWMutex::Lock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  rt::G* me = rt::CurrentG("mutex lock");
  rt::MutexInside::Lock(&writers_, WaitReason::kMutexLock, this);
  LockWord(&lock_);
  writing_ = true;
  if (readers_ > 0) {
    Waiter w;
    w.g = me;
    writer_ = &w;
    rt::Park(WaitReason::kRWMutexLock, Address(this), &lock_);  // woken with held_ set for it
  } else {
    held_ = true;
    UnlockWord(&lock_);
  }
  rt::fiber::Acquire(&writing_);
  rt::fiber::Acquire(&readers_);
  GOLAB_EVIDENCE(EventType::kLock, LockKind::kWrite, Address(this));
}

bool RWMutex::TryLock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  if (!rt::MutexInside::TryLock(&writers_)) return false;
  LockWord(&lock_);
  const bool free = readers_ == 0;
  if (free) writing_ = held_ = true;
  UnlockWord(&lock_);
  if (!free) {
    rt::MutexInside::Unlock(&writers_);
    return false;
  }
  rt::fiber::Acquire(&writing_);
  rt::fiber::Acquire(&readers_);
  GOLAB_EVIDENCE(EventType::kLock, LockKind::kWrite, Address(this));
  return true;
}

void RWMutex::Unlock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  rt::fiber::Release(&writing_);
  LockWord(&lock_);
  if (!held_) {
    UnlockWord(&lock_);
    rt::Fatal("sync: Unlock of unlocked RWMutex");
  }
  writing_ = held_ = false;
  // All readers that came meanwhile go in, before the next writer.
  Waiter* woken = reading_.first;
  reading_ = {};
  for (Waiter* w = woken; w != nullptr; w = w->next) ++readers_;
  UnlockWord(&lock_);
  GOLAB_EVIDENCE(EventType::kUnlock, LockKind::kWrite, Address(this));
  while (woken != nullptr) {
    Waiter* w = woken;
    woken = w->next;
    rt::Ready(w->g);
  }
  rt::MutexInside::Unlock(&writers_);
}

void RWMutex::RLock() {
  GOLAB_AT_CALL_AT(this, kUp);
  rt::G* me = rt::CurrentG("mutex lock");
  LockWord(&lock_);
  if (writing_) {
    Waiter w;
    w.g = me;
    PushWaiter(reading_, &w);
    rt::Park(WaitReason::kRWMutexRLock, Address(this), &lock_);  // woken and counted
  } else {
    ++readers_;
    UnlockWord(&lock_);
  }
  rt::fiber::Acquire(&writing_);
  GOLAB_EVIDENCE(EventType::kLock, LockKind::kRead, Address(this));
}

bool RWMutex::TryRLock() {
  GOLAB_AT_CALL_AT(this, kUp);
  LockWord(&lock_);
  const bool free = !writing_;
  if (free) ++readers_;
  UnlockWord(&lock_);
  if (!free) return false;
  rt::fiber::Acquire(&writing_);
  GOLAB_EVIDENCE(EventType::kLock, LockKind::kRead, Address(this));
  return true;
}

void RWMutex::RUnlock() {
  GOLAB_AT_CALL_AT(this, kUp);
  rt::fiber::Release(&readers_);
  LockWord(&lock_);
  if (readers_ <= 0) {
    UnlockWord(&lock_);
    rt::Fatal("sync: RUnlock of unlocked RWMutex");
  }
  Waiter* writer = nullptr;
  if (--readers_ == 0 && writer_ != nullptr) {
    writer = writer_;
    writer_ = nullptr;
    held_ = true;
  }
  UnlockWord(&lock_);
  GOLAB_EVIDENCE(EventType::kUnlock, LockKind::kRead, Address(this));
  if (writer != nullptr) rt::Ready(writer->g);
}

}  // namespace golab::sync
