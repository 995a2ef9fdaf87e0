// The check `ends`: how a run ended when it did not crash. Deadlock, panic and signal are
// no-crash's.

#include <algorithm>
#include <csignal>

#include "lab/check/common_checks.h"
#include "lab/check/waits.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab::common {

using rt::EventType;

const CauseText kEndsCauses[] = {
    {"exit-zero", "the program called exit(0) before main had returned",
     "the recording up to the end counts; exit status 0 alone is no pass",
     "what happens if main returns here instead?"},
    {"exit-zero-in-test", "the program called exit(0) before its test had ended",
     "the recording up to the end counts; exit status 0 alone is no pass",
     "what happens if the test returns here instead?"},
    {"exit-failure", "the program ended with status {status} before main had returned",
     "a status other than 0 says that the program failed", ""},
    {"vanished", "the program is gone, with status {status}, and no end was recorded",
     "a program ends when main returns", ""},
    {"outlived", "the program was still there when golab's clients had gone",
     "a program ends when main returns", "what does main wait for?"},
    {"livelock", "{who} ran {turns} turns of 10 ms, and nothing can change that",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "which channel or context could this goroutine wait on?"},
    {"busy", "{who} ran for {length} of virtual time without waiting once",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "which channel or context could this goroutine wait on?"},
    {"waits-without-done",
     "main waits for {missing} {missing|call|calls} of Done to the limit, {length}",
     "each Add needs one Done, on every way out (golab explain WaitGroup)",
     "on which way out of the goroutine is Done left out?"},
    {"waits-at-limit", "main waits in [{reason}] to the limit, {length}",
     "a wait ends only if someone else ends it (golab explain wake)",
     "what would have to come to end this wait, and from which goroutine?"},
    {"virtual-limit", "still at work at the limit, {length} of virtual time",
     "time moves when all wait for a timer (golab explain virtual-time)", ""},
    {"limit", "stopped at {limit}",
     "a program that reaches a limit is not judged (golab explain limit)", ""},
    {"limit-of-many", "stopped at {limit} with {count} goroutines alive",
     "each goroutine holds at least a page of stack (golab explain stack)", "what ends this loop?"},
    {"recording-full", "more happened in this run than golab records: {what}",
     "a program that reaches a limit is not judged (golab explain limit)", ""},
    {"foreign-thread", "the program started a std::thread or std::async",
     "only goroutines are scheduled and judged (golab explain goroutine)",
     "what does go(...) leave out that is done here?"},
    {"std-mutex-held", "{who} waits while it holds a std::mutex",
     "a std::mutex does not park, a sync::Mutex does (golab explain park)",
     "which sync::Mutex can stand in its place?"},
    {}};

namespace {

constexpr int kMany = 1000;  // goroutines: more than that is named as what filled the memory

/// Of the goroutines alive at the end, the group that is largest.
Alike LargestGroup(const History& h) {
  std::vector<const GoroutineLife*> alive;
  for (const GoroutineLife& g : h.goroutines()) {
    if (!g.system && !g.IsMain() && g.AliveAt(h.last())) alive.push_back(&g);
  }
  const auto groups = GroupAlike(h, alive, h.last());
  const auto largest = std::max_element(
      groups.begin(), groups.end(),
      [](const Alike& a, const Alike& b) { return a.goroutines.size() < b.goroutines.size(); });
  return largest == groups.end() ? Alike() : *largest;
}

/// Since when a goroutine has been forced out again and again without doing anything else.
struct Busy {
  const GoroutineLife* g = nullptr;
  int turns = 0;
  std::uint64_t since = 0;
  std::uint64_t until = 0;
  std::uint64_t stack = 0;
};

Busy BusyAtEnd(const History& h, const GoroutineLife& g) {
  Busy busy;
  busy.g = &g;
  for (auto stretch = g.stretches.rbegin(); stretch != g.stretches.rend(); ++stretch) {
    if (stretch->stopped_by != EventType::kPreempt && stretch->end != kNever) break;
    if (stretch->end != kNever) {
      ++busy.turns;
      if (busy.stack == 0) busy.stack = h.events()[stretch->end].stack;
    }
    busy.since = stretch->begin_time;
    busy.until = std::max(busy.until, stretch->end_time);
  }
  return busy;
}

Busy BusiestAtEnd(const History& h) {
  Busy busiest;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.system || g.ended != kNever) continue;
    const Busy busy = BusyAtEnd(h, g);
    if (busy.turns > busiest.turns) busiest = busy;
  }
  return busiest;
}

std::string Turns(const Busy& busy) {
  return "from " + InSeconds(busy.since) + " to " + InSeconds(busy.until) + ": " +
         Grouped(busy.turns) + " turns of 10 ms";
}

