#include "lab/check/common_checks.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/check/words.h"
#include "lab/explain/words.h"
#include "lab/history/fake_symbols.h"
#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::WaitReason;
using testing::ElementsAre;

constexpr int Exited(int status) {
  return status << 8;
}

const FakeSymbols& Program() {
  static const FakeSymbols symbols = FakeSymbols()
                                         .Own(10, "main.main", "main.cc", 10)
                                         .Own(20, "main.main", "main.cc", 20)
                                         .Own(30, "main.Worker", "main.cc", 30);
  return symbols;
}

/// One run and what a common check says of it.
struct Case {
  const char* name;
  const char* check;
  std::function<void(RecordingScript&)> then;  ///< after main has begun
  int wait_status;
  Outcome want;
  const char* line_one;  ///< fact or reason, if it passes or is skipped
  std::function<void(RunEvidence&, Evidence&)> with = nullptr;
};

struct Told {
  Finding finding;
  Words words;
};

Told Tell(const Case& c) {
  EnsureCommonChecks("t");
  RecordingScript run;
  run.Main();
  c.then(run);
  const auto violation = Validate(run.Take(), run.streams());
  EXPECT_EQ(violation ? violation->Text() : "", "");
  RunEvidence from{run.Take(), run.out(), run.err(), c.wait_status, "", &Program()};
  // The history must exist before the evidence refers to it, so `with` is asked twice.
  static const History nothing = HistoryBuilder::Build({Recording(), "", "", 0, "", nullptr});
  Evidence discarded{.history = nothing};
  if (c.with) c.with(from, discarded);
  const History h = HistoryBuilder::Build(std::move(from));
  Evidence evidence{.history = h};
  RunEvidence ignored;
  if (c.with) c.with(ignored, evidence);
  const CheckInfo& info = *CheckRegistry::Find(std::string("t.") + c.check);
  Told told;
  told.finding = Judge(info, evidence);
  told.words = WordsOf(info, told.finding);
  return told;
}

void Expect(const Case& c) {
  SCOPED_TRACE(c.name);
  const Told told = Tell(c);
  EXPECT_EQ(OutcomeName(told.finding.outcome), std::string(OutcomeName(c.want)));
  EXPECT_EQ(told.words.line_one, c.line_one);
  EXPECT_EQ(told.words.problem, "");
  // One line each of a block of 80 columns.
  EXPECT_LE(std::string("FAIL task1.").size() + std::string(c.check).size() + 2 +
                told.words.line_one.size(),
            80u);
  EXPECT_LE(std::string("  rule: ").size() + told.words.rule.size(), 80u);
  EXPECT_LE(std::string("  try: ").size() + told.words.ask.size(), 80u);
  if (c.want == Outcome::kFail || c.want == Outcome::kError) {
    EXPECT_NE(told.finding.at, kNever);
  }
}

void Exempt(Evidence& evidence, Exemption exemption) {
  evidence.common.insert(exemption);
}

RecordingScript& Returns(RecordingScript& run) {
  return run.MainReturn().Rest().Exit();
}

TEST(CommonChecks, AreRegisteredOnceUnderTheTasksId) {
  EnsureCommonChecks("many");
  EnsureCommonChecks("many");
  EXPECT_EQ(CheckRegistry::OfTask("many").size(), CommonCheckIds().size());
  EXPECT_THAT(CheckRegistry::Duplicates(), ElementsAre());
  for (const CheckInfo* info : CheckRegistry::OfTask("many"))
    EXPECT_THAT(ProblemsOf(*info), ElementsAre());
}

GOLAB_CHECK(OwnEnds, "own.ends", "ends its own way") {
  return Pass("its own");
}

TEST(CommonChecks, ATaskMayHaveItsOwn) {
  EnsureCommonChecks("own");
  EXPECT_STREQ(CheckRegistry::Find("own.ends")->sentence, "ends its own way");
  EXPECT_NE(CheckRegistry::Find("own.no-leak"), nullptr);
}

