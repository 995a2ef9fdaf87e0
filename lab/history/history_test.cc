#include "lab/history/history.h"

#include <gtest/gtest.h>

#include "lab/history/fake_symbols.h"
#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::WaitReason;

constexpr int kStatus0 = 0;

constexpr int Exited(int status) {
  return status << 8;
}

History Build(const RecordingScript& run, int wait_status = kStatus0,
              std::string killed_because = "", const Symbols* symbols = nullptr) {
  EXPECT_EQ(Validate(run.Take(), run.streams()) ? Validate(run.Take(), run.streams())->Text() : "",
            "");
  return HistoryBuilder::Build(
      {run.Take(), run.out(), run.err(), wait_status, std::move(killed_because), symbols});
}

TEST(History, FollowsALife) {
  RecordingScript run;
  run.Main().Go(1, 5);
  run.Block(1, WaitReason::kWaitGroupWait, 0x100).Run(5);
  const Moment ran = run.size() - 1;
  run.Sleep(5, 30 * kMs);
  const Moment slept = run.size() - 1;
  run.Clock(30 * kMs).Wake(5).Preempt(5).Run(5).Unblock(5, 1);
  run.End(5, rt::EndKind::kGoexit).Run(1).MainReturn();
  const History h = Build(run);

  const GoroutineLife* g = h.Find(5);
  ASSERT_NE(g, nullptr);
  EXPECT_EQ(g->creator, 1u);
  EXPECT_EQ(g->path, rt::ChildPath(rt::kMainPath, 1));
  EXPECT_EQ(g->end_kind, rt::EndKind::kGoexit);
  EXPECT_EQ(g->ended_time, 30 * kMs);
  EXPECT_EQ(g->At(0), State::kNotYet);
  EXPECT_EQ(g->At(g->created), State::kRunnable);
  EXPECT_EQ(g->At(ran), State::kRunning);
  EXPECT_EQ(g->At(slept), State::kWaiting);
  EXPECT_EQ(g->At(h.last()), State::kEnded);
  EXPECT_FALSE(g->AliveAt(g->ended));

  ASSERT_EQ(g->waits.size(), 1u);
  EXPECT_EQ(g->waits[0].begin, slept);
  EXPECT_EQ(g->waits[0].until, 30 * kMs);
  EXPECT_EQ(g->waits[0].woken_by, 0u);
  EXPECT_EQ(g->waits[0].end_time, 30 * kMs);
  EXPECT_EQ(g->WaitAt(slept), &g->waits[0]);
  EXPECT_EQ(g->WaitAt(slept - 1), nullptr);
  EXPECT_EQ(g->WaitAt(g->waits[0].end), nullptr);

  ASSERT_EQ(g->stretches.size(), 3u);
  EXPECT_EQ(g->stretches[0].stopped_by, EventType::kBlock);
  EXPECT_EQ(g->stretches[1].stopped_by, EventType::kPreempt);
  EXPECT_EQ(g->stretches[2].stopped_by, EventType::kEnd);
  EXPECT_EQ(g->preemptions.size(), 1u);
  EXPECT_EQ(h.main().waits[0].woken_by, 5u);
  EXPECT_EQ(h.main().stretches.back().stopped_by, EventType::kMainReturn);
  EXPECT_EQ(h.AliveAt(ran), 2);
  EXPECT_EQ(h.AliveAt(h.last()), 1);
  EXPECT_EQ(h.Find(6), nullptr);
}

TEST(History, PathsCountEachCreatorsChildren) {
  RecordingScript run;
  run.Main().Go(1, 7).Go(1, 9).Yield(1).Run(9).Go(9, 8);
  const History h = Build(run);
  EXPECT_EQ(h.Find(7)->path, rt::ChildPath(rt::kMainPath, 1));
  EXPECT_EQ(h.Find(9)->path, rt::ChildPath(rt::kMainPath, 2));
  EXPECT_EQ(h.Find(8)->path, rt::ChildPath(h.Find(9)->path, 1));
}

