#include "lab/recording/validator.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::WaitReason;

std::string WhatIsWrong(RecordingScript& run) {
  const auto violation = Validate(run.Take(), run.streams());
  return violation ? violation->what : "";
}

TEST(Validate, AcceptsWhatAProgramDoes) {
  RecordingScript run;
  run.Main();
  run.Emit(EventType::kFlag, 1, run.Text("workers"));
  run.Emit(EventType::kChanMake, 1, RecordingScript::Channel(1, 0));
  run.Go(1, 5, run.Stack({10, 20})).Go(1, 6).Print(1, "two started\n");
  run.Emit(EventType::kNumGoroutine, 1, 3);
  run.Block(1, WaitReason::kChanReceive, 1).Pick(1, 2, 1, 5);
  run.Run(5).Sleep(5, 10 * kMs).Run(6).Preempt(6).Run(6).Yield(6).Run(6).End(6);
  run.Clock(10 * kMs).Wake(5).Emit(EventType::kSend, 5, 1).Unblock(5, 1).Print(5, "sent\n").End(5);
  run.Run(1).Emit(EventType::kRecv, 1, 1, 1).MainReturn().Rest().Exit();
  EXPECT_EQ(WhatIsWrong(run), "");
}

TEST(Validate, AcceptsAnEmptyRecordingAndWhatInitialisersDo) {
  RecordingScript empty;
  EXPECT_EQ(WhatIsWrong(empty), "");
  RecordingScript run;
  run.Emit(EventType::kFlag, 0, run.Text("n"))
      .Emit(EventType::kChanMake, 0, RecordingScript::Channel(1, 3));
  run.Go(0, 1).Go(1, 5);  // an initialiser starts it, in main's name
  EXPECT_EQ(WhatIsWrong(run), "");
}

TEST(Validate, OthersRunOnAfterMainHasReturned) {
  RecordingScript run;
  run.Main().Go(1, 5).MainReturn().Run(5).End(5).Rest().Exit();
  EXPECT_EQ(WhatIsWrong(run), "");
}

TEST(Validate, OutputIsNotComparedOnceAStreamIsLost) {
  RecordingScript run;
  run.Main().Print(1, "abc");
  run.Emit(EventType::kOutputLost, 1, 0, 1).Emit(EventType::kOutput, 1, 0, 1);
  run.Emit(EventType::kOutput, 1, 900, 1);
  EXPECT_EQ(WhatIsWrong(run), "");
}

template <class Evidence>
std::uint64_t Bytes(RecordingScript& run, const Evidence& evidence) {
  return run.Text(std::string(reinterpret_cast<const char*>(&evidence), sizeof evidence));
}

TEST(Validate, ASanitizersReportHasItsForm) {
  RecordingScript run;
  run.Main();
  run.Emit(EventType::kRace, 1, Bytes(run, rt::RaceEvidence{}));
  run.Emit(EventType::kMemoryFault, 0, Bytes(run, rt::MemoryFaultEvidence{}));
  run.Emit(EventType::kUndefined, 1, Bytes(run, rt::UndefinedEvidence{}));
  EXPECT_EQ(WhatIsWrong(run), "");
  for (const EventType type : {EventType::kRace, EventType::kMemoryFault, EventType::kUndefined}) {
    RecordingScript other;
    other.Main().Emit(type, 1, other.Text("too short"));
    EXPECT_EQ(WhatIsWrong(other), "a sanitizer's report is malformed");
    RecordingScript outside;
    outside.Main().Emit(type, 1, ArgOf(rt::BlobRef{UINT32_MAX, sizeof(rt::RaceEvidence)}));
    EXPECT_EQ(WhatIsWrong(outside), "a text lies outside the recording");
    RecordingScript ended;
    ended.Main().Go(1, 5).Preempt(1).Run(5).End(5);
    ended.Emit(type, 5, ended.Text("x"));
    EXPECT_EQ(WhatIsWrong(ended), "goroutine 5 acts, but has ended");
  }
}

TEST(Validate, ASystemCallLetsAnotherRun) {
  RecordingScript run;
  run.Main().Go(1, 5).Emit(EventType::kSyscallBegin, 1).Run(5);
  run.Emit(EventType::kSyscallEnd, 1).End(5).Run(1).MainReturn();
  EXPECT_EQ(WhatIsWrong(run), "");
}

