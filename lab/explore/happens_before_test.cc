// The analysis on traces made by hand.

#include "lab/explore/happens_before.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

using rt::AccessMode;

constexpr std::uint64_t kX = 100, kY = 200;

/// Writes traces: Step(thread).Touches(...).Wakes(...).
class Script {
 public:
  Script& Step(std::uint32_t thread) {
    lab::Step& step = trace_.steps.emplace_back();
    step.thread = thread;
    step.epoch = epoch_;
    step.now = epoch_;
    return *this;
  }

  Script& Touches(std::uint64_t object, AccessMode mode, int added = 0) {
    trace_.steps.back().accesses.push_back({object, mode, static_cast<std::int16_t>(added)});
    return *this;
  }

  Script& Reads(std::uint64_t object) { return Touches(object, AccessMode::kRead); }

  Script& Writes(std::uint64_t object) { return Touches(object, AccessMode::kWrite); }

  Script& Wakes(std::uint32_t thread) {
    trace_.steps.back().wakes.push_back(thread);
    return *this;
  }

  Script& Clock() {
    ++epoch_;
    return *this;
  }

  const StepTrace& trace() const { return trace_; }

 private:
  StepTrace trace_;
  std::uint32_t epoch_ = 0;
};

std::vector<StepRace> Races(const Script& script) {
  return HappensBefore(script.trace(), true).races();
}

std::uint64_t Hash(const Script& script) {
  return HappensBefore(script.trace(), true).Hash();
}

TEST(HappensBefore, StepsThatTouchDifferentThingsAreInNoOrder) {
  Script script;
  script.Step(1).Wakes(2).Step(1).Writes(kX).Step(2).Writes(kY);
  const HappensBefore order(script.trace(), true);
  EXPECT_FALSE(order.Before(1, 2));
  EXPECT_TRUE(order.Before(0, 2)) << "who is created comes after";
  EXPECT_TRUE(order.races().empty());
}

TEST(HappensBefore, ReadsCommuteWritesDoNot) {
  EXPECT_TRUE(Races(Script().Step(1).Reads(kX).Step(2).Reads(kX)).empty());
  EXPECT_EQ(Races(Script().Step(1).Reads(kX).Step(2).Writes(kX)), (std::vector<StepRace>{{0, 1}}));
  EXPECT_EQ(Races(Script().Step(1).Writes(kX).Step(2).Writes(kX)), (std::vector<StepRace>{{0, 1}}));
}

TEST(HappensBefore, WhatIsOrderedByAnotherStepIsNoRace) {
  // 1 and 3 write, but only through what 2 saw of 1.
  const Script script = Script().Step(1).Writes(kX).Step(2).Writes(kX).Step(3).Writes(kX);
  EXPECT_EQ(Races(script), (std::vector<StepRace>{{0, 1}, {1, 2}}));
}

TEST(HappensBefore, WhoWakesComesFirstAndThatIsNoRace) {
  const Script script = Script().Step(1).Writes(kX).Wakes(2).Step(2).Writes(kX);
  EXPECT_TRUE(Races(script).empty());
}

TEST(HappensBefore, TheClockIsABarrier) {
  EXPECT_TRUE(Races(Script().Step(1).Writes(kX).Clock().Step(2).Writes(kX)).empty());
}

TEST(HappensBefore, TheEndComesAfterAllAndRacesWithTheLastOfEach) {
  const Script script =
      Script().Step(2).Writes(kX).Step(2).Writes(kY).Step(3).Step(1).Writes(rt::kEverything);
  EXPECT_EQ(Races(script), (std::vector<StepRace>{{2, 3}, {1, 3}}));
}

TEST(HappensBefore, InitialsAreThoseWhoNeedNothingOfTheRace) {
  // 3 does something of its own, then 2 what races with 1; 4 comes after 2.
  const Script script =
      Script().Step(1).Writes(kX).Step(3).Writes(kY).Step(2).Wakes(4).Step(4).Step(2).Writes(kX);
  const HappensBefore order(script.trace(), true);
  ASSERT_EQ(order.races(), (std::vector<StepRace>{{0, 4}}));
  EXPECT_EQ(order.Initials({0, 4}), (std::vector<std::uint32_t>{3, 2}));
}