TEST(History, OutputHasItsWriterAndInstant) {
  RecordingScript run;
  run.Main().Print(1, "one\ntw").Go(1, 5).Yield(1).Run(5).Print(5, "o\n\n").Print(5, "err", 2);
  run.Print(5, "tail");
  const History h =
      HistoryBuilder::Build({run.Take(), run.out() + "late", run.err(), 0, "", nullptr});
  ASSERT_EQ(h.lines().size(), 5u);
  EXPECT_EQ(h.lines()[0].text, "one");
  EXPECT_EQ(h.lines()[0].g, 1u);
  EXPECT_EQ(h.lines()[1].text, "two");
  EXPECT_EQ(h.lines()[1].g, 5u);
  EXPECT_EQ(h.lines()[2].text, "");
  EXPECT_EQ(h.lines()[3].text, "err");
  EXPECT_EQ(h.lines()[3].fd, 2);
  EXPECT_EQ(h.lines()[4].text, "taillate");
  EXPECT_EQ(h.lines()[4].g, 0u);  // nobody's: its last byte came after the last event
  EXPECT_EQ(h.outputs().front().text, "one\ntw");
  EXPECT_EQ(h.out(), "one\ntwo\n\ntaillate");
}

TEST(History, OutputThatNoEventOwnsIsNobodys) {
  RecordingScript run;
  run.Main();
  run.Emit(EventType::kOutput, 1, std::uint64_t{4} << 32 | 8, 1);
  const History h = HistoryBuilder::Build({run.Take(), "abc\ndef\n", "", 0, "", nullptr});
  ASSERT_EQ(h.lines().size(), 2u);
  EXPECT_EQ(h.lines()[0].g, 0u);
  EXPECT_EQ(h.lines()[1].g, 1u);
}

TEST(History, EndsInOneWay) {
  using Kind = Ending::Kind;

  struct Case {
    const char* name;
    void (*then)(RecordingScript&);
    int wait_status;
    const char* killed_because;
    Kind want;
    int status;
    int signal;
    const char* text;
  } const cases[] = {
      {"main returns", [](RecordingScript& r) { r.MainReturn().Rest().Exit(); }, 0, "",
       Kind::kMainReturned, 0, 0, ""},
      {"says so, but the status differs", [](RecordingScript& r) { r.MainReturn().Exit(); },
       Exited(3), "", Kind::kVanished, 3, 0, ""},
      {"says so, but main did not", [](RecordingScript& r) { r.Exit(); }, 0, "", Kind::kVanished, 0,
       0, ""},
      {"exit", [](RecordingScript& r) { r.Exit(rt::ExitKind::kOsExit, 3, 1); }, Exited(3), "",
       Kind::kExit, 3, 0, ""},
      {"_exit", [](RecordingScript& r) { r.Exit(rt::ExitKind::kUnderscoreExit, 0, 1); }, 0, "",
       Kind::kExit, 0, 0, ""},
      {"panic",
       [](RecordingScript& r) {
         r.Emit(EventType::kPanic, 1, r.Text("boom")).Exit(rt::ExitKind::kPanic, 2, 1);
       },
       Exited(2), "", Kind::kPanic, 2, 0, "boom"},
      {"fatal",
       [](RecordingScript& r) {
         r.Emit(EventType::kFatal, 1, r.Text("stack overflow")).Exit(rt::ExitKind::kFatal, 2, 1);
       },
       Exited(2), "", Kind::kFatal, 2, 0, "stack overflow"},
      {"deadlock",
       [](RecordingScript& r) {
         r.Block(1, WaitReason::kSelectNoCases)
             .Emit(EventType::kDeadlock, 0, 0, 1)
             .Exit(rt::ExitKind::kDeadlock, 2);
       },
       Exited(2), "", Kind::kDeadlock, 2, 0, ""},
      {"livelock", [](RecordingScript& r) { r.Emit(EventType::kLivelock, 1); }, Exited(2), "",
       Kind::kLivelock, 2, 0, ""},
      {"virtual limit", [](RecordingScript& r) { r.Emit(EventType::kVirtualLimit, 0); }, 0, "",
       Kind::kVirtualLimit, 0, 0, ""},
      {"ended by the driver", [](RecordingScript& r) { r.Exit(rt::ExitKind::kOutsideEnd); }, 0, "",
       Kind::kOutsideEnd, 0, 0, ""},
      {"signal", [](RecordingScript&) {}, 11, "", Kind::kSignal, 0, 11, ""},
      {"abort", [](RecordingScript& r) { r.Exit(rt::ExitKind::kAbort); }, 6, "", Kind::kSignal, 0,
       6, ""},
      {"killed by the lab", [](RecordingScript& r) { r.MainReturn(); }, 9, "256 MiB of memory",
       Kind::kKilled, 0, 9, ""},
      {"killed by another", [](RecordingScript&) {}, 9, "", Kind::kSignal, 0, 9, ""},
      {"gone", [](RecordingScript&) {}, 0, "", Kind::kVanished, 0, 0, ""},
  };

  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RecordingScript run;
    run.Main();
    c.then(run);
    const Ending ending = Build(run, c.wait_status, c.killed_because).ending();
    EXPECT_EQ(static_cast<int>(ending.kind), static_cast<int>(c.want));
    EXPECT_EQ(ending.status, c.status);
    EXPECT_EQ(ending.signal, c.signal);
    EXPECT_EQ(ending.text, c.text);
    EXPECT_EQ(ending.limit, c.killed_because);
  }
}

