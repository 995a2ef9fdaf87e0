#include "lab/check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/check/story.h"
#include "lab/check/words.h"
#include "lab/history/fake_symbols.h"
#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using testing::ElementsAre;

constexpr CauseText kCauses[] = {
    {"one-after-other", "the most that slept at once was {count}, not {workers}",
     "starting is not waiting", ""},
    {"no-value", "{nothing}"},
    {}};

GOLAB_CHECK(Rise, "test1.rise", "at some instant all workers sleep together", info.causes = kCauses,
            info.needs = "hold", info.real_time = false) {
  return Fail("one-after-other").Set("count", 1).Set("workers", evidence.Int("workers"));
}

GOLAB_CHECK(Plain, "test1.plain", "it holds") {
  return Pass("it does");
}

GOLAB_ADVICE(Joined, "test1.joined", "main waits", info.cases = "main other",
             info.variations = "- leak") {
  return Pass("");
}

GOLAB_CHECK(First, "test2.twin", "once") {
  return Pass("");
}

GOLAB_CHECK(Second, "test2.twin", "twice") {
  return Pass("");
}

const History& Nothing() {
  static const History h = HistoryBuilder::Build({Recording(), "", "", 0, "", nullptr});
  return h;
}

TEST(CheckRegistry, KnowsEachCheckOnceAndSortsThem) {
  std::vector<std::string> ids;
  for (const CheckInfo* info : CheckRegistry::OfTask("test1")) ids.emplace_back(info->id);
  EXPECT_THAT(ids, ElementsAre("test1.joined", "test1.plain", "test1.rise"));
  EXPECT_EQ(CheckRegistry::OfTask("test2").size(), 1u);
  EXPECT_EQ(CheckRegistry::Find("test3.x"), nullptr);
}

TEST(CheckRegistry, NamesBothPlacesOfADuplicate) {
  const auto twice = CheckRegistry::Duplicates();
  ASSERT_EQ(twice.size(), 1u);
  EXPECT_THAT(twice[0], testing::MatchesRegex(
                            "check 'test2.twin' is registered twice: at .*check_test.cc:[0-9]+ "
                            "and at .*check_test.cc:[0-9]+"));
}

TEST(CheckInfo, CarriesWhatTheMacroWasGiven) {
  const CheckInfo* rise = CheckRegistry::Find("test1.rise");
  EXPECT_STREQ(rise->needs, "hold");
  EXPECT_FALSE(rise->real_time);
  EXPECT_FALSE(rise->advice);
  EXPECT_EQ(rise->ShortId(), "rise");
  EXPECT_EQ(rise->Task(), "test1");
  EXPECT_TRUE(CheckRegistry::Find("test1.joined")->advice);
}

TEST(CheckInfo, AppliesWhereItSays) {
  const CheckInfo* plain = CheckRegistry::Find("test1.plain");
  EXPECT_TRUE(plain->AppliesTo("any", "leak"));
  const CheckInfo* joined = CheckRegistry::Find("test1.joined");
  EXPECT_TRUE(joined->AppliesTo("main", ""));
  EXPECT_TRUE(joined->AppliesTo("other", "leak"));
  EXPECT_FALSE(joined->AppliesTo("oth", "leak"));
  EXPECT_FALSE(joined->AppliesTo("main", "more"));
}

TEST(Judge, FillsWordsFromTheFinding) {
  const CheckInfo& rise = *CheckRegistry::Find("test1.rise");
  const Evidence evidence{.history = Nothing(), .params = {{"workers", "10"}}};
  const Words words = WordsOf(rise, Judge(rise, evidence));
  EXPECT_EQ(words.line_one, "the most that slept at once was 1, not 10");
  EXPECT_EQ(words.rule, "starting is not waiting");
  EXPECT_EQ(words.problem, "");
  EXPECT_EQ(WordsOf(rise, Fail("no-value")).problem,
            "test1.rise, cause 'no-value': placeholder '{nothing}' has no value");
  EXPECT_EQ(WordsOf(rise, Fail("other")).problem, "test1.rise: there is no cause 'other'");
  EXPECT_EQ(WordsOf(rise, Pass("10 sleep")).line_one, "10 sleep");
}

