// The check `no-race`: what TSan saw in one run of a TSan image. Happens-before does not depend on
// luck: a pair of accesses without an order is found in whatever order they ran.

#include <algorithm>

#include "golab/sync.h"

#include "lab/check/common_checks.h"
#include "lab/check/variable_name.h"
#include "lab/check/words.h"
#include "lab/history/memory_reports.h"

namespace golab::lab::common {

using rt::EventType;

#define GOLAB_RACE_RULE "such a pair needs an order or one lock (golab explain happens-before)"

const CauseText kNoRaceCauses[] = {
    {"read-write", "{now} {verb} {what} while {before} may be {doing} it", GOLAB_RACE_RULE,
     "what, before line {line}, makes sure that {before} is done with it?"},
    {"side-by-side", "{now} {verb} {what} while {before} may be {doing} it", GOLAB_RACE_RULE,
     "which lock do both take, or which of the two waits for the other?"},
    {"write-write", "{now} and {before} write {what}, in any order", GOLAB_RACE_RULE,
     "which lock do both take, or which of the two waits for the other?"},
    {"wait-group", "Add may come after the Wait that is to wait for it",
     "Add before the go, in the goroutine that calls Wait (golab explain WaitGroup)",
     "in which goroutine, before which line, is Add sure to come first?"},
    {"many-goroutines", "not possible to judge: more than 4,000 goroutines are alive at once",
     "races are looked for with at most 4,000 at once: each takes 1 MiB there",
     "can a few goroutines take turns at the work? (--no-race leaves this check out)"},
    {"limit", "not possible to judge: stopped at {limit}, in the image that finds races",
     "what was not run to its end proves nothing", ""},
    {}};

#undef GOLAB_RACE_RULE

namespace {

/// Locks that a goroutine holds at a moment: where each was taken.
std::vector<Frame> LocksHeld(const History& h, std::uint32_t g, Moment at) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> held;  // address, stack
  for (Moment m = 0; m < at && m < h.events().size(); ++m) {
    const rt::Record& r = h.events()[m];
    if (r.g != g) continue;
    if (r.type == static_cast<std::uint8_t>(EventType::kLock)) held.emplace_back(r.arg, r.stack);
    if (r.type != static_cast<std::uint8_t>(EventType::kUnlock)) continue;
    const auto it = std::find_if(held.rbegin(), held.rend(),
                                 [&](const auto& one) { return one.first == r.arg; });
    if (it != held.rend()) held.erase(std::next(it).base());
  }
  std::vector<Frame> frames;
  for (const auto& [address, stack] : held) frames.push_back(h.OwnFrame(stack));
  return frames;
}

bool EverLocks(const History& h, std::uint32_t g) {
  return std::any_of(h.events().begin(), h.events().end(), [&](const rt::Record& r) {
    return r.g == g && r.type == static_cast<std::uint8_t>(EventType::kLock);
  });
}

std::string LocksInWords(const std::vector<Frame>& locks) {
  if (locks.empty()) return "holds no lock";
  return "holds the lock of line " + std::to_string(locks.front().line);
}

/// What can be said of the locks of one side; of the earlier access the moment is not known.
std::string LocksOf(const History& h, const RaceSide& side, Moment at) {
  if (side.g == 0) return "";
  if (at != kNever) return LocksInWords(LocksHeld(h, side.g, at));
  return EverLocks(h, side.g) ? "" : LocksInWords({});
}

bool Descends(const History& h, std::uint32_t child, std::uint32_t ancestor) {
  for (int steps = 0; child != 0 && steps < 1000; ++steps) {
    if (child == ancestor) return true;
    const GoroutineLife* g = h.Find(child);
    child = g == nullptr ? 0 : g->creator;
  }
  return false;
}

/// The sentence of the order that is missing.
std::string MissingOrder(const History& h, const Race& race) {
  const std::uint32_t now = race.now.g, before = race.before.g;
  if (now == 0 || before == 0 || now == before) return "nothing orders the two";
  const bool now_is_child = Descends(h, now, before), before_is_child = Descends(h, before, now);
  if (!now_is_child && !before_is_child) {
    return "nothing orders the two: " + Who(before) + " and " + Who(now) + " run side by side";
  }
  const std::uint32_t parent = now_is_child ? before : now, child = now_is_child ? now : before;
  const GoroutineLife* g = h.Find(child);
  const Frame created = g == nullptr ? Frame{} : h.OwnFrame(g->creation_stack);
  const int line = (parent == now ? race.now : race.before).frame.line;
  if (created.line == 0 || line == 0) {
    return "nothing orders the two: " + Who(parent) + " does not wait for " + Who(child);
  }
  // Loops: the line that is reached after the go may stand above it.
  return "nothing orders the two: from line " + std::to_string(created.line) + ", which starts " +
         Who(child) + ", to line " + std::to_string(line) + " " + Who(parent) +
         " never waits for it";
}

std::string CreatedAt(const Frame& created, const Frame& access) {
  return created.file == access.file ? "line " + std::to_string(created.line) : FileLine(created);
}

/// One access, and the calls of the program's own that led to it.
void AddSide(const History& h, const RaceSide& side, Moment at, Story* story) {
  std::string what = side.is_write ? "writes" : "reads";
  const std::string locks = LocksOf(h, side, at);
  if (!locks.empty()) what += ", " + locks;
  const GoroutineLife* g = h.Find(side.g);
  const Frame created = g == nullptr ? Frame{} : h.OwnFrame(g->creation_stack);
  if (created.line != 0 && !g->IsMain())
    what += "; created at " + CreatedAt(created, side.frame) + " by " + Who(g->creator);
  story->push_back(
      {"", Who(side.g), what, side.frame.line == 0 ? "not known any more" : FileLine(side.frame)});
  int callers = -1;  // the first is the access itself
  for (const Frame& frame : h.Stack(side.stack)) {
    if (!frame.own || frame.line == 0) continue;
    if (++callers == 0) continue;
    if (callers > 2) break;
    story->push_back({"", "", "called from " + frame.function, FileLine(frame)});
  }
}

std::string WhatOf(const Evidence& evidence, const Race& race) {
  if (!evidence.source) return "";
  const Frame &a = race.now.frame, &b = race.before.frame;
  const std::string line_a = evidence.source(a.file, a.line),
                    line_b = evidence.source(b.file, b.line);
  return CommonVariable({line_a, a.column}, {line_b, b.column});
}

/// Whether the access itself is in golab's library, not in the program's text.
bool InLibrary(const History& h, std::uint64_t stack) {
  const auto pcs = h.StackPcs(stack);
  return !pcs.empty() && h.symbols().Lookup(pcs.front(), false).empty();
}

/// Misuse of a WaitGroup is recorded as a race on the WaitGroup itself, as Go does.
bool IsWaitGroup(const History& h, const Race& race) {
  if (!InLibrary(h, race.now.stack) || !InLibrary(h, race.before.stack)) return false;
  return std::any_of(h.events().begin(), h.events().end(), [&](const rt::Record& r) {
    return r.type == static_cast<std::uint8_t>(EventType::kWaitGroupAdd) && r.arg <= race.address &&
           race.address - r.arg < sizeof(sync::WaitGroup);
  });
}

Finding FindingOf(const Evidence& evidence, const Race& race) {
  const History& h = evidence.history;
  const bool both_write = race.now.is_write && race.before.is_write;
  const bool wait_group = IsWaitGroup(h, race);
  const std::string name = wait_group ? "" : WhatOf(evidence, race);
  const std::string what = name.empty() ? "one variable" : "'" + name + "'";
  const bool same_line = race.now.frame.file == race.before.frame.file &&
                         race.now.frame.line == race.before.frame.line;
  const bool related =
      Descends(h, race.now.g, race.before.g) || Descends(h, race.before.g, race.now.g);
  Finding finding = Fail(wait_group   ? "wait-group"
                         : both_write ? "write-write"
                         : related    ? "read-write"
                                      : "side-by-side");
  finding.Set("now", Who(race.now.g))
      .Set("before", Who(race.before.g))
      .Set("what", what)
      .Set("verb", race.now.is_write ? "writes" : "reads")
      .Set("doing", race.before.is_write ? "writing" : "reading")
      .Set("line", race.now.frame.line)
      .At(race.at);
  const std::string now_verb = race.now.is_write ? "writes" : "reads";
  const std::string before_verb = race.before.is_write ? "writes" : "reads";
  if (race.now.frame.line != 0) {
    finding.PlaceAt(race.now.frame, "races-at",
                    same_line ? "both are here" : Who(race.now.g) + " " + now_verb + " it here",
                    race.now.g);
  }
  if (race.before.frame.line != 0 && !same_line) {
    finding.PlaceAt(race.before.frame, "races-with",
                    Who(race.before.g) + " " + before_verb + " it here", race.before.g);
  }
  AddSide(h, race.before, kNever, &finding.story);
  AddSide(h, race.now, race.at, &finding.story);
  for (const std::uint32_t id : {race.now.g, race.before.g}) {
    if (const GoroutineLife* g = h.Find(id)) finding.Blame(*g);
  }
  finding.Show(Picture::kStory);
  return finding.Context(MissingOrder(h, race));
}

}  // namespace

Finding NoRace(const Evidence& evidence) {
  if (evidence.image != Flavour::kTsan) return Skip("no race image was run");
  const History& h = evidence.history;
  const std::vector<Race> races = RacesOf(h);
  if (!races.empty()) {
    // The first whose lines are both known tells most.
    const auto best = std::find_if(races.begin(), races.end(), [](const Race& race) {
      return race.now.frame.line != 0 && race.before.frame.line != 0;
    });
    return FindingOf(evidence, best != races.end() ? *best : races.front());
  }
  if (h.ending().text.find("race image: more than 4000 goroutines") != std::string::npos)
    return Error("many-goroutines").At(h.last());
  if (!evidence.limit.empty()) return Error("limit").Set("limit", evidence.limit).At(h.last());
  return Pass("no two accesses without an order");
}

}  // namespace golab::lab::common