TEST(Validate, NamesEachRuleThatIsBroken) {
  struct Case {
    const char* want;
    std::function<void(RecordingScript&)> then;  ///< after main has started goroutine 5
  } const cases[] = {
      {"there is no event of type 200",
       [](RecordingScript& run) { run.Emit(static_cast<EventType>(200), 1); }},
      {"there is no event of type 0", [](RecordingScript& run) { run.Emit(EventType::kNone, 1); }},
      {"time goes back from 5 to 4 ns", [](RecordingScript& run) { run.Clock(5).Clock(4); }},
      {"goroutine 5 is created twice", [](RecordingScript& run) { run.Go(1, 5); }},
      {"goroutine 1 is created twice", [](RecordingScript& run) { run.Go(0, 1); }},
      {"main was created by goroutine 1", [](RecordingScript& run) { run.Go(1, 1); }},
      {"a goroutine has the id 0", [](RecordingScript& run) { run.Go(1, 0); }},
      {"goroutine 9 was never created", [](RecordingScript& run) { run.Go(9, 6); }},
      {"goroutine 5 acts, but has not started", [](RecordingScript& run) { run.End(5); }},
      {"goroutine 5 is picked to run while goroutine 1 is running",
       [](RecordingScript& run) { run.Run(5); }},
      {"goroutine 5 is picked to run, but has not started",
       [](RecordingScript& run) { run.Yield(1).Emit(EventType::kRun, 5); }},
      {"goroutine 1 is picked to run, but is ready, not running",
       [](RecordingScript& run) { run.Yield(1).Emit(EventType::kStart, 1); }},
      {"goroutine 1 is picked to run, but is waiting",
       [](RecordingScript& run) { run.Block(1, WaitReason::kChanSend).Run(1); }},
      {"goroutine 5 is picked to run, but has ended",
       [](RecordingScript& run) { run.Yield(1).Run(5).End(5).Run(5); }},
      {"nobody is picked to run", [](RecordingScript& run) { run.Yield(1).Run(0); }},
      {"goroutine 5 acts, but has ended",
       [](RecordingScript& run) { run.Yield(1).Run(5).End(5).End(5); }},
      {"goroutine 1 acts, but is waiting",
       [](RecordingScript& run) { run.Block(1, WaitReason::kSelect).Yield(1); }},
      {"goroutine 5 is woken, but has not started",
       [](RecordingScript& run) { run.Unblock(1, 5); }},
      {"goroutine 1 is woken, but is ready, not running",
       [](RecordingScript& run) { run.Yield(1).Unblock(0, 1); }},
      {"goroutine 8 is woken, but was never created",
       [](RecordingScript& run) { run.Unblock(1, 8); }},
      {"an event that only a goroutine can cause has none",
       [](RecordingScript& run) { run.Emit(EventType::kBlock, 0); }},
      {"an event of type 4 has the unknown reason 77",
       [](RecordingScript& run) { run.Emit(EventType::kBlock, 1, 0, 77); }},
      {"a text lies outside the recording",
       [](RecordingScript& run) {
         run.Emit(EventType::kPanic, 1, ArgOf(rt::BlobRef{0, 1}));
       }},
      {"a text lies outside the recording",
       [](RecordingScript& run) {
         run.Emit(EventType::kPanic, 1, ArgOf(rt::BlobRef{UINT32_MAX, 2}));
       }},
      {"stack 77 is not in the recording", [](RecordingScript& run) { run.Yield(1, 77); }},
      {"a decision between 1 candidates", [](RecordingScript& run) { run.Pick(1, 1, 0, 5); }},
      {"candidate 254 of 254 is picked",
       [](RecordingScript& run) { run.Pick(1, 254, 254, 5).Pick(1, 255, 255, 5); }},
      {"candidate 255 of 254 is picked",
       [](RecordingScript& run) { run.Pick(1, 255, 255, 5).Pick(1, 254, 255, 5); }},
      {"candidate 2 of 2 is picked", [](RecordingScript& run) { run.Pick(1, 2, 2, 5); }},
      {"goroutine 8 is picked, but was never created",
       [](RecordingScript& run) { run.Pick(1, 2, 1, 8); }},
      {"goroutine 1 is picked, but is waiting",
       [](RecordingScript& run) { run.Block(1, WaitReason::kSelect).Pick(1, 2, 1, 1); }},
      {"output to file 3", [](RecordingScript& run) { run.Emit(EventType::kOutput, 1, 0, 3); }},
      {"a piece of output ends before it begins",
       [](RecordingScript& run) {
         run.Emit(EventType::kOutput, 1, std::uint64_t{2} << 32 | 1, 1);
       }},
      {"two pieces of output overlap",
       [](RecordingScript& run) { run.Print(1, "abc").Emit(EventType::kOutput, 1, 3, 1); }},
      {"a piece of output lies behind the end of the stream",
       [](RecordingScript& run) { run.Emit(EventType::kOutput, 1, 10, 2); }},
      {"channel 4 is made twice",
       [](RecordingScript& run) {
         run.Emit(EventType::kChanMake, 1, RecordingScript::Channel(4, 0))
             .Emit(EventType::kChanMake, 1, RecordingScript::Channel(4, 1));
       }},
      {"channel 7 was never made", [](RecordingScript& run) { run.Emit(EventType::kSend, 1, 7); }},
      {"main begins twice", [](RecordingScript& run) { run.Emit(EventType::kMainStart, 1); }},
      {"main begins in goroutine 5",
       [](RecordingScript& run) { run.Yield(1).Run(5).Emit(EventType::kMainStart, 5); }},
      {"main returns, but is not in its function",
       [](RecordingScript& run) { run.MainReturn().MainReturn(); }},
      {"the program comes to rest before main has returned",
       [](RecordingScript& run) { run.Rest(); }},
      {"goroutine 5 runs after the process has ended",
       [](RecordingScript& run) { run.MainReturn().Exit().Run(5); }},
      {"goroutine 1 leaves a system call it is not in",
       [](RecordingScript& run) { run.Emit(EventType::kSyscallEnd, 1); }},
  };

  for (const Case& c : cases) {
    SCOPED_TRACE(c.want);
    RecordingScript run;
    run.Main().Go(1, 5);
    c.then(run);
    EXPECT_EQ(WhatIsWrong(run), c.want);
  }
}

