#include "golab/duration.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace golab::time {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Duration, StringIsGos) {
  const struct {
    Duration d;
    const char* want;
  } cases[] = {
      {0, "0s"},
      {1, "1ns"},
      {1100, "1.1\u00b5s"},
      {2200000, "2.2ms"},
      {3300 * Millisecond, "3.3s"},
      {4 * Minute + 5 * Second, "4m5s"},
      {4 * Minute + 5001 * Millisecond, "4m5.001s"},
      {5 * Hour + 6 * Minute + 7001 * Millisecond, "5h6m7.001s"},
      {8 * Minute + 1 * Nanosecond, "8m0.000000001s"},
      {Hour, "1h0m0s"},
      {-Millisecond, "-1ms"},
      {Duration(kMax), "2562047h47m16.854775807s"},
      {Duration(kMin), "-2562047h47m16.854775808s"},
  };

  for (const auto& c : cases) EXPECT_EQ(c.d.String(), c.want);
}

TEST(ParseDuration, AcceptsAndRejectsLikeGo) {
  const struct {
    const char* in;
    Duration want;
    const char* error;
  } cases[] = {
      {"0", 0, nullptr},
      {"5s", 5 * Second, nullptr},
      {"-5s", -5 * Second, nullptr},
      {"+5s", 5 * Second, nullptr},
      {"-0", 0, nullptr},
      {"5.6s", 5600 * Millisecond, nullptr},
      {"5.s", 5 * Second, nullptr},
      {".5s", 500 * Millisecond, nullptr},
      {"1h15m", 75 * Minute, nullptr},
      {"3h30m", 210 * Minute, nullptr},
      {"10.5s4m", 250500 * Millisecond, nullptr},
      {"52763797000ns", Duration(52763797000), nullptr},
      {"14us", 14 * Microsecond, nullptr},
      {"15\u00b5s", 15 * Microsecond, nullptr},
      {"15\u03bcs", 15 * Microsecond, nullptr},
      {"0.3333333333333333333h", 20 * Minute, nullptr},
      {"9223372036854775807ns", Duration(kMax), nullptr},
      {"-9223372036854775808ns", Duration(kMin), nullptr},
      {"0.100000000000000000000h", 6 * Minute, nullptr},
      {"", 0, "time: invalid duration \"\""},
      {"3", 0, "time: missing unit in duration \"3\""},
      {"-", 0, "time: invalid duration \"-\""},
      {"s", 0, "time: invalid duration \"s\""},
      {".", 0, "time: invalid duration \".\""},
      {".s", 0, "time: invalid duration \".s\""},
      {"-.", 0, "time: invalid duration \"-.\""},
      {"3000000h", 0, "time: invalid duration \"3000000h\""},
      {"9223372036854775808ns", 0, "time: invalid duration \"9223372036854775808ns\""},
      {"3d", 0, "time: unknown unit \"d\" in duration \"3d\""},
      {"1h x", 0, "time: unknown unit \"h x\" in duration \"1h x\""},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    auto [value, err] = ParseDuration(c.in);
    EXPECT_EQ(value, c.want);
    if (c.error == nullptr) {
      EXPECT_EQ(err, nullptr);
    } else {
      ASSERT_NE(err, nullptr);
      EXPECT_EQ(err.Text(), c.error);
    }
  }
}

TEST(Duration, ConvertsAsGosConstantsDo) {
  const int n = 3;
  const auto seconds = [](Duration d) { return d.Seconds(); };
  EXPECT_EQ(seconds(1000000000), 1.0);
  EXPECT_EQ(Duration(n) * Second, n * Second);
  EXPECT_EQ(Second * n / 3, Second);
  EXPECT_EQ(Minute / Second, 60);
  EXPECT_EQ(Minute % (7 * Second), 4 * Second);
  static_assert(!std::is_convertible_v<double, Duration>);
  static_assert((3 * Hour).Hours() == 3.0);
  EXPECT_EQ((1500 * Microsecond).Milliseconds(), 1);
  EXPECT_EQ((90 * Second).Minutes(), 1.5);
}

TEST(Duration, RoundsAndTruncatesLikeGo) {
  const Duration d = 1 * Hour + 15 * Minute + 30918273645 * Nanosecond;

  const struct {
    Duration unit;
    const char* rounded;
    const char* truncated;
  } cases[] = {
      {1, "1h15m30.918273645s", "1h15m30.918273645s"},
      {Microsecond, "1h15m30.918274s", "1h15m30.918273s"},
      {Millisecond, "1h15m30.918s", "1h15m30.918s"},
      {Second, "1h15m31s", "1h15m30s"},
      {2 * Second, "1h15m30s", "1h15m30s"},
      {10 * Minute, "1h20m0s", "1h10m0s"},
      {Hour, "1h0m0s", "1h0m0s"},
      {0, "1h15m30.918273645s", "1h15m30.918273645s"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.rounded);
    EXPECT_EQ(d.Round(c.unit).String(), c.rounded);
    EXPECT_EQ(d.Truncate(c.unit).String(), c.truncated);
    EXPECT_EQ((-d).Round(c.unit), -d.Round(c.unit));
  }
  EXPECT_EQ(Duration(kMax).Round(Hour), Duration(kMax));
  EXPECT_EQ(Duration(kMin).Round(Hour), Duration(kMin));
  EXPECT_EQ(Duration(kMin).Abs(), Duration(kMax));
}

TEST(DurationDeathTest, DivisionByZeroPanics) {
  EXPECT_EXIT(static_cast<void>(Second / 0), testing::ExitedWithCode(2),
              "panic: runtime error: integer divide by zero\n");
}

}  // namespace
}  // namespace golab::time