TEST(CommonChecks, SpeakGolabsWords) {
  EnsureCommonChecks("t");
  for (const CheckInfo* info : CheckRegistry::OfTask("t")) {
    for (const CauseText* text = info->causes; text != nullptr && text->cause != nullptr; ++text) {
      for (const char* words : {text->line_one, text->rule, text->ask}) {
        EXPECT_THAT(ForbiddenWords(words), ElementsAre()) << info->id << ' ' << text->cause;
      }
    }
  }
}

TEST(CommonChecks, APlainImageSaysNothingOfRaces) {
  for (const char* check : {"no-race", "no-dangling"}) {
    Expect({check, check, Returns, 0, Outcome::kSkip, "no race image was run"});
  }
  Expect({"builds", "builds", Returns, 0, Outcome::kPass, "builds"});
}

/// As UBSan reports it from main, and after it a bad access of ASan's, if any.
auto UndefinedThen(rt::Undefined what, std::string message,
                   std::optional<rt::MemoryFault> then = std::nullopt) {
  return [=](RecordingScript& run) {
    const auto emit = [&run](EventType type, const auto& evidence) {
      run.Emit(type, 1, run.Text({reinterpret_cast<const char*>(&evidence), sizeof evidence}), 0,
               0);
    };
    rt::UndefinedEvidence undefined{};
    undefined.what = what;
    message.copy(undefined.message, sizeof undefined.message - 1);
    emit(EventType::kUndefined, undefined);
    if (then) {
      rt::MemoryFaultEvidence fault{};
      fault.fault = *then;
      emit(EventType::kMemoryFault, fault);
    }
    Returns(run);
  };
}

TEST(NoDangling, SaysWhatIsUndefinedInItsOwnWords) {
  const auto in_image = [](RunEvidence&, Evidence& evidence) { evidence.image = Flavour::kAsan; };
  using rt::Undefined;

  const struct {
    Undefined what;
    const char* message;
    const char* line_one;
  } cases[] = {
      {Undefined::kOverflow,
       "Signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
       "main computes 2147483647 + 1: no int can hold it"},
      {Undefined::kOverflow,
       "Negation of -2147483648 cannot be represented in type 'int'; cast to an unsigned type to "
       "negate this value to itself",
       "main computes -(-2147483648): no int can hold it"},
      {Undefined::kOverflow, "Division of -2147483648 by -1 cannot be represented in type 'int'",
       "main computes -2147483648 / -1: no int can hold it"},
      {Undefined::kShift, "Shift exponent 33 is too large for 32-bit type 'int'",
       "main shifts by 33: int has 32 bits"},
      {Undefined::kShift, "Shift exponent -1 is negative", "main shifts by -1, less than nothing"},
      {Undefined::kIndex, "Index 5 out of bounds for type 'int [4]'",
       "main uses index 5 of an array of 4"},
      {Undefined::kIndex, "Index -1 out of bounds for type 'char [2][8]'",
       "main uses index -1 of an array of 2"},
      {Undefined::kBool, "Load of value 7, which is not a valid value for type 'bool'",
       "main reads a bool that is 7"},
      {Undefined::kEnum, "Load of value 9, which is not a valid value for type 'Color'",
       "main reads 9 from a Color, which has no such value"},
      {Undefined::kMisaligned,
       "Store to misaligned address 0x7f00 for type 'const long int', which requires 8 byte "
       "alignment",
       "main writes a long int at a misaligned address"},
      {Undefined::kMisaligned,
       "Member access within misaligned address 0x7f01 for type 'Job', which requires 8 byte "
       "alignment",
       "main uses a Job at a misaligned address"},
      {Undefined::kWrongObject,
       "Downcast of address 0x7f00 which does not point to an object of type 'Square'",
       "main uses as a Square what is none"},
      {Undefined::kNoReturn,
       "Execution reached the end of a value-returning function without returning a value",
       "main leaves a function without the value it must return"},
      {Undefined::kNullArgument,
       "Null pointer passed as argument 1, which is declared to never be null",
       "main passes a null pointer where none may be"},
      {Undefined::kOther, "Passing zero to clz(), which is not a valid argument",
       "main does what C++ gives no meaning to"},
      {Undefined::kOverflow, "words of another UBSan", "main does what C++ gives no meaning to"},
      {static_cast<Undefined>(200), "\x1b[31m\n", "main does what C++ gives no meaning to"},
  };

  for (const auto& c : cases) {
    Expect({c.message, "no-dangling", UndefinedThen(c.what, c.message), 0, Outcome::kFail,
            c.line_one, in_image});
  }
  Expect({"none", "no-dangling", Returns, 0, Outcome::kPass, "nothing is used after its end",
          in_image});
}