TEST(Validate, ACallThatOthersEndQueues) {
  for (const bool somebody_runs : {true, false}) {
    SCOPED_TRACE(somebody_runs);
    RecordingScript run;
    run.Main().Go(1, 5).Yield(1).Run(5).Emit(EventType::kSyscallBegin, 5);
    if (somebody_runs) run.Run(1);
    run.Emit(EventType::kSignal, somebody_runs ? 1 : 0, 15).Emit(EventType::kSyscallEnd, 5, 0, 1);
    if (somebody_runs) run.Yield(1);
    run.Run(5).End(5).Run(1).MainReturn();
    EXPECT_EQ(WhatIsWrong(run), "");
  }
}

TEST(Validate, SaysWhichEvent) {
  RecordingScript run;
  run.Main().Go(1, 1);
  const auto violation = Validate(run.Take(), run.streams());
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->Text(),
            "recording is not a possible history: event 3: main was created by goroutine 1");
}

TEST(Validate, RefusesDamage) {
  RecordingScript run;
  run.recording().damage = "the program wrote over the recording's header";
  EXPECT_EQ(Validate(run.Take(), run.streams())->Text(),
            "recording is not a possible history: the program wrote over the recording's header");
  Recording recording;
  recording.stacks = StackTable({1, 5, 10});
  EXPECT_EQ(Validate(recording, {})->what, "a stack is longer than the stack table");
  recording.stacks = StackTable({1, 1, 10, 1, 1, 10});
  EXPECT_FALSE(Validate(recording, {}));  // written twice, the same
  recording.stacks = StackTable({1, 1, 10, 1, 1, 11});
  EXPECT_EQ(Validate(recording, {})->what, "two stacks have the same id");
  recording.stacks = StackTable({0, 0});
  EXPECT_EQ(Validate(recording, {})->what, "a stack has the id 0");
  recording.stacks = StackTable({1, 0, 7});
  EXPECT_EQ(Validate(recording, {})->what, "the stack table ends within an entry");
}

TEST(Validate, RealTimeIsComparedAProcessorAtATime) {
  RecordingScript run;
  run.Main().Go(1, 5).Clock(9).Run(5).Clock(3);  // two run at once, the second clock is another P's
  run.at(run.size() - 1).p = 1;
  EXPECT_NE(WhatIsWrong(run), "");
  run.recording().world = rt::World::kReal;
  EXPECT_EQ(WhatIsWrong(run), "");
}

}  // namespace
}  // namespace golab::lab
