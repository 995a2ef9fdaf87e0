#include "lab/catalogue/duration.h"

#include <limits>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(ParseDuration, AcceptsAndRejectsLikeGo) {
  constexpr std::int64_t kMs = 1'000'000, kS = 1000 * kMs;

  struct {
    std::string_view in;
    std::optional<std::int64_t> want;
  } const cases[] = {
      {"0", 0},
      {"1s", kS},
      {"100ms", 100 * kMs},
      {"1h15m", 75 * 60 * kS},
      {"1.5s", 1500 * kMs},
      {".5s", 500 * kMs},
      {"1.s", kS},
      {"-2ms", -2 * kMs},
      {"+2ms", 2 * kMs},
      {"3us", 3000},
      {"3\xc2\xb5s", 3000},
      {"1m0.5s", 60 * kS + 500 * kMs},
      {"9223372036854775807ns", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808ns", std::numeric_limits<std::int64_t>::min()},
      {"", std::nullopt},
      {"3", std::nullopt},  // a number needs a unit
      {"-", std::nullopt},
      {"s", std::nullopt},
      {".s", std::nullopt},
      {"1x", std::nullopt},
      {"1s ", std::nullopt},
      {"9223372036854775808ns", std::nullopt},
      {"99999999999999999999h", std::nullopt},
      {"3000000h", std::nullopt},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.in);
    EXPECT_EQ(ParseDuration(c.in), c.want);
  }
}

TEST(FormatDuration, WritesAsGo) {
  EXPECT_EQ(FormatDuration(0), "0s");
  EXPECT_EQ(FormatDuration(1), "1ns");
  EXPECT_EQ(FormatDuration(1'500), "1.5\xc2\xb5s");
  EXPECT_EQ(FormatDuration(100'000'000), "100ms");
  EXPECT_EQ(FormatDuration(1'000'000'000), "1s");
  EXPECT_EQ(FormatDuration(60'500'000'000), "1m0.5s");
  EXPECT_EQ(FormatDuration(3'600'000'000'000), "1h0m0s");
  EXPECT_EQ(FormatDuration(-2'000'000), "-2ms");
  EXPECT_EQ(FormatDuration(std::numeric_limits<std::int64_t>::min()), "-2562047h47m16.854775808s");
}

}  // namespace
}  // namespace golab::lab