TEST(HappensBefore, HashIsOfThePartialOrderAlone) {
  const Script one = Script().Step(1).Wakes(2).Step(1).Writes(kX).Step(2).Writes(kY);
  const Script other = Script().Step(1).Wakes(2).Step(2).Writes(kY).Step(1).Writes(kX);
  EXPECT_EQ(Hash(one), Hash(other));
  const Script first = Script().Step(1).Wakes(2).Step(1).Writes(kX).Step(2).Writes(kX);
  const Script second = Script().Step(1).Wakes(2).Step(2).Writes(kX).Step(1).Writes(kX);
  EXPECT_NE(Hash(first), Hash(second));
}

TEST(HappensBefore, HashDoesNotDependOnIds) {
  const Script one = Script().Step(1).Wakes(2).Step(1).Wakes(3).Step(2).Writes(kX).Step(3);
  const Script other = Script().Step(1).Wakes(7).Step(1).Wakes(9).Step(7).Writes(kY).Step(9);
  EXPECT_EQ(Hash(one), Hash(other));
}

/// Main adds two and waits; the others are done.
Script Group() {
  return Script()
      .Step(1)
      .Touches(kX, AccessMode::kUp, 1)
      .Step(1)
      .Wakes(2)
      .Step(1)
      .Touches(kX, AccessMode::kUp, 1)
      .Step(1)
      .Wakes(3);
}

TEST(HappensBefore, CountsCommuteWhereEachUnitWasAddedBefore) {
  const Script script = Group()
                            .Step(1)
                            .Touches(kX, AccessMode::kParks)
                            .Step(2)
                            .Touches(kX, AccessMode::kDown, -1)
                            .Step(3)
                            .Touches(kX, AccessMode::kDown, -1)
                            .Wakes(1)
                            .Step(1)
                            .Touches(kX, AccessMode::kJoins);
  const HappensBefore order(script.trace(), true);
  EXPECT_TRUE(order.races().empty());
  EXPECT_TRUE(order.CountsCommute());
  EXPECT_TRUE(order.Before(5, 7) && order.Before(6, 7)) << "a wait comes after all it waits for";
  EXPECT_FALSE(order.Before(5, 6));
}

TEST(HappensBefore, AWaitThatParksIsLikeOneThatNeedNot) {
  const Script parks = Group()
                           .Step(1)
                           .Touches(kX, AccessMode::kParks)
                           .Step(2)
                           .Touches(kX, AccessMode::kDown, -1)
                           .Step(3)
                           .Touches(kX, AccessMode::kDown, -1)
                           .Wakes(1)
                           .Step(1)
                           .Touches(kX, AccessMode::kJoins);
  const Script passes = Group()
                            .Step(3)
                            .Touches(kX, AccessMode::kDown, -1)
                            .Step(2)
                            .Touches(kX, AccessMode::kDown, -1)
                            .Step(1)
                            .Touches(kX, AccessMode::kJoins);
  EXPECT_EQ(Hash(parks), Hash(passes));
}

TEST(HappensBefore, CountsDoNotCommuteWhereAUnitMayBeMissing) {
  const Script script = Script()
                            .Step(1)
                            .Wakes(2)
                            .Step(1)
                            .Touches(kX, AccessMode::kUp, 1)
                            .Step(2)
                            .Touches(kX, AccessMode::kDown, -1);
  EXPECT_FALSE(HappensBefore(script.trace(), true).CountsCommute());
  EXPECT_EQ(HappensBefore(script.trace(), false).races(), (std::vector<StepRace>{{1, 2}}));
}

TEST(HappensBefore, CountsDoNotCommuteWhereOneIsAddedWhileSomebodyWaits) {
  const Script script = Script()
                            .Step(1)
                            .Wakes(2)
                            .Step(1)
                            .Touches(kX, AccessMode::kJoins)
                            .Step(2)
                            .Touches(kX, AccessMode::kUp, 1)
                            .Step(2)
                            .Touches(kX, AccessMode::kDown, -1);
  EXPECT_FALSE(HappensBefore(script.trace(), true).CountsCommute());
}

TEST(HappensBefore, TooLongIsSaid) {
  StepTrace trace;
  for (std::uint32_t i = 1; i <= 2000; ++i) trace.steps.push_back({.thread = i});
  EXPECT_TRUE(HappensBefore(trace, true).too_long());
}

}  // namespace
}  // namespace golab::lab
