#include "lab/history/questions.h"

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/history/fake_symbols.h"
#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::LockKind;
using rt::WaitReason;
using testing::ElementsAre;

const FakeSymbols& Program() {
  static const FakeSymbols symbols = FakeSymbols()
                                         .Own(0x1, "main.main", "main.cc", 10)
                                         .Own(0x2, "main.main", "main.cc", 20)
                                         .Own(0x3, "main.Worker", "main.cc", 30)
                                         .Own(0x100, "main.Worker", "main.cc", 28);
  return symbols;
}

History Build(const RecordingScript& run) {
  const auto violation = Validate(run.Take(), run.streams());
  EXPECT_EQ(violation ? violation->Text() : "", "");
  return HistoryBuilder::Build({run.Take(), run.out(), run.err(), 0, "", &Program()});
}

std::vector<std::uint32_t> Ids(const std::vector<const GoroutineLife*>& lives) {
  std::vector<std::uint32_t> ids;
  for (const GoroutineLife* g : lives) ids.push_back(g->id);
  return ids;
}

RecordingScript& Lock(RecordingScript& run, std::uint32_t g, std::uint64_t address,
                      LockKind kind = LockKind::kMutex) {
  return run.Emit(EventType::kLock, g, address, static_cast<std::uint8_t>(kind));
}

RecordingScript& Add(RecordingScript& run, std::uint32_t g, std::uint64_t address, int delta) {
  return run.Emit(EventType::kWaitGroupAdd, g, address, static_cast<std::uint8_t>(delta));
}

TEST(End, IsMainsReturnOrWhatCameBefore) {
  RecordingScript returned;
  returned.Main().MainReturn().Rest().Exit();
  const History whole = Build(returned);
  EXPECT_EQ(EndOf(whole), whole.main_return());
  EXPECT_FALSE(StoppedOnItsWay(whole));

  RecordingScript waits;
  waits.Main().Block(1, WaitReason::kChanReceive, 0).Emit(EventType::kDeadlock, 0, 0, 1);
  waits.Exit(rt::ExitKind::kDeadlock, 2);
  const History asleep = HistoryBuilder::Build(
      {waits.Take(), waits.out(), waits.err(), W_EXITCODE(2, 0), "", &Program()});
  EXPECT_EQ(EndOf(asleep), asleep.ending().at);
  EXPECT_FALSE(StoppedOnItsWay(asleep));

  RecordingScript serves;
  serves.Main().Exit(rt::ExitKind::kOutsideEnd);
  const History served =
      HistoryBuilder::Build({serves.Take(), serves.out(), serves.err(), 0, "", &Program()});
  EXPECT_FALSE(StoppedOnItsWay(served)) << "its clients had all they wanted";

  RecordingScript killed;
  killed.Main();
  const History cut =
      HistoryBuilder::Build({killed.Take(), killed.out(), killed.err(), 9, "", &Program()});
  EXPECT_EQ(cut.ending().kind, Ending::Kind::kSignal);
  EXPECT_TRUE(StoppedOnItsWay(cut));
}

TEST(Asleep, CountsEveryWayToSleepAndNoOther) {
  RecordingScript run;
  run.Main().Go(1, 5).Go(1, 6).Go(1, 7).Go(1, 8).Sleep(1, kSecond);
  run.Run(5).Sleep(5, kSecond);
  run.Run(6).BlockUntil(6, WaitReason::kSelect, kSecond + 10 * kMs);  // an overrun of one quantum
  run.Run(7).Sleep(7, 100 * kMs);
  run.Run(8).Block(8, WaitReason::kChanReceive, 0);
  const Moment all = run.size() - 1;
  run.Clock(100 * kMs).Wake(7).End(7).Clock(kSecond).Wake(5).End(5).Wake(1);
  const History h = Build(run);
  EXPECT_THAT(Ids(AsleepAt(h, all, kSecond)), ElementsAre(5, 6));
  EXPECT_THAT(Ids(AsleepAt(h, all, 100 * kMs)), ElementsAre(7));
  EXPECT_THAT(Ids(AsleepAt(h, h.last(), kSecond)), ElementsAre(6));
  const Peak peak = MostAsleep(h, kSecond);
  EXPECT_EQ(peak.count, 2);
  EXPECT_EQ(peak.at, h.Find(6)->waits[0].begin);
  EXPECT_EQ(MostAlive(h).count, 5);
  EXPECT_EQ(LiveCounts(h).back().count, 3);
}