/// Main has waited for most of the run for what no timer brings, while others worked on.
Finding MainWaits(const History& h, const std::vector<WaitFor>& waiting) {
  const WaitFor& main = waiting.front();
  const Ending& ending = h.ending();
  const auto ended = LeftWithoutDone(h, main, ending.at);
  Finding finding = Error(ended.empty() ? "waits-at-limit" : "waits-without-done")
                        .Set("missing", main.count)
                        .Set("reason", rt::WaitReasonText(main.wait->reason))
                        .Set("length", InSeconds(ending.time))
                        .Expected("main returns")
                        .Actual("main waits since " + InSeconds(main.wait->begin_time))
                        .PlaceAt(main.where, "waits-at", "main waits here", 1)
                        .At(ending.at)
                        .Show(Picture::kStory);
  finding.story = WaitLines(h, waiting);
  for (const WaitFor& one : waiting) finding.goroutines.push_back(one.g);
  if (!ended.empty()) {
    const GoroutineLife& first = *ended.front();
    finding.PlaceOf(h, first.creation_stack, "created-at",
                    Who(first.id) + ", created here, ended without Done", first.id);
  }
  return finding;
}

Finding LimitOfTime(const Evidence& evidence) {
  const History& h = evidence.history;
  const Ending& ending = h.ending();
  if (evidence.Exempt(Exemption::kBusyAllowed))
    return Pass("runs to the limit of virtual time, as the task wants");
  const Busy busy = BusiestAtEnd(h);
  // Busy for most of the run, not merely preempted once at the limit.
  if (busy.turns >= 20 && busy.until - busy.since >= ending.time / 2) {
    return Error("busy")
        .Set("who", Who(busy.g->id))
        .Set("length", InSeconds(busy.until - busy.since))
        .Blame(*busy.g)
        .PlaceOf(h, busy.stack, "busy-at", "here " + Turns(busy), busy.g->id)
        .At(busy.g->stretches.back().begin);
  }
  const std::vector<WaitFor> waiting = WaitingAt(h, ending.at);
  const bool main_waits = !waiting.empty() && waiting.front().g == 1 &&
                          !waiting.front().wait->until &&
                          waiting.front().wait->begin_time <= ending.time / 2;
  if (main_waits) return MainWaits(h, waiting);
  Finding finding = Error("virtual-limit").Set("length", InSeconds(ending.time)).At(ending.at);
  finding.story = WaitLines(h, waiting);
  for (const WaitFor& one : waiting) finding.goroutines.push_back(one.g);
  if (!waiting.empty()) {
    finding.Show(Picture::kStory)
        .PlaceAt(waiting.front().where, "waits-at", Who(waiting.front().g) + " waits here",
                 waiting.front().g);
  }
  return finding;
}

Finding Killed(const Evidence& evidence) {
  const History& h = evidence.history;
  const int alive = h.AliveAt(h.last());
  if (alive < kMany) return Error("limit").Set("limit", h.ending().limit).At(h.last());
  const Alike group = LargestGroup(h);
  return Error("limit-of-many")
      .Set("limit", h.ending().limit)
      .Set("count", Grouped(alive))
      .PlaceAt(group.created_at, "created-at",
               Grouped(static_cast<std::int64_t>(group.goroutines.size())) +
                   " of them were created here")
      .At(h.last());
}

Finding Livelock(const Evidence& evidence) {
  const History& h = evidence.history;
  const Ending& ending = h.ending();
  if (evidence.Exempt(Exemption::kBusyAllowed))
    return Pass("a goroutine stays busy, as the task wants");
  const GoroutineLife* g = h.Find(ending.g);
  Finding finding = Fail("livelock").Set("who", Who(ending.g)).At(ending.at);
  if (g == nullptr) return finding.Set("turns", 20);
  const Busy busy = BusyAtEnd(h, *g);
  return finding.Set("turns", Grouped(std::max(busy.turns, 1)))
      .Blame(*g)
      .PlaceOf(h, busy.stack, "busy-at", "here " + Turns(busy), g->id);
}

/// The test that was under way, by name; empty if none was.
std::string OpenTest(const History& h) {
  std::string open;
  for (const rt::Record& r : h.events()) {
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kTestStart) open = h.Blob(r.arg);
    if (type == EventType::kTestEnd) open.clear();
  }
  return open;
}

