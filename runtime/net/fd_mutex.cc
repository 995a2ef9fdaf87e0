#include "runtime/net/fd_mutex.h"

#include "runtime/base/spin_lock.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"

namespace golab::rt {
namespace {

/// Waits in `queue`; `lock` is held and released. True: woken with what was waited for.
bool WaitIn(WaitQueue& queue, std::uint32_t* lock) noexcept {
  Waiter me;
  me.g = arch::ThisP()->current;
  PushWaiter(queue, &me);
  Park(WaitReason::kSemacquire, reinterpret_cast<std::uintptr_t>(lock), lock);
  return me.success;
}

void WakeAll(WaitQueue& queue) noexcept {
  while (Waiter* w = PopWaiter(queue)) Ready(w->g);
}

}  // namespace

bool FdMutex::Enter() noexcept {
  LockWord(&lock_);
  const bool open = !closed_;
  if (open) ++users_;
  UnlockWord(&lock_);
  return open;
}

bool FdMutex::Lock(Direction direction) noexcept {
  LockWord(&lock_);
  if (closed_) {
    UnlockWord(&lock_);
    return false;
  }
  Side& side = sides_[static_cast<int>(direction)];
  if (side.taken) return WaitIn(side.waiters, &lock_);  // handed over, with its place among users
  side.taken = true;
  ++users_;
  UnlockWord(&lock_);
  return true;
}

bool FdMutex::Leave() noexcept {
  LockWord(&lock_);
  const bool last = LeaveLocked();
  UnlockWord(&lock_);
  return last;
}

bool FdMutex::Unlock(Direction direction) noexcept {
  LockWord(&lock_);
  Side& side = sides_[static_cast<int>(direction)];
  bool last = false;
  if (Waiter* next = PopWaiter(side.waiters)) {
    next->success = true;  // the side and our place among the users are its own now
    Ready(next->g);
  } else {
    side.taken = false;
    last = LeaveLocked();
  }
  UnlockWord(&lock_);
  return last;
}

bool FdMutex::Close() noexcept {
  LockWord(&lock_);
  const bool first = !closed_;
  if (first) {
    closed_ = true;
    ++users_;
    for (Side& side : sides_) WakeAll(side.waiters);
  }
  UnlockWord(&lock_);
  return first;
}

void FdMutex::NoteGone() noexcept {
  LockWord(&lock_);
  gone_ = true;
  WakeAll(closers_);
  UnlockWord(&lock_);
}

void FdMutex::AwaitGone() noexcept {
  LockWord(&lock_);
  if (!gone_) {
    WaitIn(closers_, &lock_);
  } else {
    UnlockWord(&lock_);
  }
}

}  // namespace golab::rt