TEST(Asleep, ALengthIsTheTimersNotTheStays) {
  struct {
    std::uint64_t begin, until, length;
    bool want;
  } const cases[] = {
      {0, kSecond, kSecond, true},
      {15 * kMs, kSecond, kSecond, true},  // the timer was made before the wait began
      {0, kSecond + 20 * kMs, kSecond, true},
      {0, kSecond + 21 * kMs, kSecond, false},
      {0, 979 * kMs, kSecond, false},
      {0, 5 * kMs, 10 * kMs, true},
      {0, 4 * kMs, 10 * kMs, false},
      {kSecond, 0, 10 * kMs, false},
  };

  for (const auto& c : cases) {
    Wait wait;
    wait.begin_time = c.begin;
    wait.until = c.until;
    EXPECT_EQ(IsAsleepFor(wait, c.length), c.want) << c.begin << ' ' << c.until << ' ' << c.length;
  }
  EXPECT_FALSE(IsAsleepFor(Wait(), 0));
}

TEST(Said, PatternsAreLookedForWithinLines) {
  struct {
    const char* pattern;
    const char* text;
    std::optional<std::vector<std::string>> want;
  } const cases[] = {
      {"goroutines: %d", "[0.1] goroutines: 12 alive", {{"12"}}},
      {"goroutines: %d", "goroutines: many", std::nullopt},
      {"%d done", "127 done", {{"127"}}},
      {"%d done", "x-5 done", {{"-5"}}},
      {"%s ended", "worker ended", {{"worker"}}},
      {"a%*b %d", "xaxxxb 3", {{"3"}}},
      {"a%*", "a", {std::vector<std::string>{}}},
      {"100%%", "at 100%", {std::vector<std::string>{}}},
      {"", "", {std::vector<std::string>{}}},
      {"%d", "", std::nullopt},
  };

  for (const auto& c : cases) EXPECT_EQ(MatchWithin(c.pattern, c.text), c.want) << c.pattern;
}

TEST(Said, FindsLinesCallsDumpsDefersAndFlags) {
  RecordingScript run;
  run.Main().Emit(EventType::kFlag, 1, run.Text("workers"));
  run.Emit(EventType::kNumGoroutine, 1, 12).Print(1, "goroutines: 12\n").Print(1, "no\n", 2);
  run.Emit(EventType::kStackDump, 1, run.Text("goroutine 1 [running]:"), 1);
  run.Emit(EventType::kDeferRun, 1, 0xd, static_cast<std::uint8_t>(rt::UnwindKind::kGoexit));
  const History h = Build(run);
  ASSERT_EQ(LinesMatching(h, "goroutines: %d").size(), 1u);
  EXPECT_EQ(LinesMatching(h, "goroutines: %d")[0].holes[0], "12");
  EXPECT_EQ(FirstLine(h, "no")->fd, 2);
  EXPECT_EQ(FirstLine(h, "yes"), nullptr);
  EXPECT_EQ(NumGoroutineCalls(h)[0].answer, 12);
  EXPECT_TRUE(StackDumps(h)[0].all);
  EXPECT_EQ(StackDumps(h)[0].text, "goroutine 1 [running]:");
  EXPECT_EQ(DeferRuns(h, 1)[0].during, rt::UnwindKind::kGoexit);
  EXPECT_TRUE(DeferRuns(h, 5).empty());
  EXPECT_THAT(FlagsDefined(h), ElementsAre("workers"));
}

