// Checks of task4. The goroutine that is judged is the one that prints the levels' lines; a line
// counts as deferred if it appears after Goexit was called (or the panic began) on that goroutine.

#include <algorithm>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/common_checks.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

/// A line that one of the levels printed, where its text stands in all output.
struct Printed {
  int level = 0;
  const Line* line = nullptr;
  std::size_t place = 0;
};

bool InOrder(const Printed& a, const Printed& b) {
  if (a.line->at != b.line->at) return a.line->at < b.line->at;
  return a.place < b.place;
}

/// "level3 defer" and so on, each time it is printed, in order.
std::vector<Printed> LevelLines(const History& h, const char* what) {
  std::vector<Printed> printed;
  std::size_t place = 0;
  for (const Line& line : h.lines()) {
    for (int level = 1; level <= 3; ++level) {
      const std::string text = "level" + std::to_string(level) + " " + what;
      for (std::size_t at = line.text.find(text); at != std::string::npos;
           at = line.text.find(text, at + 1)) {
        printed.push_back({level, &line, place + at});
      }
    }
    place += line.text.size() + 1;
  }
  std::stable_sort(printed.begin(), printed.end(), InOrder);
  return printed;
}

std::string InWords(const std::vector<Printed>& printed) {
  std::string words;
  for (const Printed& one : printed)
    words += (words.empty() ? "level" : ", level") + std::to_string(one.level);
  return words.empty() ? "nothing" : words;
}

/// An event of `type` by `g` (0: by anyone); kNever if there is none.
Moment FirstOf(const History& h, EventType type, std::uint32_t g = 0) {
  for (const Moment m : h.EventsOf(type)) {
    if (g == 0 || h.events()[m].g == g) return m;
  }
  return kNever;
}

/// The goroutine that goes through the levels. Null if nobody does.
const GoroutineLife* TheGoroutine(const History& h) {
  const auto printed = LevelLines(h, "defer");
  if (!printed.empty()) return h.Find(printed.front().line->g);
  const Moment m = FirstOf(h, EventType::kGoexit);
  if (m != kNever) return h.Find(h.events()[m].g);
  for (const GoroutineLife& g : h.goroutines()) {
    if (!g.IsMain() && !g.system) return &g;
  }
  return nullptr;
}

/// When it starts to leave its functions by force: Goexit or panic. kNever: it never does.
Moment LeavesAt(const History& h, const GoroutineLife& g) {
  return std::min(FirstOf(h, EventType::kGoexit, g.id), FirstOf(h, EventType::kPanic, g.id));
}

bool EndedByExit(const History& h) {
  return h.ending().kind == Ending::Kind::kExit && h.main_return() == kNever;
}

bool Crashed(const History& h) {
  switch (h.ending().kind) {
    case Ending::Kind::kMainReturned:
    case Ending::Kind::kExit:
    case Ending::Kind::kDeadlock:
      return false;
    case Ending::Kind::kPanic:
    case Ending::Kind::kFatal:
    case Ending::Kind::kLivelock:
    case Ending::Kind::kSignal:
    case Ending::Kind::kVirtualLimit:
    case Ending::Kind::kKilled:
    case Ending::Kind::kOutsideEnd:
    case Ending::Kind::kVanished:
      return true;
  }
  return true;
}

/// Why a check cannot look at this run; empty if it can.
std::string CannotLook(const History& h) {
  if (EndedByExit(h)) return "not judged: exit ended the program";
  if (TheGoroutine(h) == nullptr) return "not judged: the program starts no goroutine";
  return "";
}

void AddGoexit(const History& h, const GoroutineLife& g, Finding* finding) {
  const Moment m = FirstOf(h, EventType::kGoexit, g.id);
  if (m != kNever)
    finding->PlaceOf(h, h.events()[m].stack, "goexit-at", "Goexit leaves all levels from here",
                     g.id);
}

// order