TEST(NoDangling, TheEarlierFaultIsSaid) {
  const auto in_image = [](RunEvidence&, Evidence& evidence) { evidence.image = Flavour::kAsan; };
  Expect({"an index, then its access", "no-dangling",
          UndefinedThen(rt::Undefined::kIndex, "Index 4 out of bounds for type 'int [4]'",
                        rt::MemoryFault::kStackBounds),
          0, Outcome::kFail, "main uses index 4 of an array of 4", in_image});
  Expect(
      {"no object, since it was given back", "no-dangling",
       UndefinedThen(rt::Undefined::kWrongObject,
                     "Member call on address 0x7f00 which does not point to an object of type 'A'",
                     rt::MemoryFault::kFreed),
       0, Outcome::kFail, "main reads memory that was given back", in_image});
}

TEST(CommonChecks, BuildFailureTakesTheJudgesWords) {
  EnsureCommonChecks("t");
  const Finding finding =
      common::BuildFailed({.message = "'wg' {is} not captured", .rule = "r", .ask = "a"});
  const Words words = WordsOf(*CheckRegistry::Find("t.builds"), finding);
  EXPECT_EQ(finding.outcome, Outcome::kError);
  EXPECT_EQ(words.line_one, "'wg' {is} not captured");
  EXPECT_EQ(words.problem, "");
}

TEST(Flags, NamesWhatIsMissing) {
  const auto two = [](RunEvidence&, Evidence& evidence) {
    evidence.params = {{"sleep", "1s"}, {"workers", "9"}};
  };
  const auto define = [](RecordingScript& run, const char* name) {
    run.Emit(EventType::kFlag, 1, run.Text(name));
  };
  const Case cases[] = {
      {"none asked", "flags", Returns, 0, Outcome::kPass, "the task has no flags"},
      {"all", "flags",
       [&](RecordingScript& run) {
         define(run, "workers");
         define(run, "sleep");
         define(run, "more");
       },
       0, Outcome::kPass, "defines sleep workers", two},
      {"one", "flags", [&](RecordingScript& run) { define(run, "workers"); }, Exited(2),
       Outcome::kFail, "the program defines no flag 'sleep'", two},
      {"both", "flags", Returns, 0, Outcome::kFail,
       "the program lacks 2 of its 2 flags: sleep workers", two},
      {"gone before", "flags", [](RecordingScript&) {}, Exited(2), Outcome::kSkip,
       "not judged: the program ended before it defined any", two},
  };
  for (const Case& c : cases) Expect(c);
}

