// The check `no-leak`: who is left over when main has returned.

#include <algorithm>

#include "lab/check/common_checks.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab::common {

#define GOLAB_LEFT \
  "{count} {count|goroutine waits|goroutines wait} in [{reason}] after main's return"

const CauseText kNoLeakCauses[] = {
    {"left-send", GOLAB_LEFT, "each send needs a receive or room (golab explain leak)",
     "who was to receive, and why has it left?"},
    {"left-receive", GOLAB_LEFT, "each receive needs a send or a close (golab explain leak)",
     "who was to send or to close, and when?"},
    {"left-waiting", GOLAB_LEFT, "main's return cuts off whoever is left (golab explain leak)",
     "what tells {them} to end, and where does main wait for that?"},
    {"left-asleep", "{count} {count|goroutine is|goroutines are} in a sleep after main's return",
     "main's return cuts off whoever is left (golab explain join)",
     "where does main wait for {them} to end?"},
    {"left-busy", "{count} {count|goroutine runs|goroutines run} on after main's return",
     "main's return cuts off whoever is left (golab explain leak)",
     "what tells {them} to end, and where does main wait for that?"},
    {}};

#undef GOLAB_LEFT

namespace {

const char* CauseOf(const Alike& group) {
  if (group.state != State::kWaiting) return "left-busy";
  switch (group.reason) {
    case rt::WaitReason::kSleep:
      return "left-asleep";
    case rt::WaitReason::kChanSend:
      return "left-send";
    case rt::WaitReason::kChanReceive:
      return "left-receive";
    default:
      return "left-waiting";
  }
}

/// How many of them ended once the clock was let run on, and when the last did.
std::string LaterEnds(const History& h, const std::vector<const GoroutineLife*>& left) {
  int count = 0;
  std::uint64_t latest = 0;
  for (const GoroutineLife* g : left) {
    if (g->ended == kNever) continue;
    ++count;
    latest = std::max(latest, g->ended_time);
  }
  if (count == 0) return "";
  const std::uint64_t rest = h.TimeAt(h.rest());
  const std::string all = count == static_cast<int>(left.size()) ? "all" : std::to_string(count);
  return all + " would have ended " + InSeconds(latest - std::min(latest, rest)) + " later";
}

}  // namespace

Finding NoLeak(const Evidence& evidence) {
  const History& h = evidence.history;
  if (h.main_return() == kNever) {
    if (evidence.Exempt(Exemption::kServes) || evidence.Exempt(Exemption::kLeakAllowed)) {
      return Pass("main does not return, as the task wants");
    }
    return Skip("not judged: main did not return");
  }
  const std::vector<const GoroutineLife*> left = h.LeftOver();
  if (left.empty()) return Pass("0 left when main has returned");
  const auto count = static_cast<std::int64_t>(left.size());
  if (evidence.Exempt(Exemption::kLeakAllowed)) {
    return Pass(Grouped(count) + " left when main has returned, as the task wants");
  }
  const Moment at = h.rest() != kNever ? h.rest() : h.last();
  const auto groups = GroupAlike(h, left, at);
  const Alike& largest = *std::max_element(
      groups.begin(), groups.end(),
      [](const Alike& a, const Alike& b) { return a.goroutines.size() < b.goroutines.size(); });
  const auto in_group = static_cast<std::int64_t>(largest.goroutines.size());
  Finding finding = Fail(CauseOf(largest))
                        .Set("count", in_group)
                        .Set("reason", rt::WaitReasonText(largest.reason))
                        .Set("them", in_group == 1 ? "it" : "them")
                        .Expected("0 left when main has returned")
                        .Actual(Grouped(count))
                        .At(h.main_return())
                        .ExpectAlive(0, at)
                        .Note(LaterEnds(h, left));
  for (const GoroutineLife* g : left) finding.Blame(*g);
  const GoroutineLife& first = *h.Find(largest.goroutines.front());
  const Wait* wait = first.WaitAt(at);
  if (wait != nullptr) {
    finding.PlaceOf(h, wait->stack, "waits-at",
                    in_group == 1 ? Who(first.id) + " waits here" : "they wait here", first.id);
  }
  finding.PlaceAt(largest.created_at, "created-at",
                  in_group == 1 ? "created here" : "each was created here", first.id);
  if (groups.size() < 2) return finding;
  for (const Alike& group : groups) {
    finding.sites.push_back(
        {static_cast<int>(group.goroutines.size()), FileLine(group.created_at)});
  }
  return finding.Show(Picture::kSites);
}

}  // namespace golab::lab::common