constexpr CauseText kOrderCauses[] = {
    {"missing", "{which} deferred print did not run",
     "Goexit runs what is deferred, no other line (golab explain Goexit)",
     "what makes that line run however the level is left?"},
    {"none", "no level prints its 'level{which} defer'",
     "Goexit runs what is deferred, no other line (golab explain Goexit)",
     "what is deferred at each level, and is it reached?"},
    {"wrong-order", "the deferred prints come as {order}",
     "what is deferred runs innermost first: level3, 2, 1 (golab explain defer)",
     "which level defers which line?"},
    {"not-deferred", "'level{which} defer' is printed before Goexit: it is not deferred",
     "what is deferred runs when the level is left (golab explain defer)",
     "which construct runs a line on every way out?"},
    {"twice", "'level{which} defer' is printed {count} times",
     "what is deferred once runs once (golab explain defer)", "how often is that line deferred?"},
    {"two-goroutines", "the levels' lines come from {count} goroutines, not from one",
     "Goexit ends the goroutine that calls it, no other (golab explain Goexit)",
     "in which goroutine does Level3 run, and who calls it?"},
    {"after-main", "main ended before 'level{which} defer' was printed",
     "Done must be the last thing that runs: deferred first (golab explain defer)",
     "which of the deferred functions runs last?"},
    {}};

Finding OrderFault(const History& h, const std::vector<Printed>& printed) {
  const GoroutineLife& g = *TheGoroutine(h);
  const Moment leaves = LeavesAt(h, g);
  int counts[4] = {};
  for (const Printed& one : printed) ++counts[one.level];
  for (int level = 3; level >= 1; --level) {
    if (counts[level] > 1)
      return Fail("twice")
          .Set("which", level)
          .Set("count", counts[level])
          .At(printed.back().line->at);
  }
  if (printed.empty()) return Fail("none").Set("which", "N").At(g.ended);
  for (const Printed& one : printed) {
    if (leaves != kNever && one.line->at < leaves)
      return Fail("not-deferred").Set("which", one.level).At(one.line->at);
  }
  std::string missing;
  for (int level = 3; level >= 1; --level) {
    if (counts[level] == 0)
      missing += (missing.empty() ? "level" : " and level") + std::to_string(level) + "'s";
  }
  if (!missing.empty()) return Fail("missing").Set("which", missing).At(printed.back().line->at);
  for (const Printed& one : printed) {
    if (one.line->g != printed.front().line->g)
      return Fail("two-goroutines").Set("count", 2).At(one.line->at);
  }
  for (int i = 0; i < 3; ++i) {
    if (printed[static_cast<std::size_t>(i)].level != 3 - i) {
      return Fail("wrong-order")
          .Set("order", InWords(printed))
          .At(printed[static_cast<std::size_t>(i)].line->at);
    }
  }
  for (const Printed& one : printed) {
    if (one.line->at > h.main_return())
      return Fail("after-main").Set("which", one.level).At(h.main_return());
  }
  return Pass("");
}

GOLAB_CHECK(Order, "task4.order", "the deferred prints run innermost first: level3, level2, level1",
            info.causes = kOrderCauses) {
  const History& h = evidence.history;
  if (const std::string reason = CannotLook(h); !reason.empty()) return Skip(reason);
  const std::vector<Printed> printed = LevelLines(h, "defer");
  Finding fault = OrderFault(h, printed);
  if (fault.outcome == Outcome::kPass) {
    return Pass(evidence.variation == "panic" ? "level3, level2, level1, as with Goexit"
                                              : "level3, level2, level1");
  }
  if (Crashed(h) && fault.cause == "missing") return Skip(kStopped);
  const GoroutineLife& g = *TheGoroutine(h);
  fault.Expected("level3, level2, level1").Actual(InWords(printed)).Blame(g).Show(Picture::kStory);
  std::vector<std::string> in_order;
  for (const Printed& one : printed) in_order.push_back("level" + std::to_string(one.level));
  fault.Lists({"level3", "level2", "level1"}, std::move(in_order));
  if (h.out().find("PASS") != std::string_view::npos) {
    fault.Note("the program printed \"PASS\"; golab judges what ran, not what is printed");
  }
  AddGoexit(h, g, &fault);
  return fault.PlaceOf(h, g.creation_stack, "created-at", Who(g.id) + " is created here", g.id);
}