TEST(Ends, JudgesEachWayToEnd) {
  const auto busy = [](RecordingScript& run) {
    for (std::uint64_t i = 1; i <= 30; ++i)
      run.Preempt(1, i == 1 ? run.Stack({10}) : 1).Clock(i * 10 * kMs).Run(1);
  };
  const Case cases[] = {
      {"main returns", "ends", Returns, 0, Outcome::kPass, "main returned at 0.000 s"},
      {"exit(0)", "ends",
       [](RecordingScript& run) { run.Go(1, 5).Exit(rt::ExitKind::kOsExit, 0, 1); }, 0,
       Outcome::kFail, "the program called exit(0) before main had returned"},
      {"exit(0) in a test", "ends",
       [](RecordingScript& run) {
         run.Emit(EventType::kTestStart, 1, run.Text("NoLeak")).Exit(rt::ExitKind::kOsExit, 0, 1);
       },
       0, Outcome::kFail, "the program called exit(0) before its test had ended"},
      {"exit(3)", "ends", [](RecordingScript& run) { run.Exit(rt::ExitKind::kOsExit, 3, 1); },
       Exited(3), Outcome::kFail, "the program ended with status 3 before main had returned"},
      {"exit(1), as a test may", "ends",
       [](RecordingScript& run) { run.Exit(rt::ExitKind::kOsExit, 1, 1); }, Exited(1),
       Outcome::kPass, "ends with status 1",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kFailAllowed); }},
      {"exit(0) is no way to fail", "ends",
       [](RecordingScript& run) { run.Exit(rt::ExitKind::kOsExit, 0, 1); }, 0, Outcome::kFail,
       "the program called exit(0) before main had returned",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kFailAllowed); }},
      {"gone", "ends", [](RecordingScript&) {}, 0, Outcome::kFail,
       "the program is gone, with status 0, and no end was recorded"},
      {"told to end", "ends", [](RecordingScript& run) { run.Exit(rt::ExitKind::kOutsideEnd); }, 0,
       Outcome::kPass, "served until it was told to end",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kServes); }},
      {"still there", "ends", [](RecordingScript& run) { run.Exit(rt::ExitKind::kOutsideEnd); }, 0,
       Outcome::kFail, "the program was still there when golab's clients had gone"},
      {"livelock", "ends",
       [&](RecordingScript& run) {
         busy(run);
         run.Emit(EventType::kLivelock, 1);
       },
       Exited(2), Outcome::kFail, "main ran 30 turns of 10 ms, and nothing can change that"},
      {"busy, as the task wants", "ends",
       [&](RecordingScript& run) {
         busy(run);
         run.Emit(EventType::kLivelock, 1);
       },
       Exited(2), Outcome::kPass, "a goroutine stays busy, as the task wants",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kBusyAllowed); }},
      {"busy to the limit", "ends",
       [&](RecordingScript& run) {
         busy(run);
         run.Emit(EventType::kVirtualLimit, 0);
       },
       Exited(2), Outcome::kError, "main ran for 0.300 s of virtual time without waiting once"},
      {"at work at the limit", "ends",
       [](RecordingScript& run) {
         run.Sleep(1, 99 * kSecond).Clock(60 * kSecond).Emit(EventType::kVirtualLimit, 0);
       },
       Exited(2), Outcome::kError, "still at work at the limit, 60.000 s of virtual time"},
      {"main waits to the limit", "ends",
       [](RecordingScript& run) {
         run.Go(1, 5).Clock(kSecond).Block(1, WaitReason::kChanReceive, 1).Run(5);
         run.Sleep(5, 99 * kSecond).Clock(60 * kSecond).Emit(EventType::kVirtualLimit, 0);
       },
       Exited(2), Outcome::kError, "main waits in [chan receive] to the limit, 60.000 s"},
      {"main waits for one that works on", "ends",
       [](RecordingScript& run) {
         run.Go(1, 5).Clock(40 * kSecond).Block(1, WaitReason::kChanReceive, 1).Run(5);
         run.Sleep(5, 99 * kSecond).Clock(60 * kSecond).Emit(EventType::kVirtualLimit, 0);
       },
       Exited(2), Outcome::kError, "still at work at the limit, 60.000 s of virtual time"},
      {"memory", "ends", [](RecordingScript&) {}, 9, Outcome::kError,
       "stopped at 256 MiB of memory",
       [](RunEvidence& from, Evidence&) { from.killed_because = "256 MiB of memory"; }},
      {"memory full of goroutines", "ends",
       [](RecordingScript& run) {
         const std::uint64_t loop = run.Stack({20});
         for (std::uint32_t g = 2; g < 2001; ++g) run.Go(1, g, loop);
       },
       9, Outcome::kError, "stopped at 256 MiB of memory with 2,000 goroutines alive",
       [](RunEvidence& from, Evidence&) { from.killed_because = "256 MiB of memory"; }},
      {"std::thread", "ends",
       [](RecordingScript& run) {
         run.Emit(EventType::kForeignThread, 1);
         Returns(run);
       },
       0, Outcome::kFail, "the program started a std::thread or std::async"},
      {"std::mutex held", "ends",
       [](RecordingScript& run) {
         run.Emit(EventType::kStdMutexHeld, 1, 0xa).Emit(EventType::kForeignThread, 1);
         Returns(run);
       },
       0, Outcome::kFail, "main waits while it holds a std::mutex"},
      {"too much to record", "ends", Returns, 0, Outcome::kError,
       "more happened in this run than golab records: events",
       [](RunEvidence& from, Evidence&) { from.recording.truncated = kTruncatedRecords; }},
      {"crash", "ends",
       [](RecordingScript& run) {
         run.Emit(EventType::kPanic, 1, run.Text("x")).Exit(rt::ExitKind::kPanic, 2, 1);
       },
       Exited(2), Outcome::kSkip, "not judged: it needs no-crash"},
      {"another exits after main's return", "ends",
       [](RecordingScript& run) {
         run.Go(1, 5).MainReturn().Run(5).Exit(rt::ExitKind::kOsExit, 1, 5);
       },
       Exited(1), Outcome::kPass, "main returned"},
  };
  for (const Case& c : cases) Expect(c);
}

