// How a wait and news meet. Whoever has news exchanges the word for kReady and wakes the goroutine
// that he finds there; who waits puts himself in place of kNothing, after `unsaved` says that he is
// not to be resumed yet. So news comes before the goroutine is there, and it finds kReady, or
// after, and the goroutine is found. Closing and deadlines are flags, set before the same exchange:
// a wait that began before is woken, a later one sees the flag.

#include "runtime/net/poll_desc.h"

#include <new>

#include "runtime/base/delay.h"
#include "runtime/base/lasting.h"
#include "runtime/base/spin_lock.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/sched.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::uint32_t kChunk = 64;
constexpr std::uint32_t kChunks = 1 << 14;  // a million descriptors

/// All PollDescs ever, in chunks that stay where they are.
struct Slab {
  std::uint32_t lock = 0;  // real
  std::uint32_t used = 0;
  PollDesc* free = nullptr;
  PollDesc* chunks[kChunks] = {};  // atomic: read without the lock
};

constinit Slab slab;

}  // namespace

PollDesc* PollDesc::At(std::uint32_t index) noexcept {
  return __atomic_load_n(&slab.chunks[index / kChunk], __ATOMIC_ACQUIRE) + index % kChunk;
}

PollDesc* PollDesc::Take() noexcept {
  LockRealWord(&slab.lock);
  PollDesc* d = slab.free;
  if (d != nullptr) {
    slab.free = d->next_free_;
  } else if (slab.used < kChunk * kChunks) {
    PollDesc** chunk = &slab.chunks[slab.used / kChunk];
    if (*chunk == nullptr) {
      auto* fresh = new (std::nothrow) PollDesc[kChunk];
      KeepForEver(fresh);
      __atomic_store_n(chunk, fresh, __ATOMIC_RELEASE);
    }
    if (*chunk != nullptr) {
      d = *chunk + slab.used % kChunk;
      d->index_ = slab.used++;
    }
  }
  UnlockWord(&slab.lock);
  if (d == nullptr) return nullptr;
  __atomic_store_n(&d->read_, kNothing, __ATOMIC_RELAXED);
  __atomic_store_n(&d->write_, kNothing, __ATOMIC_RELAXED);
  __atomic_store_n(&d->aborted_, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&d->closing_, 0, __ATOMIC_RELAXED);
  for (Deadline& deadline : d->deadlines_) {
    deadline.passed = 0;
    deadline.timer.fire = &Fire;
    deadline.timer.context = d;
  }
  return d;
}

void PollDesc::Release() noexcept {
  // Another tag, and not hung up. Release: before the descriptor itself is closed.
  const std::uint32_t next = ((tag() + 1) & kTagMask) << 1;
  __atomic_store_n(&state_, next, __ATOMIC_RELEASE);
  LockRealWord(&slab.lock);
  next_free_ = slab.free;
  slab.free = this;
  UnlockWord(&slab.lock);
}

Awaited PollDesc::Check(Direction direction) const noexcept {
  if (closing()) return Awaited::kClosing;
  if (direction == Direction::kRead && __atomic_load_n(&aborted_, __ATOMIC_SEQ_CST) != 0)
    return Awaited::kAborted;
  const Deadline& deadline = deadlines_[static_cast<int>(direction)];
  if (__atomic_load_n(&deadline.passed, __ATOMIC_SEQ_CST) != 0) return Awaited::kTimeout;
  return Awaited::kReady;
}