// never

constexpr CauseText kNeverCauses[] = {
    {"after", "'level{which} after' is printed: the call before it came back",
     "Goexit does not return, at no level (golab explain Goexit)",
     "how does Level3 end the goroutine?"},
    {"after-recover", "'level{which} after' is printed: the panic was stopped below it",
     "a recovered function returns to its caller (golab explain recover)",
     "which level is to recover, and is a line behind a call part of what it left?"},
    {}};

GOLAB_CHECK(Never, "task4.never", "nothing behind a call of the levels prints",
            info.causes = kNeverCauses) {
  const History& h = evidence.history;
  if (const std::string reason = CannotLook(h); !reason.empty()) return Skip(reason);
  const std::vector<Printed> printed = LevelLines(h, "after");
  if (printed.empty()) return Pass("no line behind a call runs");
  const Printed& first = printed.front();
  const bool recovered = FirstOf(h, EventType::kRecover, first.line->g) < first.line->at;
  Finding finding = Fail(recovered ? "after-recover" : "after")
                        .Set("which", first.level)
                        .Expected("no line behind the call")
                        .Actual("'" + first.line->text.substr(0, 30) + "'")
                        .At(first.line->at)
                        .Show(Picture::kStory);
  if (const GoroutineLife* g = h.Find(first.line->g)) {
    finding.Blame(*g).PlaceOf(h, g->creation_stack, "created-at", Who(g->id) + " is created here",
                              g->id);
    AddGoexit(h, *g, &finding);
  }
  return finding;
}

// goexit

constexpr CauseText kGoexitCauses[] = {
    {"returned", "{who} ended by return; Goexit was not called",
     "Goexit ends a goroutine from any depth (golab explain Goexit)",
     "which call ends the goroutine in Level3?"},
    {"recovered", "{who} ended by return, after a panic that was caught",
     "a panic ends the program unless it is caught; Goexit does not (golab explain Goexit)",
     "which call ends a goroutine without a panic?"},
    {"panicked", "{who} ended by a panic",
     "a panic ends the program unless it is caught (golab explain panic)",
     "which call ends a goroutine without a panic?"},
    {"on-main", "main itself called Goexit",
     "Goexit on main ends main, not the program (golab explain Goexit)",
     "which goroutine is to go through the levels?"},
    {}};

GOLAB_CHECK(Goexit, "task4.goexit",
            "the goroutine ends by Goexit: not by return, panic or exception", info.needs = "never",
            info.variations = "-", info.causes = kGoexitCauses) {
  const History& h = evidence.history;
  if (const std::string reason = CannotLook(h); !reason.empty()) return Skip(reason);
  const GoroutineLife& g = *TheGoroutine(h);
  const auto fail = [&](const char* cause) {
    Finding finding = Fail(cause)
                          .Set("who", Who(g.id))
                          .Expected("ends by Goexit")
                          .At(std::min(g.ended, h.last()))
                          .Blame(g);
    return finding;
  };
  if (g.IsMain()) return fail("on-main").Actual("main is gone");
  const Moment panics = FirstOf(h, EventType::kPanic, g.id);
  if (g.ended == kNever) {
    if (FirstOf(h, EventType::kGoexit, g.id) != kNever)
      return Skip("not judged: the goroutine has not ended");
    if (panics == kNever) return Skip("not judged: the goroutine has not ended");
  } else if (g.end_kind == rt::EndKind::kGoexit) {
    return Pass(Who(g.id) + " ended by Goexit");
  }
  const bool ended_by_panic = g.ended == kNever || g.end_kind != rt::EndKind::kReturned;
  if (panics == kNever && !ended_by_panic) {
    return fail("returned")
        .Actual("ends by return")
        .PlaceOf(h, g.creation_stack, "created-at", "created here", g.id);
  }
  return fail(ended_by_panic ? "panicked" : "recovered")
      .Actual(ended_by_panic ? "ends by a panic" : "ends by return")
      .PlaceOf(h, panics == kNever ? 0 : h.events()[panics].stack, "panics-at", "panics here",
               g.id);
}