TEST(Ends, ShowsTheLineAndWhoIsAlive) {
  const Told told =
      Tell({"exit", "ends",
            [](RecordingScript& run) {
              run.Emit(EventType::kTestStart, 1, run.Text("NoLeak")).Go(1, 5).Clock(2 * kMs);
              run.Emit(EventType::kExit, 1, 0, 1, run.Stack({10}));
            },
            0, Outcome::kFail, ""});
  EXPECT_EQ(told.finding.expected, "1 test ended");
  EXPECT_EQ(told.finding.actual, "0; exit at 0.002 s, 2 goroutines alive");
  ASSERT_EQ(told.finding.places.size(), 1u);
  EXPECT_EQ(told.finding.places[0].line, 10);
  EXPECT_EQ(told.finding.places[0].label, "by main (test NoLeak)");
  EXPECT_TRUE(IsEarlyExit(told.finding.cause));
}

TEST(NoLeak, JudgesWhoIsLeft) {
  const auto left = [](WaitReason reason, int count) {
    return [reason, count](RecordingScript& run) {
      const std::uint64_t site = run.Stack({20});
      const std::uint64_t here = run.Stack({30});
      for (int i = 0; i < count; ++i) run.Go(1, static_cast<std::uint32_t>(5 + i), site);
      run.Yield(1);
      for (int i = 0; i < count; ++i) {
        run.Run(static_cast<std::uint32_t>(5 + i))
            .Block(static_cast<std::uint32_t>(5 + i), reason, 0, here);
      }
      run.Run(1).MainReturn().Rest().Exit();
    };
  };
  const Case cases[] = {
      {"none", "no-leak", Returns, 0, Outcome::kPass, "0 left when main has returned"},
      {"one", "no-leak", left(WaitReason::kChanSend, 1), 0, Outcome::kFail,
       "1 goroutine waits in [chan send] after main's return"},
      {"four", "no-leak", left(WaitReason::kChanReceive, 4), 0, Outcome::kFail,
       "4 goroutines wait in [chan receive] after main's return"},
      {"select", "no-leak", left(WaitReason::kSelect, 2), 0, Outcome::kFail,
       "2 goroutines wait in [select] after main's return"},
      {"sleepers", "no-leak", left(WaitReason::kSleep, 2), 0, Outcome::kFail,
       "2 goroutines are in a sleep after main's return"},
      {"busy", "no-leak",
       [](RecordingScript& run) { run.Go(1, 5).MainReturn().Run(5).Preempt(5).Rest().Exit(); }, 0,
       Outcome::kFail, "1 goroutine runs on after main's return"},
      {"waiting for its turn to end", "no-leak",
       [](RecordingScript& run) { run.Go(1, 5).MainReturn().Run(5).End(5).Rest().Exit(); }, 0,
       Outcome::kPass, "0 left when main has returned"},
      {"wanted", "no-leak", left(WaitReason::kSelect, 2), 0, Outcome::kPass,
       "2 left when main has returned, as the task wants",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kLeakAllowed); }},
      {"main did not return", "no-leak", [](RecordingScript&) {}, 9, Outcome::kSkip,
       "not judged: main did not return"},
      {"serves", "no-leak", [](RecordingScript&) {}, 9, Outcome::kPass,
       "main does not return, as the task wants",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kServes); }},
  };
  for (const Case& c : cases) Expect(c);
  const Told told = Tell(cases[2]);
  EXPECT_EQ(told.finding.actual, "4");
  EXPECT_EQ(told.finding.goroutines.size(), 4u);
  ASSERT_EQ(told.finding.places.size(), 2u);
  EXPECT_EQ(told.finding.places[0].line, 30);
  EXPECT_EQ(told.finding.places[1].line, 20);
}

