#include "lab/explore/schedule.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(ScheduleName, ReadsWhatItWrites) {
  for (const ScheduleName name : {ScheduleName{0, 0}, ScheduleName{0, 41}, ScheduleName{0x5a17, 17},
                                  ScheduleName{0, 7, true}}) {
    SCOPED_TRACE(name.Text());
    const auto read = ParseScheduleName(name.Text());
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, name);
  }
  EXPECT_EQ((ScheduleName{0x5a, 17}.Text()), "0x5a:17");
}

TEST(ScheduleName, RefusesOthers) {
  for (const char* text : {"", "-1", "4x", "d0", "d", "dx", "d-1", "5a:1", "0x:1", "0x5a:", " 1",
                           "99999999999999999999"}) {
    SCOPED_TRACE(text);
    const auto read = ParseScheduleName(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().exit_class, ExitClass::kUsage);
    EXPECT_EQ(read.error().Text(),
              "no schedule '" + std::string(text) +
                  "': a seed is a number, d and a number from 1, or 0xSECRET:NUMBER");
  }
}

TEST(Weights, AddUpWhatAGoroutineCreates) {
  const std::uint64_t main = rt::kMainPath, child = rt::ChildPath(main, 1),
                      grandchild = rt::ChildPath(child, 1);
  const auto weights = WeightsOf({{main, 0, 5}, {child, main, 7}, {grandchild, child, 11}});
  ASSERT_EQ(weights.size(), 3U);
  for (std::size_t i = 1; i < weights.size(); ++i) EXPECT_LT(weights[i - 1].path, weights[i].path);
  for (const rt::WorkEntry& entry : weights) {
    const std::uint64_t want = entry.path == main ? 23 : entry.path == child ? 18 : 11;
    EXPECT_EQ(entry.points, want);
  }
}

TEST(Weights, SurviveACircleOfParents) {
  EXPECT_EQ(WeightsOf({{1, 2, 1}, {2, 1, 1}}).size(), 2U);
}

}  // namespace
}  // namespace golab::lab