Finding Exited(const Evidence& evidence) {
  const History& h = evidence.history;
  const Ending& ending = h.ending();
  const int alive = h.AliveAt(ending.at);
  const std::string test = OpenTest(h);
  std::string actual = test.empty() ? "" : "0; ";
  actual += "exit at " + InSeconds(ending.time) + ", " + Grouped(alive) +
            (alive == 1 ? " goroutine" : " goroutines") + " alive";
  std::string by = "by " + Who(ending.g);
  if (!test.empty()) by += " (test " + test + ")";
  if (ending.status != 0) {
    if (evidence.Exempt(Exemption::kFailAllowed))
      return Pass("ends with status " + std::to_string(ending.status));
    return Fail("exit-failure")
        .Set("status", ending.status)
        .Expected("main returns")
        .Actual(actual)
        .PlaceOf(h, ending.stack, "exits-at", by, ending.g)
        .At(ending.at);
  }
  // A program of tests ends so when all of them have: os::Exit(m.Run()).
  if (test.empty() && ending.g == 1 && !h.EventsOf(EventType::kTestEnd).empty()) {
    return Pass("exits with status 0 when its tests have ended");
  }
  return Fail(test.empty() ? "exit-zero" : "exit-zero-in-test")
      .Expected(test.empty() ? "main returns" : "1 test ended")
      .Actual(actual)
      .PlaceOf(h, ending.stack, "exits-at", by, ending.g)
      .At(ending.at);
}

Finding ForeignUse(const History& h, EventType type, const char* cause, const char* label) {
  const std::vector<Moment> found = h.EventsOf(type);
  if (found.empty()) return Pass("");
  const rt::Record& first = h.events()[found.front()];
  return Fail(cause)
      .Set("who", Who(first.g))
      .PlaceOf(h, first.stack, "used-at", label, first.g)
      .At(found.front());
}

std::string WhatWasCut(std::uint32_t truncated) {
  if ((truncated & kTruncatedRecords) != 0) return "events";
  if ((truncated & kTruncatedBlobs) != 0) return "texts";
  return "stacks";
}

/// What breaks the rule however the run ended.
Finding Forbidden(const History& h) {
  Finding thread = ForeignUse(h, EventType::kForeignThread, "foreign-thread", "here");
  Finding mutex = ForeignUse(h, EventType::kStdMutexHeld, "std-mutex-held",
                             "waits here, the std::mutex locked");
  if (thread.outcome == Outcome::kPass) return mutex;
  return mutex.outcome == Outcome::kFail && mutex.at < thread.at ? mutex : thread;
}

Finding Ended(const Evidence& evidence) {
  const History& h = evidence.history;
  const Ending& ending = h.ending();
  const bool serves = evidence.Exempt(Exemption::kServes);
  // After its return main has ended; what others do while they come to rest, Go would cut off.
  const bool after_main = h.main_return() != kNever;
  switch (ending.kind) {
    case Ending::Kind::kMainReturned:
      return Pass("main returned at " + InSeconds(h.TimeAt(h.main_return())));
    case Ending::Kind::kVirtualLimit:
      return after_main ? Pass("main returned") : LimitOfTime(evidence);
    case Ending::Kind::kKilled:
      return Killed(evidence);
    case Ending::Kind::kLivelock:
      return after_main ? Pass("main returned") : Livelock(evidence);
    case Ending::Kind::kExit:
      return after_main ? Pass("main returned").Note("another goroutine called exit after that")
                        : Exited(evidence);
    case Ending::Kind::kOutsideEnd:
      if (serves) return Pass("served until it was told to end");
      return after_main ? Pass("main returned") : Fail("outlived").At(ending.at);
    case Ending::Kind::kVanished:
      return Fail("vanished").Set("status", ending.status).At(ending.at);
    case Ending::Kind::kDeadlock:
      if (!after_main && evidence.Exempt(Exemption::kAsleepAllowed))
        return Pass("ends asleep, as the task allows");
      break;
    case Ending::Kind::kSignal:
    case Ending::Kind::kPanic:
    case Ending::Kind::kFatal:
      break;
  }
  if (after_main) return Pass("main returned");
  if (NoCrash(evidence).outcome == Outcome::kPass) return Pass("served until it was told to end");
  return Skip("not judged: it needs no-crash");
}

}  // namespace

Finding Ends(const Evidence& evidence) {
  const History& h = evidence.history;
  Finding ended = Ended(evidence);
  const Finding forbidden = Forbidden(h);
  if (ended.outcome == Outcome::kPass && forbidden.outcome == Outcome::kFail) return forbidden;
  if (ended.outcome == Outcome::kPass && (h.truncated() & ~std::uint32_t{kTruncatedWork}) != 0) {
    return Error("recording-full").Set("what", WhatWasCut(h.truncated())).At(h.last());
  }
  return ended;
}

}  // namespace golab::lab::common
