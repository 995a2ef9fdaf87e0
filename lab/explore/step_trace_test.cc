// A trace is written by the program's own process: whatever it holds, it is read or refused.

#include "lab/explore/step_trace.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

using rt::AccessMode;
using rt::TraceEntry;
using rt::TraceKind;

TraceEntry StepOf(std::uint32_t thread, std::uint16_t candidates) {
  return {0, thread, candidates, TraceKind::kStep, AccessMode::kRead};
}

TraceEntry CandidateOf(std::uint32_t thread) {
  return {0, thread, 0, TraceKind::kCandidate, AccessMode::kRead};
}

TraceEntry AccessOf(std::uint64_t object, AccessMode mode) {
  return {object, 0, 0, TraceKind::kAccess, mode};
}

rt::Record RunOf(std::uint32_t g) {
  rt::Record record;
  record.g = g;
  record.type = static_cast<std::uint8_t>(rt::EventType::kRun);
  return record;
}

StepTrace Read(std::vector<TraceEntry> entries, const std::vector<std::uint32_t>& runs) {
  Recording recording;
  recording.trace = std::move(entries);
  for (const std::uint32_t g : runs) recording.records.push_back(RunOf(g));
  return ReadTrace(recording);
}

TEST(ReadTrace, GivesSteps) {
  const StepTrace trace = Read({StepOf(1, 2),
                                CandidateOf(1),
                                CandidateOf(2),
                                AccessOf(7, AccessMode::kWrite),
                                {0, 2, 0, TraceKind::kWakes, {}},
                                {50, 0, 0, TraceKind::kClock, {}},
                                StepOf(2, 0),
                                {1, 0, 3, TraceKind::kCase, {}}},
                               {1, 2});
  ASSERT_EQ(trace.damage, "");
  ASSERT_EQ(trace.steps.size(), 2U);
  EXPECT_EQ(trace.steps[0].candidates, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(trace.steps[0].accesses.size(), 1U);
  EXPECT_EQ(trace.steps[0].wakes, std::vector<std::uint32_t>{2});
  EXPECT_EQ(trace.steps[1].now, 50U);
  EXPECT_EQ(trace.steps[1].cases, (std::vector<CaseTaken>{{3, 1}}));
}

TEST(ReadTrace, RefusesWhatCannotBe) {
  struct {
    std::vector<TraceEntry> entries;
    const char* damage;
  } const cases[] = {
      {{AccessOf(7, AccessMode::kWrite)}, "something happens before the first step"},
      {{StepOf(0, 0)}, "a step is nobody's"},
      {{StepOf(1, 3), CandidateOf(1)}, "a step has more candidates than follow"},
      {{StepOf(1, 1), StepOf(1, 0)}, "a candidate is missing"},
      {{StepOf(1, 2), CandidateOf(1), CandidateOf(1)}, "somebody is a candidate twice"},
      {{StepOf(1, 1), CandidateOf(2)}, "a step is taken by somebody who was no candidate"},
      {{StepOf(1, 0), AccessOf(7, static_cast<AccessMode>(99))}, "an access has an unknown mode"},
      {{StepOf(1, 0), AccessOf(0, AccessMode::kWrite)}, "an access has an unknown mode"},
      {{StepOf(1, 0), {0, 0, 0, TraceKind::kWakes, {}}}, "nobody is woken"},
      {{StepOf(1, 0), {3, 0, 3, TraceKind::kCase, {}}}, "a select takes no case of its own"},
      {{StepOf(1, 0), {0, 0, 0, static_cast<TraceKind>(77), {}}},
       "there is an entry of an unknown kind"},
      {{{9, 0, 0, TraceKind::kClock, {}}, {8, 0, 0, TraceKind::kClock, {}}}, "the clock goes back"},
  };

  for (const auto& one : cases) {
    const StepTrace trace = Read(one.entries, {1});
    EXPECT_EQ(trace.damage, one.damage);
    EXPECT_TRUE(trace.steps.empty());
  }
}

TEST(ReadTrace, RefusesStepsOfOthersThanTheRecordingHas) {
  EXPECT_EQ(Read({StepOf(1, 0), StepOf(2, 0), StepOf(1, 0)}, {1, 2, 1}).damage, "");
  EXPECT_EQ(Read({StepOf(1, 0), StepOf(rt::kTimerThread, 0), StepOf(1, 0)}, {1}).damage, "");
  EXPECT_EQ(Read({StepOf(1, 0), StepOf(2, 0)}, {1, 3, 2}).damage,
            "the steps are not those of the recording");
  EXPECT_EQ(Read({StepOf(1, 0), StepOf(2, 0)}, {1}).damage,
            "the steps are not those of the recording");
}

TEST(ReadTrace, RefusesTooManySteps) {
  std::vector<TraceEntry> entries(rt::kMaxSteps + 1, StepOf(1, 0));
  EXPECT_EQ(Read(entries, {1}).damage, "there are too many steps");
}

}  // namespace
}  // namespace golab::lab
