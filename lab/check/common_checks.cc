#include "lab/check/common_checks.h"

#include <algorithm>
#include <deque>

#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace common {

using rt::EventType;

const CauseText kBuildsCauses[] = {{"did-not-build", "{message}", "{rule}", "{ask}"}, {}};

const CauseText kFlagsCauses[] = {
    {"missing", "the program defines no flag '{flag}'",
     "each parameter of a task is a flag of the program, by its name",
     "which line before flag::Parse defines '{flag}'?"},
    {"several-missing", "the program lacks {count} of its {total} flags: {flags}",
     "each parameter of a task is a flag of the program, by its name",
     "which lines before flag::Parse define them?"},
    {}};

const CauseText kForeignSleepCauses[] = {
    {"foreign-sleep", "{count} {count|call|calls} of sleep_for or usleep in place of time::Sleep",
     "a wait that golab knows has a wait reason (golab explain sleep)", ""},
    {}};

const CauseText kGoexitSwallowedCauses[] = {
    {"goexit-swallowed", "a catch (...) held {who} up on its way out by Goexit",
     "nothing catches a Goexit (golab explain Goexit)", ""},
    {}};

Finding BuildFailed(const BuildFailure& failure) {
  Finding finding = Error("did-not-build")
                        .Set("message", failure.message)
                        .Set("rule", failure.rule)
                        .Set("ask", failure.ask)
                        .At(0);
  finding.places = failure.places;
  finding.compiler = failure.compiler;
  return finding;
}

Finding Flags(const Evidence& evidence) {
  if (evidence.params.empty()) return Pass("the task has no flags");
  const std::vector<std::string> defined = FlagsDefined(evidence.history);
  std::string expected, missing, first;
  int count = 0;
  for (const auto& [name, value] : evidence.params) {
    expected += (expected.empty() ? "" : " ") + name;
    if (std::find(defined.begin(), defined.end(), name) != defined.end()) continue;
    if (++count == 1) first = name;
    missing += (missing.empty() ? "" : " ") + name;
  }
  if (count == 0) return Pass("defines " + expected);
  // They are noted by flag::Parse, and at the latest at an orderly end.
  if (defined.empty() && EndedByForce(evidence.history.ending())) {
    return Skip("not judged: the program ended before it defined any");
  }
  std::string actual;
  for (const std::string& name : defined) actual += (actual.empty() ? "" : " ") + name;
  return Fail(count == 1 ? "missing" : "several-missing")
      .Set("flag", first)
      .Set("flags", missing)
      .Set("count", count)
      .Set("total", static_cast<std::int64_t>(evidence.params.size()))
      .Expected(expected)
      .Actual(actual.empty() ? "none" : actual)
      .At(0);
}

Finding ForeignSleep(const Evidence& evidence) {
  const History& h = evidence.history;
  const std::vector<Moment> calls = h.EventsOf(EventType::kForeignSleep);
  if (calls.empty()) return Pass("");
  const rt::Record& first = h.events()[calls.front()];
  return Fail("foreign-sleep")
      .Set("count", static_cast<std::int64_t>(calls.size()))
      .PlaceOf(h, first.stack, "sleeps-at", "here", first.g)
      .At(calls.front());
}

Finding GoexitSwallowed(const Evidence& evidence) {
  const History& h = evidence.history;
  const std::vector<Moment> tries = h.EventsOf(EventType::kGoexitSwallowed);
  if (tries.empty()) return Pass("");
  const rt::Record& first = h.events()[tries.front()];
  return Fail("goexit-swallowed")
      .Set("who", Who(first.g))
      .PlaceOf(h, first.stack, "caught-at", "this catch", first.g)
      .At(tries.front());
}

}  // namespace common

namespace {

Finding Builds(const Evidence&) {
  return Pass("builds");
}

/// A common check but for the task's name.
struct Common {
  const char* short_id;
  const char* sentence;
  CheckFunction run;
  const char* needs;
  const CauseText* causes;
  bool advice;
};

constexpr Common kCommon[] = {
    {"builds", "the program builds", Builds, "", common::kBuildsCauses, false},
    {"flags", "the program defines the flags that the task names", common::Flags, "builds",
     common::kFlagsCauses, false},
    {"ends", "main returns, with status 0, in time", common::Ends, "builds no-crash",
     common::kEndsCauses, false},
    {"no-leak", "no goroutine of the program outlives main's return", common::NoLeak,
     "builds no-crash ends", common::kNoLeakCauses, false},
    {"no-crash", "no signal, no panic, no deadlock ends the program", common::NoCrash, "builds",
     common::kNoCrashCauses, false},
    {"no-race", "nothing is read and written at once without an order", common::NoRace, "builds",
     common::kNoRaceCauses, false},
    {"no-dangling", "nothing is used after its end", common::NoDangling, "builds",
     common::kNoDanglingCauses, false},
    {"foreign-sleep", "waits are golab's", common::ForeignSleep, "builds",
     common::kForeignSleepCauses, true},
    {"goexit-swallowed", "no catch (...) is in the way of a Goexit", common::GoexitSwallowed,
     "builds", common::kGoexitSwallowedCauses, true},
};

/// Keeps the text of an id where CheckInfo can point to it.
struct OwnedCheck {
  std::string id;
  CheckInfo info;
};

}  // namespace

void EnsureCommonChecks(std::string_view task) {
  static std::deque<OwnedCheck> owned;  // a deque does not move what it holds
  for (const Common& one : kCommon) {
    const std::string id = std::string(task) + "." + one.short_id;
    if (CheckRegistry::Find(id) != nullptr) continue;
    OwnedCheck& check = owned.emplace_back();
    check.id = id;
    check.info.id = check.id.c_str();
    check.info.sentence = one.sentence;
    check.info.run = one.run;
    check.info.needs = one.needs;
    check.info.advice = one.advice;
    check.info.causes = one.causes;
    check.info.file = __FILE__;
    check.info.line = __LINE__;
    CheckRegistry::Add(&check.info);
  }
}

Flavour ImageOf(const CheckInfo& info) {
  if (info.ShortId() == "no-race") return Flavour::kTsan;
  if (info.ShortId() == "no-dangling") return Flavour::kAsan;
  return Flavour::kPlain;
}

std::vector<std::string_view> CommonCheckIds() {
  std::vector<std::string_view> ids;
  for (const Common& one : kCommon) ids.emplace_back(one.short_id);
  return ids;
}

}  // namespace golab::lab