TEST(NoLeak, SaysWhatWouldHaveEnded) {
  const Told told =
      Tell({"late", "no-leak",
            [](RecordingScript& run) {
              run.Go(1, 5).Yield(1).Run(5).Sleep(5, 3 * kMs).Run(1).MainReturn().Rest();
              run.Clock(3 * kMs).Wake(5).End(5).Exit();
            },
            0, Outcome::kFail, ""});
  EXPECT_EQ(told.finding.note, "all would have ended 0.003 s later");
}

RecordingScript& Dies(RecordingScript& run, EventType type, const char* text, rt::ExitKind kind) {
  return run.Emit(type, 1, run.Text(text), 0, run.Stack({10})).Exit(kind, 2, 1);
}

TEST(NoCrash, NamesPanicsAndSignals) {
  const auto panics = [](const char* text) {
    return
        [text](RecordingScript& run) { Dies(run, EventType::kPanic, text, rt::ExitKind::kPanic); };
  };
  const Case cases[] = {
      {"none", "no-crash", Returns, 0, Outcome::kPass, "none"},
      {"panic", "no-crash", panics("boom\nmore"), Exited(2), Outcome::kFail,
       "main panicked, not recovered: boom"},
      {"braces", "no-crash", panics("{who}"), Exited(2), Outcome::kFail,
       "main panicked, not recovered: {who}"},
      {"null", "no-crash",
       panics("runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: "
              "addr=0x8 pc=0x1]"),
       Exited(2), Outcome::kFail, "main used a null pointer (SIGSEGV, address 0x8)"},
      {"null, as Go says it", "no-crash",
       panics("runtime error: invalid memory address or nil pointer dereference"), Exited(2),
       Outcome::kFail, "main used a null pointer (SIGSEGV)"},
      {"wild", "no-crash",
       panics("runtime error: invalid memory address [signal SIGSEGV: addr=0x1234567 pc=0x1]"),
       Exited(2), Outcome::kFail, "main used a wild pointer (SIGSEGV, address 0x1234567)"},
      {"fatal", "no-crash",
       [](RecordingScript& run) {
         Dies(run, EventType::kFatal, "sync: unlock of unlocked mutex", rt::ExitKind::kFatal);
       },
       Exited(2), Outcome::kFail, "the program cannot go on: sync: unlock of unlocked mutex"},
      {"stack", "no-crash",
       [](RecordingScript& run) {
         Dies(run, EventType::kFatal, "stack overflow", rt::ExitKind::kFatal);
       },
       Exited(2), Outcome::kFail, "main used up its stack"},
      {"signal", "no-crash", [](RecordingScript&) {}, 6, Outcome::kFail,
       "SIGABRT ended the program while main ran"},
      {"signal after main's return", "no-crash", [](RecordingScript& run) { run.MainReturn(); }, 11,
       Outcome::kFail, "SIGSEGV ended the program while main ran"},
      {"panic after main's return", "no-crash",
       [](RecordingScript& run) {
         run.Go(1, 5)
             .MainReturn()
             .Run(5)
             .Emit(EventType::kPanic, 5, run.Text("late"))
             .Exit(rt::ExitKind::kPanic, 2, 5);
       },
       Exited(2), Outcome::kPass, "none"},
      {"may fail", "no-crash", panics("boom"), Exited(2), Outcome::kPass,
       "ends by a panic, which the task judges",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kFailAllowed); }},
      {"told to end", "no-crash", [](RecordingScript&) {}, 15, Outcome::kPass,
       "served until it was told to end",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kServes); }},
  };
  for (const Case& c : cases) Expect(c);
}

