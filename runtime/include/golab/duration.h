// Go's time.Duration. The rest of package time is in time.h.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

#include "golab/arg.h"
#include "golab/errors.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

template <class T>
concept Integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class T>
concept Floating = std::is_floating_point_v<T>;

}  // namespace golab::rt

namespace golab::time {

/// A span of time in nanoseconds, at most some 292 years, either sign. Arithmetic wraps, as Go's.
/// As in Go, constants convert by themselves (`d == 0`, `Duration d = 100` is 100 ns), variables
/// do not: `Duration(n) * time::Millisecond`, or here also `n * time::Millisecond`.
class Duration {
 public:
  constexpr Duration() noexcept = default;

  template <rt::Integer Int>
  explicit constexpr Duration(Int ns) noexcept : ns_(static_cast<std::int64_t>(ns)) {}

  // Implicit, but of constants only. Of this type so that every integer prefers the one above.
  __extension__ using Constant = __int128;

  // NOLINTNEXTLINE(google-explicit-constructor): `d == 0`
  consteval Duration(Constant ns) : ns_(static_cast<std::int64_t>(ns)) {}

  template <rt::Floating Float>
  Duration(Float) = delete;  // as in Go: Duration(seconds * 1e9) says where the fraction goes

  constexpr std::int64_t Nanoseconds() const noexcept { return ns_; }

  /// Whole microseconds, rounded towards zero.
  constexpr std::int64_t Microseconds() const noexcept { return ns_ / 1000; }

  /// Whole milliseconds, rounded towards zero.
  constexpr std::int64_t Milliseconds() const noexcept { return ns_ / 1000000; }

  constexpr double Seconds() const noexcept { return Parts(1000000000); }

  constexpr double Minutes() const noexcept { return Parts(60 * 1000000000LL); }

  constexpr double Hours() const noexcept { return Parts(3600 * 1000000000LL); }

  /// The nearest multiple of `unit`, halves away from zero. Unchanged if unit <= 0.
  Duration Round(Duration unit) const noexcept;

  /// The multiple of `unit` towards zero. Unchanged if unit <= 0.
  Duration Truncate(Duration unit) const noexcept;

  /// Absolute value; of the smallest duration the largest.
  Duration Abs() const noexcept;

  /// `1h15m30.918s`, `1.5ms`, `0s`.
  golab::String String() const;

  fmt::Arg AsArg() const;  ///< How fmt prints it: by String(), the number for %d.

  friend constexpr auto operator<=>(const Duration&, const Duration&) noexcept = default;

  constexpr Duration operator-() const noexcept { return Wrap(0 - Bits(*this)); }

  friend constexpr Duration operator+(Duration a, Duration b) noexcept {
    return Wrap(Bits(a) + Bits(b));
  }

  friend constexpr Duration operator-(Duration a, Duration b) noexcept {
    return Wrap(Bits(a) - Bits(b));
  }

  /// As Go writes it: `time::Duration(n) * time::Millisecond`, `3 * time::Second`.
  friend constexpr Duration operator*(Duration a, Duration b) noexcept {
    return Wrap(Bits(a) * Bits(b));
  }

  template <rt::Integer Int>
  friend constexpr Duration operator*(Duration a, Int n) noexcept {
    return a * Duration(n);
  }

  template <rt::Integer Int>
  friend constexpr Duration operator*(Int n, Duration a) noexcept {
    return a * Duration(n);
  }

  /// Panics `runtime error: integer divide by zero` where `n` is zero.
  template <rt::Integer Int>
  friend constexpr Duration operator/(Duration a, Int n) {
    return Duration(Divide(a.ns_, static_cast<std::int64_t>(n)));
  }

  /// How often `b` fits. Differs: Go calls the result a Duration, too. Panics like the one above.
  friend constexpr std::int64_t operator/(Duration a, Duration b) { return Divide(a.ns_, b.ns_); }

  friend constexpr Duration operator%(Duration a, Duration b) {
    return a - Duration(Divide(a.ns_, b.ns_)) * b;
  }

  constexpr Duration& operator+=(Duration other) noexcept { return *this = *this + other; }

  constexpr Duration& operator-=(Duration other) noexcept { return *this = *this - other; }

  template <rt::Integer Int>
  constexpr Duration& operator*=(Int n) noexcept {
    return *this = *this * n;
  }

  template <rt::Integer Int>
  constexpr Duration& operator/=(Int n) {
    return *this = *this / n;
  }

 private:
  static constexpr std::uint64_t Bits(Duration d) noexcept {
    return static_cast<std::uint64_t>(d.ns_);
  }

  static constexpr Duration Wrap(std::uint64_t bits) noexcept {
    return Duration(static_cast<std::int64_t>(bits));
  }

  // Whole and fraction apart, so that large durations keep their nanoseconds.
  constexpr double Parts(std::int64_t unit) const noexcept {
    const std::int64_t whole = ns_ / unit;
    return static_cast<double>(whole) + static_cast<double>(ns_ % unit) / static_cast<double>(unit);
  }

  [[noreturn]] static void PanicDivide();

  static constexpr std::int64_t Divide(std::int64_t a, std::int64_t b) {
    if (b == 0) PanicDivide();
    return b == -1 ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(a)) : a / b;
  }

  std::int64_t ns_ = 0;
};

inline constexpr Duration Nanosecond{1};
inline constexpr Duration Microsecond{1000};
inline constexpr Duration Millisecond{1000000};
inline constexpr Duration Second{1000000000};
inline constexpr Duration Minute{60 * 1000000000LL};
inline constexpr Duration Hour{3600 * 1000000000LL};

/// What ParseDuration returns: `auto [d, err] = time::ParseDuration("1h15m");`.
struct ParsedDuration {
  Duration value;
  Error err;
};

/// Reads `300ms`, `-1.5h`, `2h45m`; units ns us µs ms s m h. Errors: `time: invalid duration "x"`,
/// `time: missing unit in duration "3"`, `time: unknown unit "d" in duration "3d"`.
/// Go: time.ParseDuration.
ParsedDuration ParseDuration(const golab::String& text);

}  // namespace golab::time

#pragma GCC visibility pop
