#pragma once
// time: clocks, sleeping, timers. Durations are in duration.h.

#include <compare>
#include <cstddef>
#include <cstdint>

#include "golab/chan.h"
#include "golab/duration.h"
#include "golab/func.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::time {

/// An instant: wall clock and, if it came from Now, a reading of the monotonic clock, which Sub,
/// Since and comparisons prefer. The zero value is Go's zero time. Go: time.Time (UTC alone).
class Time {
 public:
  constexpr Time() = default;

  /// Go: time.Unix(sec, nsec).
  static constexpr Time FromUnixNano(std::int64_t ns) { return Time(ns, kNoMonotonic, true); }

  static constexpr Time FromClocks(std::int64_t wall_ns, std::uint64_t monotonic_ns) {
    return Time(wall_ns, static_cast<std::int64_t>(monotonic_ns), true);
  }

  constexpr bool IsZero() const { return !set_; }

  constexpr Duration Sub(const Time& earlier) const {
    if (monotonic_ != kNoMonotonic && earlier.monotonic_ != kNoMonotonic) {
      return Duration(monotonic_ - earlier.monotonic_);
    }
    return Duration(wall_ - earlier.wall_);
  }

  constexpr Time Add(Duration d) const {
    return Time(wall_ + d.Nanoseconds(),
                monotonic_ == kNoMonotonic ? kNoMonotonic : monotonic_ + d.Nanoseconds(), true);
  }

  constexpr bool Before(const Time& u) const { return Sub(u).Nanoseconds() < 0; }

  constexpr bool After(const Time& u) const { return Sub(u).Nanoseconds() > 0; }

  constexpr bool Equal(const Time& u) const { return Sub(u).Nanoseconds() == 0; }

  constexpr std::int64_t Unix() const { return wall_ / 1'000'000'000; }

  constexpr std::int64_t UnixMilli() const { return wall_ / 1'000'000; }

  constexpr std::int64_t UnixNano() const { return wall_; }

  /// "2009-11-10 23:00:00 +0000 UTC", with " m=+0.000000001" for a monotonic reading.
  golab::String String() const;
  /// Go's layouts ("15:04:05.000"): the reference time is Mon Jan 2 15:04:05 2006.
  golab::String Format(const golab::String& layout) const;

  friend constexpr bool operator==(const Time& a, const Time& b) {
    return a.wall_ == b.wall_ && a.monotonic_ == b.monotonic_ && a.set_ == b.set_;
  }

 private:
  static constexpr std::int64_t kNoMonotonic = INT64_MIN;

  constexpr Time(std::int64_t wall, std::int64_t monotonic, bool set)
      : wall_(wall), monotonic_(monotonic), set_(set) {}

  std::int64_t wall_ = 0;  // ns since 1970
  std::int64_t monotonic_ = kNoMonotonic;
  bool set_ = false;
};

/// The world's time: in `golab check` virtual, moving only while nothing can run. Any thread.
Time Now();
/// Now().Sub(t).
Duration Since(const Time& t);
/// t.Sub(Now()).
Duration Until(const Time& t);

/// Parks the calling goroutine for at least `d` (wait reason "sleep"). Zero or negative: returns at
/// once and does not yield. Goroutines only. Go: time.Sleep.
void Sleep(Duration d);

/// Sends the time on its channel once `d` has passed, and goes. Go: time.After.
RecvChan<Time> After(Duration d);
/// A ticker's channel; nil if d <= 0. Go: time.Tick.
RecvChan<Time> Tick(Duration d);

namespace internal {
struct TimerState;
void RetainTimer(TimerState* t);
void ReleaseTimer(TimerState* t);

class TimerRef {
 public:
  constexpr TimerRef() = default;

  explicit TimerRef(TimerState* adopted) : t_(adopted) {}

  TimerRef(const TimerRef& other) : t_(other.t_) {
    if (t_ != nullptr) RetainTimer(t_);
  }

  TimerRef(TimerRef&& other) noexcept : t_(other.t_) { other.t_ = nullptr; }

  TimerRef& operator=(TimerRef other) noexcept {
    TimerState* mine = t_;
    t_ = other.t_;
    other.t_ = mine;
    return *this;
  }

  ~TimerRef() {
    if (t_ != nullptr) ReleaseTimer(t_);
  }

  TimerState* get() const { return t_; }

 private:
  TimerState* t_ = nullptr;
};
}  // namespace internal

/// A single event in the future; a handle, like Go's *Timer. After Stop or Reset no stale value is
/// received, and an unread expiry counts as not fired (Go 1.23 semantics). Go: time.Timer.
class Timer {
 public:
  Timer() = default;
  Timer(internal::TimerRef state, RecvChan<Time> c);

  RecvChan<Time> C;  ///< gets the instant of expiry; nil for AfterFunc

  /// Keeps it from firing; true if that was still possible. Never closes C. Panics "time: Stop
  /// called on uninitialized Timer".
  bool Stop() const;
  /// Lets it fire in `d` from now; true if it was running. Panics "time: Reset called on
  /// uninitialized Timer".
  bool Reset(Duration d) const;

 private:
  internal::TimerRef state_;
};

/// Go: time.NewTimer.
Timer NewTimer(Duration d);
/// Runs f in a goroutine of its own once `d` has passed. No goroutine exists before. Go: AfterFunc.
Timer AfterFunc(Duration d, Func<void()> f);

/// Ticks at intervals; a slow reader misses ticks, never gets more than one late. Go: time.Ticker.
class Ticker {
 public:
  Ticker() = default;
  Ticker(internal::TimerRef state, RecvChan<Time> c);

  RecvChan<Time> C;

  /// Turns it off; C stays open. Go: (*Ticker).Stop.
  void Stop() const;
  /// Restarts with a new period. Panics "non-positive interval for Ticker.Reset", "time: Reset
  /// called on uninitialized Ticker".
  void Reset(Duration d) const;

 private:
  internal::TimerRef state_;
};

/// Panics "non-positive interval for NewTicker". Go: time.NewTicker.
Ticker NewTicker(Duration d);

}  // namespace golab::time

#pragma GCC visibility pop
