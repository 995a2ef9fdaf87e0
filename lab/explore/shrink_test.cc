#include "lab/explore/shrink.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

rt::Deviation At(std::uint64_t pc) {
  rt::Deviation d{};
  d.path = 1;
  d.pc = pc;
  d.occurrence = 1;
  d.by_index = 1;
  d.choice = 1;
  return d;
}

/// A program of `calls` decisions that fails if all of `needed` deviate.
class FakeProgram {
 public:
  FakeProgram(std::size_t calls, std::set<std::uint64_t> needed)
      : calls_(calls), needed_(std::move(needed)) {}

  TryDeviations Attempt() {
    return [this](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
      ++runs;
      Trial trial;
      std::size_t met = 0;
      for (std::uint64_t pc = 1; pc <= calls_; ++pc) {
        const bool deviates = std::any_of(deviations.begin(), deviations.end(),
                                          [pc](const auto& d) { return d.pc == pc; });
        trial.decisions.push_back({At(pc), 2, static_cast<std::uint8_t>(deviates ? 1 : 0)});
        if (!deviates) continue;
        trial.deviations.push_back(At(pc));
        met += needed_.count(pc);
      }
      trial.fails = met == needed_.size();
      return trial;
    };
  }

  int runs = 0;

 private:
  std::size_t calls_;
  std::set<std::uint64_t> needed_;
};

std::vector<rt::Deviation> Range(std::uint64_t from, std::uint64_t to) {
  std::vector<rt::Deviation> all;
  for (std::uint64_t pc = from; pc <= to; ++pc) all.push_back(At(pc));
  return all;
}

TEST(Shrink, FindsTheDeviationsThatMatter) {
  FakeProgram program(30, {7, 19});
  const auto shrunk = Shrink(Range(1, 30), program.Attempt());
  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(shrunk->reproduced);
  EXPECT_EQ(shrunk->from, 30U);
  ASSERT_EQ(shrunk->deviations.size(), 2U);
  EXPECT_EQ(shrunk->deviations[0].pc, 7U);
  EXPECT_EQ(shrunk->deviations[1].pc, 19U);
}

TEST(Shrink, LeavesALocalMinimumBySearch) {
  // Fails with 3, 4 and 5 together, or with 9 alone; from {3, 4, 5} no deletion helps.
  FakeProgram program(12, {});
  const TryDeviations attempt = [&](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
    auto trial = *program.Attempt()(deviations);
    const auto has = [&](std::uint64_t pc) {
      return std::any_of(deviations.begin(), deviations.end(),
                         [pc](const auto& d) { return d.pc == pc; });
    };
    trial.fails = has(9) || (has(3) && has(4) && has(5));
    return trial;
  };
  const auto shrunk = Shrink({At(3), At(4), At(5)}, attempt);
  ASSERT_TRUE(shrunk);
  ASSERT_EQ(shrunk->deviations.size(), 1U);
  EXPECT_EQ(shrunk->deviations[0].pc, 9U);
}

TEST(Shrink, NeedsNoRunForGosOrder) {
  FakeProgram program(3, {});
  const auto shrunk = Shrink({}, program.Attempt());
  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(shrunk->reproduced);
  EXPECT_EQ(program.runs, 0);
}

TEST(Shrink, SaysWhenTheScheduleDoesNotFailAgain) {
  FakeProgram program(3, {9});
  const auto shrunk = Shrink(Range(1, 3), program.Attempt());
  ASSERT_TRUE(shrunk);
  EXPECT_FALSE(shrunk->reproduced);
  EXPECT_EQ(shrunk->deviations.size(), 3U);
}

TEST(Shrink, IsBoundedByCounts) {
  std::set<std::uint64_t> many;
  for (std::uint64_t pc = 1; pc <= 200; ++pc) many.insert(pc);
  FakeProgram program(400, many);
  const auto shrunk =
      Shrink(Range(1, 400), program.Attempt(), {.ddmin_runs = 50, .search_runs = 100});
  ASSERT_TRUE(shrunk);
  EXPECT_LE(program.runs, 50 + 100 + 20);
}

}  // namespace
}  // namespace golab::lab