// done

constexpr CauseText kDoneCauses[] = {
    {"never", "{who} ended and main was never told",
     "Goexit runs what is deferred, no other line (golab explain Goexit)",
     "where must Done stand so that it runs however the goroutine ends?"},
    {"too-early", "{who} tells main at the start, not when it ends",
     "what is deferred first runs last, when all is over (golab explain defer)",
     "which line is to tell main, and when does it run?"},
    {"untold", "nothing tells main that {who} has ended",
     "time passing is no order (golab explain join)", "what can main wait for, other than a time?"},
    {}};

/// Whether an event can let another goroutine go on: what Done, Send, Close, Unlock and a receive
/// do.
bool Tells(const rt::Record& r) {
  switch (static_cast<EventType>(r.type)) {
    case EventType::kSend:
    case EventType::kRecv:
    case EventType::kClose:
    case EventType::kUnlock:
    case EventType::kCondSignal:
      return true;
    case EventType::kWaitGroupAdd:
      return static_cast<std::int8_t>(r.reason) < 0;
    default:
      return false;
  }
}

GOLAB_CHECK(Done, "task4.done", "a deferred call tells main that the goroutine has ended",
            info.needs = "goexit", info.variations = "-", info.causes = kDoneCauses) {
  const History& h = evidence.history;
  if (const std::string reason = CannotLook(h); !reason.empty()) return Skip(reason);
  if (Crashed(h)) return Skip(kStopped);
  const GoroutineLife& g = *TheGoroutine(h);
  const Moment leaves = LeavesAt(h, g);
  Moment early = kNever, told = kNever;
  for (Moment m = g.created; m <= h.last() && m <= g.ended; ++m) {
    const rt::Record& r = h.events()[m];
    if (r.g != g.id || !Tells(r)) continue;
    if (m > leaves) {
      told = std::min(told, m);
    } else {
      early = std::min(early, m);
    }
  }
  if (told != kNever && h.main_return() != kNever) {
    return Pass("a deferred call tells main at " + InSeconds(h.TimeAt(told)));
  }
  const char* cause = h.main_return() == kNever ? "never"
                      : early != kNever         ? "too-early"
                                                : "untold";
  Finding finding = Fail(cause)
                        .Set("who", Who(g.id))
                        .Expected("main is told once, while the goroutine leaves")
                        .Actual(h.main_return() == kNever ? "never; then all goroutines are asleep"
                                : early != kNever         ? "told at the start"
                                                          : "not told")
                        .At(early != kNever ? early : std::min(g.ended, h.last()))
                        .Blame(h.main())
                        .Blame(g);
  if (early != kNever)
    finding.PlaceOf(h, h.events()[early].stack, "tells-at", "tells main here", g.id);
  AddGoexit(h, g, &finding);
  if (h.main_return() == kNever && !h.main().waits.empty()) {
    finding.PlaceOf(h, h.main().waits.back().stack, "waits-at", "main waits here", 1);
  }
  if (h.ending().kind == Ending::Kind::kDeadlock)
    finding.GoSays("fatal error: all goroutines are asleep - deadlock!");
  return finding.Show(Picture::kStory);
}

// others-live

constexpr CauseText kOthersCauses[] = {
    {"exit", "{who} ended the whole program, main included",
     "Goexit ends one goroutine, exit all of them (golab explain Goexit)",
     "which call ends only the goroutine that calls it?"},
    {}};