Awaited PollDesc::Await(Direction direction) noexcept {
  std::uint64_t* word = WordOf(direction);
  for (;;) {
    const Awaited trouble = Check(direction);
    if (trouble != Awaited::kReady) return trouble;
    // What has hung up can always be read: its end is there to be seen, again and again.
    if (direction == Direction::kRead && hung_up()) return Awaited::kReady;
    std::uint64_t found = kReady;
    if (__atomic_compare_exchange_n(word, &found, kNothing, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
      if (Check(direction) == Awaited::kReady) return Awaited::kReady;
      continue;
    }
    GOLAB_INVARIANT(found == kNothing, "two goroutines wait for one direction of a connection");
    G* me = arch::ThisP()->current;
    // relaxed: published with the exchange.
    __atomic_store_n(&me->unsaved, 1, __ATOMIC_RELAXED);
    DelayHere();
    if (!__atomic_compare_exchange_n(word, &found, reinterpret_cast<std::uintptr_t>(me), false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      __atomic_store_n(&me->unsaved, 0, __ATOMIC_RELAXED);  // ready by now
      continue;
    }
    DelayHere();
    if ((me->flags & kGSystem) == 0) ++arch::ThisP()->net_waits;
    MarkParked(WaitReason::kIOWait, reinterpret_cast<std::uintptr_t>(this));
    LeaveParked(nullptr);
  }
}

void PollDesc::Set(Direction direction, GList* out) noexcept {
  const std::uint64_t was = __atomic_exchange_n(WordOf(direction), kReady, __ATOMIC_SEQ_CST);
  if (was != kNothing && was != kReady) out->PushTail(reinterpret_cast<G*>(was));
}

void PollDesc::NoteReady(Direction direction) noexcept {
  std::uint64_t nothing = kNothing;
  __atomic_compare_exchange_n(WordOf(direction), &nothing, kReady, false, __ATOMIC_SEQ_CST,
                              __ATOMIC_SEQ_CST);
}

void PollDesc::TakeReadiness(Direction direction) noexcept {
  std::uint64_t ready = kReady;
  __atomic_compare_exchange_n(WordOf(direction), &ready, kNothing, false, __ATOMIC_SEQ_CST,
                              __ATOMIC_SEQ_CST);
}

void PollDesc::Tell(std::uint32_t of, std::uint8_t events, GList* out) noexcept {
  if (tag() != of) return;
  DelayHere();
  if ((events & kNetHangUp) != 0) {
    // Of another tag by now: its next descriptor has not hung up.
    std::uint32_t state = of << 1;
    __atomic_compare_exchange_n(&state_, &state, of << 1 | 1, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
  }
  if ((events & (kNetReadable | kNetHangUp)) != 0) Set(Direction::kRead, out);
  if ((events & kNetWritable) != 0) Set(Direction::kWrite, out);
}

void PollDesc::Evict(GList* out) noexcept {
  LockRealWord(&lock_);
  __atomic_store_n(&closing_, 1, __ATOMIC_SEQ_CST);
  for (Deadline& deadline : deadlines_) {
    deadline.when = Wheel::kNone;
    DisarmTimer(&deadline.timer);
  }
  UnlockWord(&lock_);
  DelayHere();
  Set(Direction::kRead, out);
  Set(Direction::kWrite, out);
}

void PollDesc::Wake(Direction direction) noexcept {
  GList woken;
  Set(direction, &woken);
  ReadyAll(&woken);
}

void PollDesc::SetAborted(bool on) noexcept {
  __atomic_store_n(&aborted_, on ? 1 : 0, __ATOMIC_SEQ_CST);
  if (on) Wake(Direction::kRead);
}

void PollDesc::SetDeadline(Direction direction, std::uint64_t when) noexcept {
  Deadline& deadline = deadlines_[static_cast<int>(direction)];
  LockRealWord(&lock_);
  if (closing()) return UnlockWord(&lock_);
  deadline.when = when;
  const bool now = when <= Now();
  __atomic_store_n(&deadline.passed, now ? 1 : 0, __ATOMIC_SEQ_CST);
  if (now || when == Wheel::kNone) {
    DisarmTimer(&deadline.timer);
  } else if (!deadline.timer.Armed() || deadline.timer.when > when || world.is_virtual) {
    // A timer that is due earlier stays: it arms itself again (Expire).
    DisarmTimer(&deadline.timer);
    deadline.timer.when = when;
    ArmTimer(&deadline.timer);
  }
  UnlockWord(&lock_);
  if (now) Wake(direction);
}

void PollDesc::Fire(Timer* timer, std::uint64_t now) {
  auto* d = static_cast<PollDesc*>(timer->context);
  const bool read = timer == &d->deadlines_[0].timer;
  d->Expire(read ? Direction::kRead : Direction::kWrite, now);
}

// The timer may be late: the deadline has been moved or taken away since, or the descriptor is
// another. What counts is `when`; if somebody has armed the timer again, he has seen to it.
void PollDesc::Expire(Direction direction, std::uint64_t now) noexcept {
  Deadline& deadline = deadlines_[static_cast<int>(direction)];
  Touch(kTheNetwork, AccessMode::kWrite);
  LockRealWord(&lock_);
  const bool passed = deadline.when <= now;
  if (passed) {
    __atomic_store_n(&deadline.passed, 1, __ATOMIC_SEQ_CST);
  } else if (deadline.when != Wheel::kNone && !deadline.timer.Armed()) {
    deadline.timer.when = deadline.when;
    ArmTimer(&deadline.timer);
  }
  UnlockWord(&lock_);
  if (passed) Wake(direction);
}

}  // namespace golab::rt