TEST(NoCrash, ShowsTheCloseOfAChannelThatWasSentOn) {
  const Told told = Tell(
      {"send on closed", "no-crash",
       [](RecordingScript& run) {
         run.Emit(EventType::kChanMake, 1, RecordingScript::Channel(3, 0));
         run.Go(1, 5, run.Stack({20})).Clock(150 * kMs);
         run.Emit(EventType::kClose, 1, 3, 0, run.Stack({10})).Yield(1).Clock(200 * kMs).Run(5);
         run.Emit(EventType::kPanic, 5, run.Text("send on closed channel"), 0, run.Stack({30}));
         run.Exit(rt::ExitKind::kPanic, 2, 5);
       },
       Exited(2), Outcome::kFail, ""});
  EXPECT_EQ(told.words.line_one, "goroutine 5 panicked, not recovered: send on closed channel");
  EXPECT_EQ(told.words.rule,
            "close after the last send, on the senders' side (golab explain close)");
  ASSERT_EQ(told.finding.places.size(), 3u);
  EXPECT_EQ(told.finding.places[0].label, "goroutine 5, at 0.200 s");
  EXPECT_EQ(told.finding.places[1].label, "main closed it, at 0.150 s");
  EXPECT_EQ(told.finding.places[2].label, "created here by main");
  EXPECT_EQ(told.finding.go_says, "panic: send on closed channel");
}

RecordingScript& AllAsleep(RecordingScript& run, std::uint8_t reason = 1) {
  return run.Emit(EventType::kDeadlock, 0, 0, reason).Exit(rt::ExitKind::kDeadlock, 2);
}

std::string Line(const StoryStep& step) {
  return step.who + " " + step.what + " " + step.where;
}

TEST(Ends, SaysWhoMainWaitsForAtTheLimit) {
  const Told told =
      Tell({"no Done", "ends",
            [](RecordingScript& run) {
              run.Go(1, 7, run.Stack({30})).Emit(EventType::kWaitGroupAdd, 1, 0x10, 1);
              run.Go(1, 5, run.Stack({20}));
              run.Block(1, WaitReason::kWaitGroupWait, 0x10, run.Stack({10})).Run(5).End(5).Run(7);
              run.BlockUntil(7, WaitReason::kSleep, 99 * kSecond);
              run.Clock(60 * kSecond).Emit(EventType::kVirtualLimit, 0);
            },
            Exited(2), Outcome::kError, ""});
  EXPECT_EQ(told.words.line_one, "main waits for 1 call of Done to the limit, 60.000 s");
  EXPECT_EQ(told.words.problem, "");
  ASSERT_EQ(told.finding.places.size(), 2u);
  EXPECT_EQ(told.finding.places[0].line, 10);
  EXPECT_EQ(told.finding.places[0].label, "main waits here");
  EXPECT_EQ(told.finding.places[1].line, 20);
  EXPECT_EQ(told.finding.places[1].label, "goroutine 5, created here, ended without Done");
  ASSERT_EQ(told.finding.story.size(), 2u);
  EXPECT_EQ(Line(told.finding.story[1]), "goroutine 7 [sleep] until 99.000 s ");
}

TEST(NoCrash, SaysWhoWaitsForWhom) {
  const Told told =
      Tell({"circle", "no-crash",
            [](RecordingScript& run) {
              run.Emit(EventType::kWaitGroupAdd, 1, 0x10, 1).Go(1, 6, run.Stack({20}));
              run.Emit(EventType::kLock, 1, 0xa);
              run.Block(1, WaitReason::kWaitGroupWait, 0x10, run.Stack({10})).Run(6);
              run.Block(6, WaitReason::kMutexLock, 0xa, run.Stack({30}));
              AllAsleep(run);
            },
            Exited(2), Outcome::kFail, ""});
  EXPECT_EQ(told.words.line_one, "all goroutines are asleep: each waits for one that waits");
  ASSERT_EQ(told.finding.story.size(), 2u);
  EXPECT_EQ(Line(told.finding.story[0]),
            "main [sync.WaitGroup.Wait] for goroutine 6 to call Done main.cc:10");
  EXPECT_EQ(Line(told.finding.story[1]),
            "goroutine 6 [sync.Mutex.Lock] for main to unlock main.cc:30");
  EXPECT_EQ(told.finding.go_says, "fatal error: all goroutines are asleep - deadlock!");
  EXPECT_TRUE(IsDeadlock(told.finding.cause));
  EXPECT_EQ(told.words.problem, "");
}