GOLAB_CHECK(OthersLive, "task4.others-live", "main goes on when the goroutine has left",
            info.causes = kOthersCauses) {
  const History& h = evidence.history;
  if (!EndedByExit(h)) {
    if (h.main_return() == kNever) return Skip("not judged: main was not released");
    return Pass("main went on and returned at " + InSeconds(h.TimeAt(h.main_return())));
  }
  const std::uint32_t who = h.ending().g;
  if (who == 1 && LevelLines(h, "defer").empty())
    return Skip("not judged: main ended the program itself");
  Finding finding = Fail("exit")
                        .Set("who", Who(who))
                        .Expected("main goes on and returns")
                        .Actual("exit(" + std::to_string(h.ending().status) + ") at " +
                                InSeconds(h.ending().time))
                        .At(h.ending().at)
                        .PlaceOf(h, h.ending().stack, "exits-at", "exit is called here", who);
  if (const GoroutineLife* g = h.Find(who)) {
    finding.Blame(*g).PlaceOf(h, g->creation_stack, "created-at", Who(who) + " is created here",
                              who);
  }
  return finding;
}

// recovered: the variation

constexpr CauseText kRecoveredCauses[] = {
    {"not-stopped", "the panic was not stopped: it ended the program",
     "recover works only in the deferred function itself (golab explain recover)",
     "which function calls recover(), and who calls that function?"},
    {"no-panic", "nothing panics with --panic",
     "with --panic, Level3 panics in place of Goexit (golab explain panic)",
     "which line of Level3 looks at the flag?"},
    {"no-line", "the panic is stopped, but no line reads 'recovered: {text}'",
     "the task names the text, so that it can be found",
     "what is printed where the panic is recovered?"},
    {"too-early", "'recovered: {text}' is printed before 'level2 defer'",
     "a panic leaves level by level, until one recovers (golab explain recover)",
     "which level recovers?"},
    {"no-return", "{who} did not end by return after its panic was recovered",
     "a recovered function returns to its caller (golab explain recover)", ""},
    {}};

GOLAB_CHECK(Recovered, "task4.recovered",
            "with --panic: Level1 recovers, says so, and the goroutine ends by return",
            info.variations = "panic", info.causes = kRecoveredCauses) {
  const History& h = evidence.history;
  if (const std::string reason = CannotLook(h); !reason.empty()) return Skip(reason);
  const GoroutineLife& g = *TheGoroutine(h);
  const Moment panics = FirstOf(h, EventType::kPanic, g.id);
  const auto fail = [&](const char* cause) {
    Finding finding =
        Fail(cause).Set("who", Who(g.id)).Set("text", "x").Blame(g).At(std::min(g.ended, h.last()));
    if (panics != kNever)
      finding.PlaceOf(h, h.events()[panics].stack, "panics-at", "panics here", g.id);
    return finding;
  };
  const std::string expected = "'recovered: x', after 'level2 defer'";
  if (panics == kNever) return fail("no-panic").Expected("panic(\"x\")").Actual("none");
  if (h.ending().kind == Ending::Kind::kPanic) {
    return fail("not-stopped")
        .At(panics)
        .Expected(expected)
        .Actual("panic: " + h.ending().text.substr(0, 40))
        .Show(Picture::kStory);
  }
  const auto lines = LinesMatching(h, "recovered: x");
  if (lines.empty()) return fail("no-line").Expected(expected).Actual("no such line");
  for (const Printed& one : LevelLines(h, "defer")) {
    if (one.level != 2) continue;
    const bool before = lines.front().line->at < one.line->at ||
                        (lines.front().line->at == one.line->at && lines.front().line < one.line);
    if (before) return fail("too-early").Expected(expected).Actual("before it");
  }
  if (g.ended != kNever && g.end_kind != rt::EndKind::kReturned) return fail("no-return");
  return Pass("recovered: x; the goroutine ends by return");
}

// no-crash: the common check, but for the panic that the variation is about

GOLAB_CHECK(NoCrash, "task4.no-crash", "no signal, no panic, no deadlock ends the program",
            info.needs = "builds flags", info.causes = common::kNoCrashCauses) {
  const History& h = evidence.history;
  if (evidence.variation == "panic" && h.ending().kind == Ending::Kind::kPanic) {
    const GoroutineLife* g = TheGoroutine(h);
    if (g != nullptr && h.ending().g == g->id)
      return Skip("not judged: the panic is what 'recovered' looks at");
  }
  return common::NoCrash(evidence);
}

}  // namespace
}  // namespace golab::lab
