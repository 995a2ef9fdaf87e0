#include "lab/explain/root_cause.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

using Kind = Candidate::Kind;

Candidate Of(const std::string& id, Outcome outcome, Moment at = kNever,
             const std::string& needs = "", Kind kind = Kind::kPlain) {
  return {"task1." + id, needs, outcome, at, kind};
}

constexpr Outcome kPass = Outcome::kPass, kFail = Outcome::kFail, kError = Outcome::kError;

TEST(ChooseRoot, NothingFailed) {
  const RootCause cause = ChooseRoot({Of("rise", kPass), Of("hold", kPass, kNever, "rise")});
  EXPECT_EQ(cause.root, "");
  EXPECT_TRUE(cause.not_judged.empty());
}

TEST(ChooseRoot, WhatNeedsAFailedCheckIsNotJudged) {
  const RootCause cause = ChooseRoot({Of("rise", kPass), Of("hold", kFail, 50, "rise"),
                                      Of("fall", kFail, 10, "hold"), Of("monitor", kPass)});
  EXPECT_EQ(cause.root, "task1.hold");
  EXPECT_EQ(cause.not_judged, (std::map<std::string, std::string>{{"task1.fall", "hold"}}));
}

TEST(ChooseRoot, NeedsArePassedOn) {
  const RootCause cause =
      ChooseRoot({Of("c", kFail, 1, "b"), Of("b", kPass, kNever, "a"), Of("a", kFail, 9)});
  EXPECT_EQ(cause.root, "task1.a");
  EXPECT_EQ(cause.not_judged.at("task1.b"), "a");
  EXPECT_EQ(cause.not_judged.at("task1.c"), "a");
}

TEST(ChooseRoot, TheEarliestEvidenceIsShown) {
  EXPECT_EQ(
      ChooseRoot({Of("monitor", kFail, 40), Of("hold", kFail, 30), Of("no-leak", kFail, 90)}).root,
      "task1.hold");
  EXPECT_EQ(ChooseRoot({Of("a", kFail), Of("b", kFail)}).root, "task1.a");
  EXPECT_EQ(ChooseRoot({Of("a", kFail), Of("b", kError, 5)}).root, "task1.b");
}

TEST(ChooseRoot, DanglingThenCrashComeFirst) {
  const auto crash = Of("no-crash", kFail, 80, "", Kind::kCrash);
  EXPECT_EQ(ChooseRoot({Of("hold", kFail, 1), crash, Of("no-dangling", kFail, 90)}).root,
            "task1.no-dangling");
  EXPECT_EQ(ChooseRoot({Of("hold", kFail, 1), crash}).root, "task1.no-crash");
}

TEST(ChooseRoot, DeadlockAndEarlyExitYieldToTheTasksOwnChecks) {
  const auto deadlock = Of("no-crash", kFail, 5, "", Kind::kDeadlock);
  const auto exit = Of("ends", kFail, 5, "", Kind::kEarlyExit);
  EXPECT_EQ(ChooseRoot({deadlock, Of("fall", kFail, 90)}).root, "task1.fall");
  EXPECT_EQ(ChooseRoot({exit, Of("fall", kFail, 90)}).root, "task1.fall");
  EXPECT_EQ(ChooseRoot({deadlock, Of("fall", kPass)}).root, "task1.no-crash");
  EXPECT_EQ(ChooseRoot({deadlock, Of("no-leak", kFail, 9)}).root, "task1.no-crash");
}

TEST(ChooseRoot, WithoutABuildNothingIsJudged) {
  const RootCause cause =
      ChooseRoot({Of("rise", kFail, 3), Of("builds", kError), Of("no-dangling", kFail, 1)});
  EXPECT_EQ(cause.root, "task1.builds");
  EXPECT_EQ(cause.not_judged.size(), 2u);
}

TEST(ChooseRoot, CirclesAndUnknownNeedsDoNoHarm) {
  EXPECT_EQ(ChooseRoot({Of("a", kFail, 2, "b"), Of("b", kPass, kNever, "a")}).root, "task1.a");
  EXPECT_EQ(ChooseRoot({Of("a", kFail, 2, "a nothing")}).root, "task1.a");
}

}  // namespace
}  // namespace golab::lab