TEST(Objects, ChannelsAndLocks) {
  RecordingScript run;
  run.Main().Emit(EventType::kChanMake, 1, RecordingScript::Channel(3, 8), 0, run.Stack({0x1}));
  Lock(run, 1, 0xa);
  const Moment locked = run.size() - 1;
  run.Emit(EventType::kUnlock, 1, 0xa);
  Lock(run, 1, 0xb, LockKind::kRead);
  const History h = Build(run);
  EXPECT_EQ(FindChannel(h, 3)->capacity, 8u);
  EXPECT_EQ(h.OwnFrame(FindChannel(h, 3)->stack).line, 10);
  EXPECT_FALSE(FindChannel(h, 4));
  ASSERT_EQ(HoldersAt(h, 0xa, locked).size(), 1u);
  EXPECT_EQ(HoldersAt(h, 0xa, locked)[0].g, 1u);
  EXPECT_EQ(HoldersAt(h, 0xa, locked)[0].since, locked);
  EXPECT_TRUE(HoldersAt(h, 0xa, h.last()).empty());
  EXPECT_EQ(HoldersAt(h, 0xb, h.last())[0].kind, LockKind::kRead);
}

TEST(Objects, WaitGroupsKnowWhoIsMissing) {
  RecordingScript run;
  run.Main();
  Add(run, 1, 0x10, 2);
  run.Go(1, 5).Go(1, 6).Block(1, WaitReason::kWaitGroupWait, 0x10).Run(5);
  Add(run, 5, 0x10, -1).End(5).Run(6);
  const Moment before = run.size() - 1;
  run.End(6);
  const History h = Build(run);
  EXPECT_EQ(WaitGroupCounter(h, 0x10, h.last()), 1);
  EXPECT_THAT(Ids(DoneExpectedFrom(h, 0x10, before)), ElementsAre(6));
  EXPECT_THAT(Ids(EndedWithoutDone(h, 0x10, h.last())), ElementsAre(6));
  const auto waiting = WaitingAt(h, before);
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].wake_by, WakeBy::kDone);
  EXPECT_TRUE(waiting[0].sure);
  EXPECT_THAT(waiting[0].partners, ElementsAre(6));
}

TEST(Objects, AWaitGroupWithAHugeStepIsNotCounted) {
  RecordingScript run;
  run.Main();
  Add(run, 1, 0x10, 127);
  EXPECT_FALSE(WaitGroupCounter(Build(run), 0x10, 9));
}

TEST(Waiting, TwoLocksInTwoOrdersAreACycle) {
  RecordingScript run;
  run.Main().Go(1, 5).Go(1, 6);
  Add(run, 1, 0x10, 2).Block(1, WaitReason::kWaitGroupWait, 0x10, run.Stack({0x2}));
  Lock(run.Run(5), 5, 0xa).Yield(5).Run(6);
  Lock(run, 6, 0xb).Block(6, WaitReason::kMutexLock, 0xa, run.Stack({0x3}));
  run.Run(5).Block(5, WaitReason::kMutexLock, 0xb, run.Stack({0x3}));
  const History h = Build(run);
  const auto waiting = WaitingAt(h, h.last());
  ASSERT_EQ(waiting.size(), 3u);
  EXPECT_EQ(waiting[0].g, 1u);
  EXPECT_FALSE(waiting[0].sure);  // Add came after the two go calls: nothing says that they count
  EXPECT_EQ(waiting[1].where.line, 30);
  EXPECT_THAT(waiting[1].partners, ElementsAre(6));
  EXPECT_THAT(WaitCycle(waiting), ElementsAre(5, 6));
}