TEST(NoCrash, TellsDeadlocksApart) {
  const Case cases[] = {
      {"alone", "no-crash",
       [](RecordingScript& run) { AllAsleep(run.Block(1, WaitReason::kChanReceive, 0)); },
       Exited(2), Outcome::kFail, "all goroutines are asleep: nothing can wake main"},
      {"nil", "no-crash",
       [](RecordingScript& run) { AllAsleep(run.Block(1, WaitReason::kChanSendNil)); }, Exited(2),
       Outcome::kFail, "all goroutines are asleep: main uses a nil channel"},
      {"never done", "no-crash",
       [](RecordingScript& run) {
         run.Emit(EventType::kWaitGroupAdd, 1, 0x10, 1)
             .Go(1, 5)
             .Block(1, WaitReason::kWaitGroupWait, 0x10);
         AllAsleep(run.Run(5).End(5));
       },
       Exited(2), Outcome::kFail, "all goroutines are asleep: main waits for 1 call of Done"},
      {"another ended, that never had a Done to call", "no-crash",
       [](RecordingScript& run) {
         run.Emit(EventType::kWaitGroupAdd, 1, 0x10, 1)
             .Go(1, 5)
             .Go(1, 6)
             .Block(1, WaitReason::kWaitGroupWait, 0x10);
         AllAsleep(run.Run(5).End(5).Run(6).Block(6, WaitReason::kChanSend, 0));
       },
       Exited(2), Outcome::kFail, "all goroutines are asleep: each waits for one that waits"},
      {"twice the same lock", "no-crash",
       [](RecordingScript& run) {
         AllAsleep(run.Emit(EventType::kLock, 1, 0xa).Block(1, WaitReason::kMutexLock, 0xa));
       },
       Exited(2), Outcome::kFail, "all goroutines are asleep: each waits for one that waits"},
      {"by design", "no-crash",
       [](RecordingScript& run) { AllAsleep(run.Block(1, WaitReason::kSelectNoCases)); }, Exited(2),
       Outcome::kPass, "waits for ever, as the task wants",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kServes); }},
      {"judged by the task", "no-crash",
       [](RecordingScript& run) { AllAsleep(run.Block(1, WaitReason::kSelectNoCases)); }, Exited(2),
       Outcome::kPass, "ends asleep, which the task judges",
       [](RunEvidence&, Evidence& evidence) { Exempt(evidence, Exemption::kFailAllowed); }},
      {"nobody left", "no-crash",
       [](RecordingScript& run) {
         run.End(1, rt::EndKind::kGoexit).Exit(rt::ExitKind::kNoGoroutines, 2);
       },
       Exited(2), Outcome::kFail, "main ended by Goexit, and no goroutine is left"},
  };
  for (const Case& c : cases) Expect(c);
}

TEST(NoCrash, SaysThatGoWouldHangInSilence) {
  const Told told =
      Tell({"timer", "no-crash",
            [](RecordingScript& run) { AllAsleep(run.Block(1, WaitReason::kSelect), 2); },
            Exited(2), Outcome::kFail, ""});
  EXPECT_EQ(told.finding.go_says, "");
  EXPECT_EQ(told.finding.note,
            "Go itself would hang here in silence: a timer is pending, but it wakes nobody");
}

TEST(Advice, TellsOfForeignSleepsAndCaughtGoexits) {
  const Case cases[] = {
      {"sleep_for", "foreign-sleep",
       [](RecordingScript& run) { run.Emit(EventType::kForeignSleep, 1, kMs); }, 0, Outcome::kFail,
       "1 call of sleep_for or usleep in place of time::Sleep"},
      {"none", "foreign-sleep", Returns, 0, Outcome::kPass, ""},
      {"catch", "goexit-swallowed",
       [](RecordingScript& run) { run.Emit(EventType::kGoexitSwallowed, 1); }, 0, Outcome::kFail,
       "a catch (...) held main up on its way out by Goexit"},
      {"none", "goexit-swallowed", Returns, 0, Outcome::kPass, ""},
  };
  for (const Case& c : cases) Expect(c);
}

}  // namespace
}  // namespace golab::lab
