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

/// A month, 1 to 12. Go: time.Month.
class Month {
 public:
  explicit constexpr Month(int number) : number_(number) {}

  // NOLINTNEXTLINE(google-explicit-constructor): a number, as in Go
  constexpr operator int() const { return number_; }

  golab::String String() const;  ///< `January`, `%!Month(13)`
  fmt::Arg AsArg() const;        ///< How fmt prints it: by String(), the number for %d.

 private:
  int number_;
};

inline constexpr Month January{1}, February{2}, March{3}, April{4}, May{5}, June{6}, July{7},
    August{8}, September{9}, October{10}, November{11}, December{12};

/// A day of the week, Sunday is 0. Go: time.Weekday.
class Weekday {
 public:
  explicit constexpr Weekday(int number) : number_(number) {}

  // NOLINTNEXTLINE(google-explicit-constructor): a number, as in Go
  constexpr operator int() const { return number_; }

  golab::String String() const;
  fmt::Arg AsArg() const;

 private:
  int number_;
};

inline constexpr Weekday Sunday{0}, Monday{1}, Tuesday{2}, Wednesday{3}, Thursday{4}, Friday{5},
    Saturday{6};

// Layouts for Time::Format: how it would show Mon Jan 2 15:04:05 MST 2006. Go: the same names.
inline constexpr const char* Layout = "01/02 03:04:05PM '06 -0700";
inline constexpr const char* ANSIC = "Mon Jan _2 15:04:05 2006";
inline constexpr const char* UnixDate = "Mon Jan _2 15:04:05 MST 2006";
inline constexpr const char* RubyDate = "Mon Jan 02 15:04:05 -0700 2006";
inline constexpr const char* RFC822 = "02 Jan 06 15:04 MST";
inline constexpr const char* RFC822Z = "02 Jan 06 15:04 -0700";
inline constexpr const char* RFC850 = "Monday, 02-Jan-06 15:04:05 MST";
inline constexpr const char* RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST";
inline constexpr const char* RFC1123Z = "Mon, 02 Jan 2006 15:04:05 -0700";
inline constexpr const char* RFC3339 = "2006-01-02T15:04:05Z07:00";
inline constexpr const char* RFC3339Nano = "2006-01-02T15:04:05.999999999Z07:00";
inline constexpr const char* Kitchen = "3:04PM";
inline constexpr const char* Stamp = "Jan _2 15:04:05";
inline constexpr const char* StampMilli = "Jan _2 15:04:05.000";
inline constexpr const char* StampMicro = "Jan _2 15:04:05.000000";
inline constexpr const char* StampNano = "Jan _2 15:04:05.000000000";
inline constexpr const char* DateTime = "2006-01-02 15:04:05";
inline constexpr const char* DateOnly = "2006-01-02";
inline constexpr const char* TimeOnly = "15:04:05";

/// Go: what time.Time.Date and Clock return: `auto [year, month, day] = t.Date();`.
struct CalendarDay {
  int year;
  time::Month month;
  int day;
};

struct ClockTime {
  int hour;
  int minute;
  int second;
};

/// An instant: wall clock and, if it came from Now, a reading of the monotonic clock, which Sub,
/// Since and comparisons prefer. The zero value is Go's zero time, in the year 1. Go: time.Time.
/// Differs: UTC alone; but for the zero time, years 1678 to 2262 alone.
class Time {
 public:
  constexpr Time() = default;

  static constexpr Time FromUnixNano(std::int64_t ns) { return Time(ns, kNoMonotonic, true); }

  static constexpr Time FromClocks(std::int64_t wall_ns, std::uint64_t monotonic_ns) {
    return Time(wall_ns, static_cast<std::int64_t>(monotonic_ns), true);
  }

  constexpr bool IsZero() const { return !set_; }

  /// Go: (Time).Sub. Between the zero time and another the largest, or smallest, Duration.
  constexpr Duration Sub(const Time& earlier) const {
    if (set_ != earlier.set_) return Duration(set_ ? INT64_MAX : INT64_MIN);
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

  /// -1, 0 or +1. Go: (Time).Compare.
  constexpr int Compare(const Time& u) const { return Before(u) ? -1 : After(u) ? 1 : 0; }

  // Since 1970, whole units, rounded down. Go: the same names.
  constexpr std::int64_t Unix() const { return Whole(1'000'000'000); }

  constexpr std::int64_t UnixMilli() const { return Whole(1'000'000); }

  constexpr std::int64_t UnixMicro() const { return Whole(1'000); }

  constexpr std::int64_t UnixNano() const { return set_ ? wall_ : -6795364578871345152; }

  // Parts of the date and of the time of day. Go: the same names.
  CalendarDay Date() const;
  ClockTime Clock() const;

  int Year() const { return Date().year; }

  time::Month Month() const { return Date().month; }

  int Day() const { return Date().day; }

  int Hour() const { return Clock().hour; }

  int Minute() const { return Clock().minute; }

  int Second() const { return Clock().second; }

  int Nanosecond() const;
  time::Weekday Weekday() const;
  int YearDay() const;  ///< 1 to 366

  /// The same instant without a reading of the monotonic clock. Go: (Time).UTC, for that use of it.
  constexpr Time UTC() const { return Time(wall_, kNoMonotonic, set_); }

  /// The multiple of `unit` since the zero time at or before it, without monotonic clock.
  /// Go: (Time).Truncate.
  Time Truncate(Duration unit) const;

  /// The nearest one, halves up. Go: (Time).Round.
  Time Round(Duration unit) const;

  /// "2009-11-10 23:00:00 +0000 UTC", with " m=+0.000000001" for a monotonic reading: seconds since
  /// the program began.
  golab::String String() const;

  /// The instant as `layout` would show Mon Jan 2 15:04:05 MST 2006: `t.Format("15:04:05.000")`,
  /// `t.Format(time::RFC3339)`. Go: (Time).Format.
  golab::String Format(const golab::String& layout) const;

  friend constexpr bool operator==(const Time& a, const Time& b) {
    return a.wall_ == b.wall_ && a.monotonic_ == b.monotonic_ && a.set_ == b.set_;
  }

 private:
  static constexpr std::int64_t kNoMonotonic = INT64_MIN;

  constexpr Time(std::int64_t wall, std::int64_t monotonic, bool set)
      : wall_(wall), monotonic_(monotonic), set_(set) {}

  constexpr std::int64_t Whole(std::int64_t unit) const {
    if (!set_) return -62'135'596'800 * (1'000'000'000 / unit);
    return wall_ / unit - (wall_ % unit < 0 ? 1 : 0);
  }

  std::int64_t wall_ = 0;  // ns since 1970
  std::int64_t monotonic_ = kNoMonotonic;
  bool set_ = false;
};

/// `sec` seconds and `nsec` nanoseconds since 1970. Go: time.Unix.
constexpr Time Unix(std::int64_t sec, std::int64_t nsec) {
  return Time::FromUnixNano(sec * 1'000'000'000 + nsec);
}

/// Go: time.UnixMilli.
constexpr Time UnixMilli(std::int64_t msec) {
  return Time::FromUnixNano(msec * 1'000'000);
}

/// That date and time, UTC; values out of range carry over (October 32 is November 1). Go:
/// time.Date.
Time Date(int year, Month month, int day, int hour, int minute, int second, int nanosecond);

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