TEST(History, LeftOverIsWhoIsThereAtRest) {
  RecordingScript run;
  run.Main().Go(1, 5).Go(1, 6).Go(1, 7).Go(1, 8).Go(0, 9);
  run.at(run.size() - 1).reason = 1;  // the runtime's own
  run.Yield(1).Run(5).Sleep(5, 3 * kMs).Run(6).Block(6, WaitReason::kChanSend, 1).Run(9);
  run.Block(9, WaitReason::kFinalizerWait).Run(1).MainReturn();
  run.Run(7).End(7).Run(8).Preempt(8).Rest().Clock(3 * kMs).Wake(5).End(5);
  const History h = Build(run);
  std::vector<std::uint32_t> ids;
  for (const GoroutineLife* g : h.LeftOver()) ids.push_back(g->id);
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{5, 6, 8}));  // a sleeper, a waiter, a busy one
}

TEST(History, LeftOverWithoutRestIsWhoWaits) {
  RecordingScript run;
  run.Main().Go(1, 5).Go(1, 6).Yield(1).Run(5).Block(5, WaitReason::kSelect).Run(1).MainReturn();
  const History h = Build(run);
  ASSERT_EQ(h.LeftOver().size(), 1u);
  EXPECT_EQ(h.LeftOver()[0]->id, 5u);
  RecordingScript still;
  still.Main().Go(1, 5);
  EXPECT_TRUE(Build(still).LeftOver().empty());
}

TEST(History, WhoseCallOthersEndIsReadyFirst) {
  RecordingScript run;
  run.Main().Go(1, 5).Yield(1).Run(5).Emit(EventType::kSyscallBegin, 5).Run(1);
  const Moment called = run.size() - 1;
  run.Emit(EventType::kSyscallEnd, 5, 0, 1);
  const Moment ended = run.size() - 1;
  run.Yield(1).Run(5).End(5).Run(1).MainReturn();
  const History h = Build(run);
  const GoroutineLife* g = h.Find(5);
  ASSERT_NE(g, nullptr);
  EXPECT_EQ(g->At(called), State::kSyscall);
  EXPECT_EQ(g->At(ended), State::kRunnable);
  EXPECT_EQ(g->stretches.size(), 2u);
  EXPECT_NE(g->stretches.back().end, kNever);
}

TEST(History, ResolvesStacks) {
  FakeSymbols symbols;
  symbols.Other(0x10, "time.Sleep").Own(0x20, "main.Worker", "main.cc", 12, 3);
  RecordingScript run;
  run.Main().Sleep(1, kMs, run.Stack({0x10, 0x20, 0x30}));
  const History h = Build(run, 9, "", &symbols);
  const std::uint64_t stack = h.main().waits[0].stack;
  ASSERT_EQ(h.Stack(stack).size(), 3u);
  EXPECT_EQ(h.Stack(stack)[0].function, "time.Sleep");
  EXPECT_EQ(h.Stack(stack)[2].pc, 0x30u);
  EXPECT_EQ(h.OwnFrame(stack).line, 12);
  EXPECT_EQ(h.OwnFrame(77).line, 0);
  EXPECT_EQ(h.StackPcs(stack), (std::vector<std::uint64_t>{0x10, 0x20, 0x30}));
}

TEST(History, AGoroutineThatSaysItMadeItselfIsNoCreator) {
  RecordingScript run;
  run.Go(7, 7);
  const History h = HistoryBuilder::Build({run.Take(), "", "", 0, "", nullptr});
  EXPECT_EQ(h.Find(7)->path, rt::ChildPath(0, 1));
}

TEST(History, OfNothingIsStillAHistory) {
  const History h = HistoryBuilder::Build({Recording(), "", "", Exited(1), "", nullptr});
  EXPECT_EQ(h.main().id, 1u);
  EXPECT_EQ(h.main().created, kNever);
  EXPECT_EQ(h.AliveAt(0), 0);
  EXPECT_EQ(h.TimeAt(kNever), 0u);
  EXPECT_EQ(h.ending().kind, Ending::Kind::kVanished);
  EXPECT_EQ(h.Blob(~std::uint64_t{0}), "");
}

}  // namespace
}  // namespace golab::lab