TEST(Waiting, AMutexLockedTwiceIsACycleOfOne) {
  RecordingScript run;
  run.Main();
  Lock(run, 1, 0xa).Block(1, WaitReason::kMutexLock, 0xa);
  const History h = Build(run);
  EXPECT_THAT(WaitCycle(WaitingAt(h, h.last())), ElementsAre(1));
}

TEST(Waiting, AWaitingWriterKeepsReadersOut) {
  RecordingScript run;
  run.Main().Go(1, 5);
  Lock(run, 1, 0xa, LockKind::kRead).Yield(1).Run(5).Block(5, WaitReason::kRWMutexLock, 0xa);
  run.Run(1).Emit(EventType::kUnlock, 1, 0xa, 1);
  run.Block(1, WaitReason::kRWMutexRLock, 0xa);
  const History h = Build(run);
  const auto waiting = WaitingAt(h, h.last());
  EXPECT_THAT(waiting[0].partners, ElementsAre(5));
}

TEST(Waiting, ChannelsNameWhoEverUsedThem) {
  RecordingScript run;
  run.Main().Emit(EventType::kChanMake, 1, RecordingScript::Channel(3, 1)).Go(1, 5).Yield(1).Run(5);
  run.Emit(EventType::kSend, 5, 3).Sleep(5, kSecond).Run(1).Emit(EventType::kRecv, 1, 3);
  run.Block(1, WaitReason::kChanReceive, 3);
  const History h = Build(run);
  const auto waiting = WaitingAt(h, h.last());
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0].wake_by, WakeBy::kSend);
  EXPECT_THAT(waiting[0].partners, ElementsAre(5));
  EXPECT_FALSE(waiting[0].sure);
  EXPECT_EQ(waiting[1].wake_by, WakeBy::kTimer);
  EXPECT_TRUE(WaitCycle(waiting).empty());
}

TEST(Pictures, GroupsWhatIsAlike) {
  RecordingScript run;
  const std::uint64_t loop = run.Stack({0x2});
  run.Main().Go(1, 5, loop).Go(1, 6, loop).Go(1, 7, run.Stack({0x1})).Block(1, WaitReason::kSelect);
  for (const std::uint32_t g : {5u, 6u, 7u})
    run.Emit(EventType::kStart, g, 0x100).Sleep(g, kSecond);
  const History h = Build(run);
  const auto groups = GroupAlike(h, h.last());
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[0].goroutines, ElementsAre(1));
  EXPECT_THAT(groups[1].goroutines, ElementsAre(5, 6));
  EXPECT_EQ(groups[1].created_at.line, 20);
  EXPECT_EQ(groups[1].function, "main.Worker");
  EXPECT_EQ(groups[1].reason, WaitReason::kSleep);
  EXPECT_THAT(groups[2].goroutines, ElementsAre(7));
}

TEST(Pictures, StepsMergeAndMarkDeviations) {
  RecordingScript run;
  run.Main().Emit(EventType::kChanMake, 1, RecordingScript::Channel(3, 9)).Go(1, 5);
  run.Emit(EventType::kSend, 1, 3)
      .Emit(EventType::kSend, 1, 3)
      .Pick(1, 2, 1, 5, rt::PickKind::kAtCall);
  run.Yield(1).Pick(1, 2, 0, 5).Run(5).Emit(EventType::kRecv, 5, 3).End(5);
  const History h = Build(run);
  const auto steps = StepsOf(h, {1, 5}, h.main_start(), h.last());
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps[1].what, EventType::kSend);
  EXPECT_EQ(steps[1].times, 2);
  EXPECT_EQ(steps[2].what, EventType::kYield);
  EXPECT_TRUE(steps[2].deviation);
  EXPECT_EQ(steps[3].what, EventType::kRecv);
  EXPECT_FALSE(steps[3].deviation);
  EXPECT_EQ(StepsOf(h, {5}, 0, h.last()).size(), 2u);
  EXPECT_EQ(DeviationsFromGo(h).size(), 1u);
}

}  // namespace
}  // namespace golab::lab