TEST(Judge, SkipsWhatRealTimeCannotShow) {
  const CheckInfo& rise = *CheckRegistry::Find("test1.rise");
  const Finding finding = Judge(rise, {.history = Nothing(), .world = rt::World::kReal});
  EXPECT_EQ(finding.outcome, Outcome::kSkip);
  EXPECT_EQ(finding.fact, "real time");
}

TEST(Evidence, GivesParametersAsWhatTheyAre) {
  const Evidence evidence{.history = Nothing(),
                          .params = {{"workers", "10"}, {"sleep", "1.5s"}, {"leak", "true"}},
                          .common = {Exemption::kServes}};
  EXPECT_EQ(evidence.Int("workers"), 10);
  EXPECT_EQ(evidence.DurationNs("sleep"), 1'500'000'000u);
  EXPECT_TRUE(evidence.Bool("leak"));
  EXPECT_TRUE(evidence.Exempt(Exemption::kServes));
  EXPECT_EXIT(evidence.Int("none"), testing::ExitedWithCode(4),
              "golab: a check asks for parameter 'none', which its task does not have");
}

TEST(ProblemsOf, FindsFaultsOfACheck) {
  const CauseText bad[] = {{"a", "{"}, {"a", "x"}, {"b", ""}, {}};
  CheckInfo info;
  info.id = "Bad";
  info.causes = bad;
  EXPECT_THAT(ProblemsOf(info),
              ElementsAre("Bad: an id is 'task.check', in lower case with hyphens",
                          "Bad: it says not what must hold", "Bad: it has no function",
                          "Bad: cause 'a': '{' is no placeholder", "Bad: cause 'a' is there twice",
                          "Bad: cause 'b' has no line one"));
  EXPECT_THAT(ProblemsOf(*CheckRegistry::Find("test1.rise")), ElementsAre());
}

TEST(Finding, PlacesAreOwnLines) {
  FakeSymbols symbols;
  symbols.Other(1, "time.Sleep").Own(2, "main.main", "main.cc", 7, 3);
  RecordingScript run;
  run.Main().Sleep(1, kMs, run.Stack({1, 2})).Clock(kMs).Wake(1).Yield(1, run.Stack({1}));
  const History h = HistoryBuilder::Build({run.Take(), "", "", 9, "", &symbols});
  const Finding finding = Fail("x")
                              .PlaceOf(h, 1, "waits-at", "here", 1)
                              .PlaceOf(h, 2, "nowhere", "")
                              .PlaceOf(h, 99, "nowhere", "");
  ASSERT_EQ(finding.places.size(), 1u);
  EXPECT_EQ(finding.places[0].file, "main.cc");
  EXPECT_EQ(finding.places[0].line, 7);
  EXPECT_EQ(finding.places[0].column, 3);
}

TEST(StoryOf, KeepsTheEndAndTheDeviations) {
  RecordingScript run;
  run.Main().Pick(1, 2, 1, 1, rt::PickKind::kAtCall).Emit(rt::EventType::kLock, 1, 0xa);
  for (std::uint32_t g = 5; g < 25; ++g) run.Go(1, g);
  run.Block(1, rt::WaitReason::kSelect);
  const History h = HistoryBuilder::Build({run.Take(), "", "", 9, "", nullptr});
  const Story story = StoryOf(h, StepsOf(h, {1}, 0, h.last()), 5);
  ASSERT_EQ(story.size(), 5u);
  EXPECT_EQ(story.front().what, "locks  <-- Go usually runs another here");
  EXPECT_EQ(story.back().what, "waits in [select]");
  EXPECT_EQ(story.back().who, "main");
}

TEST(Words, SayNumbersOneWay) {
  EXPECT_EQ(Who(1), "main");
  EXPECT_EQ(Who(7), "goroutine 7");
  EXPECT_EQ(InSeconds(500'000'000), "0.500 s");
  EXPECT_EQ(InSeconds(61'000'000'000), "61.000 s");
  EXPECT_EQ(Grouped(61440), "61,440");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(-1000), "-1,000");
  EXPECT_EQ(SignalName(11), "SIGSEGV");
  EXPECT_EQ(InBrackets(rt::WaitReason::kChanSend), "[chan send]");
}

}  // namespace
}  // namespace golab::lab
