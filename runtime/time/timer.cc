// Sleep, timers, tickers. Go: runtime/time.go as of 1.23.
//
// A channel timer is armed only while a goroutine waits on its channel; else an expiry is noticed
// by the next operation on the channel (PollTimer). So an abandoned timer costs nothing and does
// not keep a deadlock from being seen, and the value always carries the instant of expiry.

#include <cstdlib>

#include "golab/defer.h"
#include "golab/go.h"
#include "golab/references.h"
#include "golab/time.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/delay.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {

/// The timer of a channel, guarded by the channel's lock; owned by the channel.
struct ChanTimer {
  Timer timer;
  Hchan* c = nullptr;
  std::uint64_t when = Wheel::kNone;  ///< next expiry; kNone: stopped, or fired and no ticker
  std::uint64_t period = 0;           ///< 0: a Timer
  std::uint32_t waiters = 0;          ///< goroutines in the channel's queue
};

namespace {

/// Instants of the world's clock are both clocks' readings: they differ by a constant.
time::Time InstantOf(std::uint64_t when) {
  const std::uint64_t now = Now();
  const auto back = static_cast<std::int64_t>(now) - static_cast<std::int64_t>(when);
  return time::Time::FromClocks(WallNow() - back, when);
}

std::uint64_t Deadline(std::int64_t d) {
  const std::uint64_t now = Now();
  if (d <= 0) return now;
  const std::uint64_t when = now + static_cast<std::uint64_t>(d);
  return when < now ? Wheel::kNone - 1 : when;
}

/// The timer's expiry: puts the instant into the channel unless one waits there unread.
void Expire(ChanTimer* t, std::uint64_t now) noexcept {
  Hchan* c = t->c;
  time::Time value = InstantOf(t->when);
  if (t->period == 0) {
    t->when = Wheel::kNone;
  } else {
    t->when += t->period * (1 + (now - t->when) / t->period);  // stays on its grid
  }
  if (Waiter* w = ClaimWaiter(c->recvq)) {
    if (w->elem != nullptr) AssignElem(c->ops, w->elem, &value);
    w->success = true;
    Ready(w->g);
    return;
  }
  if (c->count == 0) {
    ConstructElem(c->ops, c->Slot(0), &value);
    c->head = 0;
    c->count = 1;
  }
}

void Arm(ChanTimer* t) noexcept {
  if (t->waiters == 0 || t->when == Wheel::kNone || t->timer.Armed()) return;
  t->timer.when = t->when;
  ArmTimer(&t->timer);
}

void Disarm(ChanTimer* t) noexcept {
  DisarmTimer(&t->timer);
}

/// Keeps the channel until the timer has fired, unless its last holder has let go: then that one
/// waits for the wheel's lock, which the caller holds, to take the timer out.
bool PinChan(Timer* timer) noexcept {
  std::uint32_t* refs = &static_cast<ChanTimer*>(timer->context)->c->refs;
  std::uint32_t n = __atomic_load_n(refs, __ATOMIC_RELAXED);
  while (n != 0) {
    if (__atomic_compare_exchange_n(refs, &n, n + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return true;
  }
  return false;
}

void FireChan(Timer* timer, std::uint64_t now) {
  auto* t = static_cast<ChanTimer*>(timer->context);
  Touch(ObjectOf(t->c), AccessMode::kWrite);
  DelayHere();
  LockWord(&t->c->lock);
  if (t->when <= now) Expire(t, now);
  Arm(t);  // a ticker with more who wait
  UnlockWord(&t->c->lock);
  ChanRelease(t->c);  // what PinChan took
}

void FireSleep(Timer* timer, std::uint64_t /*now*/) {
  Ready(static_cast<G*>(timer->context));
}

Hchan* MakeTimerChan(std::uint64_t when, std::uint64_t period) {
  Hchan* c = ChanMake(&ElemType<time::Time>::kOps, 1);
  auto* t = new ChanTimer;
  t->c = c;
  t->when = when;
  t->period = period;
  t->timer.fire = &FireChan;
  t->timer.pin = &PinChan;
  t->timer.context = t;
  c->timer = t;
  GOLAB_EVIDENCE(EventType::kTimerMake, 0, std::uint64_t{c->id} << 32);
  return c;
}

/// Stops and clears; true if it had not fired or the value was unread.
bool StopChan(Hchan* c) {
  Touch(ObjectOf(c), AccessMode::kWrite);
  LockWord(&c->lock);
  ChanTimer* t = c->timer;
  PollTimer(c);
  const bool pending = t->when != Wheel::kNone || c->count > 0;
  Disarm(t);
  t->when = Wheel::kNone;
  c->count = 0;
  UnlockWord(&c->lock);
  return pending;
}

bool ResetChan(Hchan* c, std::uint64_t when, std::uint64_t period) {
  const bool pending = StopChan(c);
  LockWord(&c->lock);
  c->timer->when = when;
  c->timer->period = period;
  Arm(c->timer);
  UnlockWord(&c->lock);
  return pending;
}

}  // namespace

void PollTimer(Hchan* c) noexcept {
  ChanTimer* t = c->timer;
  if (t->when == Wheel::kNone) return;
  const std::uint64_t now = Now();
  if (t->when <= now) {
    Disarm(t);
    Expire(t, now);
    Arm(t);
  }
}

void TimerWaiterArrived(Hchan* c) noexcept {
  ++c->timer->waiters;
  Arm(c->timer);
}

void TimerWaiterLeft(Hchan* c) noexcept {
  if (--c->timer->waiters == 0) Disarm(c->timer);
}

std::uint64_t TimerDue(const Hchan* c) noexcept {
  return c->timer->when;
}

void ReleaseTimer(Hchan* c) noexcept {
  if (arch::ThisP() != nullptr) DisarmTimer(&c->timer->timer);
  delete c->timer;
  c->timer = nullptr;
}

}  // namespace golab::rt

namespace golab::time {
namespace internal {

/// What a Timer or Ticker handle refers to: a channel's timer, or a function's.
struct TimerState {
  std::uint32_t refs = 1;
  RecvChan<Time> c;        ///< a Timer's or Ticker's
  Func<void()> f;          ///< an AfterFunc's
  rt::Timer timer;         ///< an AfterFunc's; armed counts as a reference
  std::uint32_t lock = 0;  ///< guards `timer` against several who stop and reset it
};

void RetainTimer(TimerState* t) {
  __atomic_fetch_add(&t->refs, 1, __ATOMIC_RELAXED);
}

void ReleaseTimer(TimerState* t) {
  if (rt::DropReference(&t->refs)) delete t;
}

}  // namespace internal

namespace {

using internal::TimerRef;
using internal::TimerState;

TimerRef ChanState(RecvChan<Time> c) {
  auto* state = new TimerState;
  state->c = c;
  return TimerRef(state);
}

RecvChan<Time> TimerChan(std::int64_t d, std::uint64_t period) {
  rt::InitRuntime();
  return RecvChan<Time>(rt::ChanRef(rt::MakeTimerChan(rt::Deadline(d), period)));
}

void FireFunc(rt::Timer* timer, std::uint64_t /*now*/) {
  auto* state = static_cast<TimerState*>(timer->context);
  rt::Touch(state, rt::AccessMode::kWrite);
  rt::fiber::Acquire(&state->timer);
  // Whoever happens to run is not the one that calls go: no place for it to be switched at.
  const rt::EnteredScope entered;
  golab::go(state->f);
  internal::ReleaseTimer(state);
}

void ArmFunc(TimerState* state, std::int64_t d) {
  rt::Touch(state, rt::AccessMode::kWrite);
  state->timer.when = rt::Deadline(d);
  state->timer.fire = &FireFunc;
  state->timer.context = state;
  internal::RetainTimer(state);
  rt::fiber::Release(&state->timer);  // what comes before AfterFunc comes before the function
  rt::ArmTimer(&state->timer);
}

bool StopFunc(TimerState* state) {
  rt::Touch(state, rt::AccessMode::kWrite);
  if (!rt::DisarmTimer(&state->timer)) return false;
  internal::ReleaseTimer(state);
  return true;
}

}  // namespace

Time Now() {
  rt::ChargeClockRead();
  return Time::FromClocks(rt::WallNow(), rt::Now());
}

Duration Since(const Time& t) {
  return Now().Sub(t);
}

Duration Until(const Time& t) {
  return t.Sub(Now());
}

void Sleep(Duration d) {
  using namespace rt;
  GOLAB_AT_CALL();
  G* me = CurrentG("sleep");
  if (d.Nanoseconds() <= 0) return;
  rt::Timer timer;
  timer.when = SleepDeadline(me, Deadline(d.Nanoseconds()));
  timer.fire = &FireSleep;
  timer.context = me;
  GOLAB_EVIDENCE(EventType::kBlockUntil, 0, timer.when);
  MarkParked(WaitReason::kSleep, 0);
  ArmTimer(&timer);
  LeaveParked(nullptr);
}

RecvChan<Time> After(Duration d) {
  GOLAB_AT_CALL();
  return TimerChan(d.Nanoseconds(), 0);
}

RecvChan<Time> Tick(Duration d) {
  GOLAB_AT_CALL();
  if (d.Nanoseconds() <= 0) return nullptr;
  return TimerChan(d.Nanoseconds(), static_cast<std::uint64_t>(d.Nanoseconds()));
}

Timer::Timer(internal::TimerRef state, RecvChan<Time> c)
    : C(static_cast<RecvChan<Time>&&>(c)), state_(static_cast<internal::TimerRef&&>(state)) {}

bool Timer::Stop() const {
  GOLAB_AT_CALL();
  TimerState* state = state_.get();
  if (state == nullptr) rt::PanicPlain("time: Stop called on uninitialized Timer");
  if (state->c != nullptr) return rt::StopChan(state->c.raw());
  rt::LockWord(&state->lock);
  const bool stopped = StopFunc(state);
  rt::UnlockWord(&state->lock);
  return stopped;
}

bool Timer::Reset(Duration d) const {
  GOLAB_AT_CALL();
  TimerState* state = state_.get();
  if (state == nullptr) rt::PanicPlain("time: Reset called on uninitialized Timer");
  if (state->c != nullptr) return rt::ResetChan(state->c.raw(), rt::Deadline(d.Nanoseconds()), 0);
  rt::LockWord(&state->lock);
  const bool running = StopFunc(state);
  ArmFunc(state, d.Nanoseconds());
  rt::UnlockWord(&state->lock);
  return running;
}

Timer NewTimer(Duration d) {
  GOLAB_AT_CALL();
  RecvChan<Time> c = TimerChan(d.Nanoseconds(), 0);
  return Timer(ChanState(c), c);
}

Timer AfterFunc(Duration d, Func<void()> f) {
  GOLAB_AT_CALL();
  rt::InitRuntime();
  auto* state = new TimerState;
  state->f = static_cast<Func<void()>&&>(f);
  ArmFunc(state, d.Nanoseconds());
  return Timer(TimerRef(state), nullptr);
}

Ticker::Ticker(internal::TimerRef state, RecvChan<Time> c)
    : C(static_cast<RecvChan<Time>&&>(c)), state_(static_cast<internal::TimerRef&&>(state)) {}

void Ticker::Stop() const {
  GOLAB_AT_CALL();
  if (state_.get() != nullptr) rt::StopChan(state_.get()->c.raw());
}

void Ticker::Reset(Duration d) const {
  GOLAB_AT_CALL();
  if (d.Nanoseconds() <= 0) rt::PanicPlain("non-positive interval for Ticker.Reset");
  if (state_.get() == nullptr) rt::PanicPlain("time: Reset called on uninitialized Ticker");
  rt::ResetChan(state_.get()->c.raw(), rt::Deadline(d.Nanoseconds()),
                static_cast<std::uint64_t>(d.Nanoseconds()));
}

Ticker NewTicker(Duration d) {
  GOLAB_AT_CALL();
  if (d.Nanoseconds() <= 0) rt::PanicPlain("non-positive interval for NewTicker");
  RecvChan<Time> c = TimerChan(d.Nanoseconds(), static_cast<std::uint64_t>(d.Nanoseconds()));
  return Ticker(ChanState(c), c);
}

}  // namespace golab::time
