// Checks of task5. golab's reader (cases/reader.h) has asked for the pages; what came back is in
// the recording, as is what the goroutines did. So a page is compared with what it tells of.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "golab/driver.h"

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/outside.h"
#include "lab/history/questions.h"
#include "lab/profile/profile.h"

namespace golab::lab {
namespace {

using rt::WaitReason;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::int64_t kWakesAllowed = 1;  // who sleeps for an hour may wake while golab looks on
constexpr char kPatience[] = "10 s";       // of the driver's requests

std::string Count(std::int64_t n, const char* one, const char* many) {
  return Grouped(n) + " " + (n == 1 ? one : many);
}

std::int64_t Size(const auto& all) {
  return static_cast<std::int64_t>(all.size());
}

/// The pages by their labels.
std::map<std::string, Exchange> PagesOf(const History& h) {
  std::map<std::string, Exchange> pages;
  for (Exchange& x : ExchangesOf(h)) pages.emplace(x.label, std::move(x));
  return pages;
}

/// "/debug/pprof/goroutine?debug=2"
std::string PathOf(const Exchange& x) {
  const std::size_t begin = x.request.find(' ');
  if (begin == x.request.npos) return x.label;
  return x.request.substr(begin + 1, x.request.find(' ', begin + 1) - begin - 1);
}

/// A page as a profile. Of a dump that is longer than what was kept, the goroutines that are whole.
Result<Profile> ProfileOf(const Exchange& x) {
  std::string body = x.body;
  if (x.BodyCut() && x.label == "dump") body.resize(std::min(body.rfind("\n\n"), body.size()));
  return ReadProfile(std::move(body), PathOf(x));
}

/// A page that has its profile whole, as far as the recording tells.
bool IsWhole(const Exchange& x) {
  return !x.BodyCut();
}

/// A person asks, and golab looks at the program's end.
bool ByHand(const Evidence& evidence) {
  return evidence.case_id == "yours";
}

// endpoint

constexpr CauseText kEndpointCauses[] = {
    {"nobody-listens", "nobody listens at {address} 5 s after the start",
     "profiles are asked for at the address of the flag addr (golab explain pprof)",
     "which line listens, and at which address?"},
    {"no-answer", "{path} gets no answer",
     "profiles are served beside what the program does (golab explain pprof)",
     "which goroutine accepts connections, and which one answers?"},
    {"status", "{path} is answered with status {status}",
     "golab/http_pprof.h registers the pages in DefaultServeMux (golab explain pprof)",
     "which mux does the server use, and who has registered the pages there?"},
    {"no-index", "{path} is answered with what is not the list of profiles",
     "golab/http_pprof.h registers the pages in DefaultServeMux (golab explain pprof)",
     "which handler answers there?"},
    {"no-profile", "{path} is answered with what is no profile of goroutines",
     "golab/http_pprof.h registers the pages in DefaultServeMux (golab explain pprof)",
     "which handler answers there?"},
    {"other-number", "{path} tells of {told} goroutines when {alive} are alive",
     "a profile is taken when it is asked for (golab explain pprof)",
     "when was what is served there written?"},
    {}};

/// How many goroutines of the program were alive between two events.
std::pair<int, int> AliveBetween(const History& h, Moment from, Moment to) {
  int least = 0, most = 0;
  bool inside = false;
  for (const LiveCount& change : LiveCounts(h)) {
    if (change.at > to) break;
    if (change.at <= from || !inside) {
      least = most = change.count;
      inside = change.at > from;
      continue;
    }
    least = std::min(least, change.count);
    most = std::max(most, change.count);
  }
  return {least, most};
}

/// What is wrong with what a page says, "" if nothing is.
Finding JudgePage(const History& h, const Exchange& x) {
  if (x.label == "index") {
    if (x.body.find("goroutine?debug=1") != x.body.npos) return Pass("");
    return Fail("no-index")
        .Set("path", PathOf(x))
        .Expected("a page with links to profiles")
        .Actual(Count(x.body_size, "byte", "bytes") + " of something else");
  }
  const auto profile = ProfileOf(x);
  const bool right = profile && profile->OfGoroutines() &&
                     profile->form == (x.label == "proto"    ? ProfileForm::kProto
                                       : x.label == "counts" ? ProfileForm::kCounts
                                                             : ProfileForm::kDump);
  if (!right) {
    return Fail("no-profile")
        .Set("path", PathOf(x))
        .Expected(x.label == "proto" ? "a profile.proto" : "goroutines with their stacks")
        .Actual(!profile                   ? profile.error().why
                : !profile->OfGoroutines() ? "a profile of " + std::string(profile->types[0].type)
                                           : "a profile in another form");
  }
  // In real time goroutines come and go while a profile is taken.
  if (h.world() == rt::World::kReal || !IsWhole(x)) return Pass("");
  const auto [least, most] = AliveBetween(h, x.asked, x.ended);
  const std::int64_t told = profile->Total();
  if (told >= least && told <= most) return Pass("");
  return Fail("other-number")
      .Set("path", PathOf(x))
      .Set("told", told)
      .Set("alive", told < least ? least : most)
      .Expected(least == most ? Grouped(least) : Grouped(least) + " to " + Grouped(most))
      .Actual(Grouped(told));
}

GOLAB_CHECK(Endpoint, "task5.endpoint", "the profiles of the program are served",
            info.causes = kEndpointCauses) {
  const History& h = evidence.history;
  if (ByHand(evidence)) {
    const auto requests = Size(h.EventsOf(rt::EventType::kRequestBegin));
    if (requests == 0) return Skip("real time: no request came");
    return Pass(Count(requests, "request", "requests"));
  }
  for (const PortSeen& port : PortsOf(h)) {
    if (port.good) continue;
    return Fail("nobody-listens")
        .Set("address", port.address)
        .Expected("a listener at " + port.address)
        .Actual("none")
        .At(port.at);
  }
  const auto pages = PagesOf(h);
  std::vector<const Exchange*> in_order;
  for (const auto& [label, x] : pages) in_order.push_back(&x);
  std::sort(in_order.begin(), in_order.end(),
            [](const Exchange* a, const Exchange* b) { return a->asked < b->asked; });
  for (const Exchange* x : in_order) {
    if (!x->Answered()) {
      if (x->ended == kNever && StoppedOnItsWay(h)) return Skip(kStopped);
      return Fail("no-answer")
          .Set("path", PathOf(*x))
          .Expected("status 200")
          .Actual(HowItEnded(*x, kPatience))
          .At(x->asked);
    }
    if (!x->AsWanted()) {
      return Fail("status")
          .Set("path", PathOf(*x))
          .Set("status", x->status)
          .Expected("status 200")
          .Actual("status " + std::to_string(x->status))
          .At(x->ended);
    }
    Finding wrong = JudgePage(h, *x);
    if (wrong.outcome == lab::Outcome::kFail) return wrong.At(x->ended);
  }
  if (pages.size() < 4) return Skip(kStopped);
  const auto counts = ProfileOf(pages.at("counts"));
  return Pass("/debug/pprof/ tells of " + Count(counts->Total(), "goroutine", "goroutines"));
}

// waiting

constexpr CauseText kWaitingCauses[] = {
    {"none", "no goroutine waits in [chan receive] on a channel of the program",
     "a receive waits until somebody sends or closes (golab explain \"chan receive\")",
     "which line starts those that should wait?"},
    {"fewer", "{count} {count|goroutine waits|goroutines wait} in [chan receive], not {n}",
     "\"created by\" names the line of the go call (golab explain created-by)",
     "how often does the loop run that starts them?"},
    {"more", "{count} goroutines wait in [chan receive], not {n}",
     "\"created by\" names the line of the go call (golab explain created-by)",
     "which of the sites does the task ask for?"},
    {"channels", "{count} goroutines wait on {channels} channels, not on one",
     "each MakeChan makes another channel (golab explain Chan)",
     "how often does the line run that makes the channel?"},
    {"other-reason", "{count} goroutines wait in {reason}, not in [chan receive]",
     "a wait reason says what would end the wait (golab explain wait-reason)",
     "which operation does each of them wait in?"},
    {"not-told", "the dump shows {told} of {count} goroutines in [chan receive]",
     "a dump lists every goroutine with its state (golab explain Stack)",
     "when was what is served there written?"},
    {}};

/// Those that wait for one thing.
struct Waiters {
  WaitReason reason = WaitReason::kNone;
  std::uint64_t object = 0;
  std::vector<const GoroutineLife*> all;
};

/// Goroutines of the program but main, by what they wait for at `m`; the largest group first, of
/// equal ones that in [chan receive].
std::vector<Waiters> WaitersAt(const History& h, Moment m) {
  std::map<std::pair<WaitReason, std::uint64_t>, Waiters> groups;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.system || g.IsMain() || !g.AliveAt(m)) continue;
    const Wait* wait = g.WaitAt(m);
    if (wait == nullptr) continue;
    // A nil channel, a sleep or an empty select is nobody's in particular.
    Waiters& group = groups[{wait->reason, wait->object}];
    group.reason = wait->reason;
    group.object = wait->object;
    group.all.push_back(&g);
  }
  std::vector<Waiters> sorted;
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  std::stable_sort(sorted.begin(), sorted.end(), [](const Waiters& a, const Waiters& b) {
    if (a.all.size() != b.all.size()) return a.all.size() > b.all.size();
    return a.reason == WaitReason::kChanReceive && b.reason != WaitReason::kChanReceive;
  });
  return sorted;
}

/// "created by" of goroutines: place and how many, most first.
std::vector<std::pair<Frame, int>> SitesOf(const History& h,
                                           const std::vector<const GoroutineLife*>& all) {
  std::vector<std::pair<Frame, int>> sites;
  for (const GoroutineLife* g : all) {
    const Frame at = h.OwnFrame(g->creation_stack);
    const auto found = std::find_if(sites.begin(), sites.end(), [&](const auto& site) {
      return site.first.file == at.file && site.first.line == at.line;
    });
    if (found == sites.end()) {
      sites.emplace_back(at, 1);
    } else {
      ++found->second;
    }
  }
  std::stable_sort(sites.begin(), sites.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return sites;
}

/// Where those of a failure were created, and where the first of them waits.
Finding& ShowSites(const History& h, const std::vector<const GoroutineLife*>& all, Moment m,
                   Finding& finding) {
  if (all.empty()) return finding;
  const auto sites = SitesOf(h, all);
  for (const auto& [at, count] : sites) finding.sites.push_back({count, FileLine(at)});
  if (sites.size() > 1) finding.Show(Picture::kSites);
  // The rarest site is the one that is not like the others.
  const Frame& odd = sites.back().first;
  const auto one = std::find_if(all.begin(), all.end(), [&](const GoroutineLife* g) {
    return h.OwnFrame(g->creation_stack).line == odd.line;
  });
  const std::uint32_t id = (*one)->id;
  finding.PlaceAt(odd, "created-at",
                  sites.back().second == 1 ? Who(id) + " is created here"
                                           : Grouped(sites.back().second) + " are created here",
                  id);
  if (const Wait* wait = (*one)->WaitAt(m); wait != nullptr) {
    finding.PlaceOf(h, wait->stack, "waits-at",
                    Who(id) + " waits here: " + InBrackets(wait->reason), id);
  }
  return finding;
}

/// The largest group in [chan receive]; null if there is none.
const Waiters* MostReceivers(const std::vector<Waiters>& groups) {
  const auto found = std::find_if(groups.begin(), groups.end(), [](const Waiters& group) {
    return group.reason == WaitReason::kChanReceive;
  });
  return found == groups.end() ? nullptr : &*found;
}

Finding WrongNumber(const Evidence& evidence, const std::vector<Waiters>& groups, Moment m) {
  const History& h = evidence.history;
  const std::int64_t n = evidence.Int("n");
  const std::string wanted = Grouped(n) + " in [chan receive] on one channel";
  const Waiters* most = MostReceivers(groups);
  const std::int64_t count = most == nullptr ? 0 : Size(most->all);
  if (count > n) {
    Finding finding =
        Fail("more").Set("count", count).Set("n", n).Expected(wanted).Actual(Grouped(count));
    return ShowSites(h, most->all, m, finding).At(m);
  }
  // All that receive, on whichever channel.
  std::vector<const GoroutineLife*> receivers;
  std::int64_t channels = 0;
  for (const Waiters& group : groups) {
    if (group.reason != WaitReason::kChanReceive) continue;
    if (h.OwnFrame(group.all.front()->creation_stack).line == 0) continue;  // of the server's
    ++channels;
    receivers.insert(receivers.end(), group.all.begin(), group.all.end());
  }
  if (channels > 1 && Size(receivers) >= n) {
    Finding finding = Fail("channels")
                          .Set("count", Size(receivers))
                          .Set("channels", channels)
                          .Expected(wanted)
                          .Actual("at most " + Grouped(count) + " on one");
    if (const auto channel = FindChannel(h, most->object))
      finding.PlaceOf(h, channel->stack, "made-at", "one of the channels is made here");
    return ShowSites(h, receivers, m, finding).At(m);
  }
  // One by itself is the server's, or somebody else's.
  if (!groups.empty() && Size(groups.front().all) > std::max<std::int64_t>(count, 1) &&
      h.OwnFrame(groups.front().all.front()->creation_stack).line > 0) {
    const Waiters& other = groups.front();
    Finding finding = Fail("other-reason")
                          .Set("count", Size(other.all))
                          .Set("reason", InBrackets(other.reason))
                          .Expected(wanted)
                          .Actual(Grouped(count));
    return ShowSites(h, other.all, m, finding).At(m);
  }
  if (count == 0 || h.OwnFrame(most->all.front()->creation_stack).line == 0)
    return Fail("none").Expected(wanted).Actual("0").At(m);
  Finding finding =
      Fail("fewer").Set("count", count).Set("n", n).Expected(wanted).Actual(Grouped(count));
  return ShowSites(h, most->all, m, finding).At(m);
}

/// How many of these a dump shows in [chan receive].
std::int64_t ToldOf(const Profile& dump, const std::vector<const GoroutineLife*>& all) {
  std::set<std::uint64_t> told;
  for (const ProfileStack& g : dump.stacks) {
    if (g.state == "chan receive") told.insert(g.goroutine);
  }
  return std::count_if(all.begin(), all.end(),
                       [&](const GoroutineLife* g) { return told.contains(g->id); });
}

GOLAB_CHECK(Waiting, "task5.waiting", "n goroutines wait in [chan receive] on one channel",
            info.needs = "endpoint", info.causes = kWaitingCauses) {
  const History& h = evidence.history;
  const auto pages = PagesOf(h);
  const auto page = pages.find("dump");
  const bool asked = page != pages.end() && page->second.Answered();
  const bool exited = h.ending().kind == Ending::Kind::kExit;
  if (!asked && (!ByHand(evidence) || exited)) return Skip(kStopped);
  const Moment m = asked ? page->second.ended : EndOf(h);
  const std::vector<Waiters> groups = WaitersAt(h, m);
  const Waiters* most = MostReceivers(groups);
  if (most == nullptr || Size(most->all) != evidence.Int("n"))
    return WrongNumber(evidence, groups, m);
  const auto dump = asked ? ProfileOf(page->second) : Profile{};
  const std::int64_t told = asked && dump ? ToldOf(*dump, most->all) : 0;
  if (asked && IsWhole(page->second) && told != Size(most->all)) {
    return Fail("not-told")
        .Set("told", told)
        .Set("count", Size(most->all))
        .Expected(Grouped(Size(most->all)))
        .Actual(Grouped(told))
        .At(m);
  }
  const auto sites = SitesOf(h, most->all);
  std::string fact = Grouped(Size(most->all)) + " in [chan receive] on one channel";
  if (sites.size() == 1 && sites[0].first.line > 0)
    fact += ", created by " + sites[0].first.function + " at " + FileLine(sites[0].first);
  return Pass(fact);
}

// main-waits

constexpr CauseText kMainWaitsCauses[] = {
    {"returns", "main returned at {when}",
     "when main returns, the program ends, whoever waits (golab explain join)",
     "what does main wait for after it has started the others?"},
    {"busy", "main computes on and on: it ran {turns} turns of 10 ms",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "which operation parks a goroutine for ever?"},
    {"asks-again", "main wakes {count} times in {length}, and nothing has happened",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "which operation parks a goroutine for ever?"},
    {}};

/// Main's stops from `from` on that were forced.
std::vector<Moment> Preempted(const GoroutineLife& main, Moment from) {
  std::vector<Moment> all;
  std::copy_if(main.preemptions.begin(), main.preemptions.end(), std::back_inserter(all),
               [from](Moment m) { return m >= from; });
  return all;
}

/// The end of `main`'s last wait before `m`: since when it does not wait. Its start if it never
/// did.
Moment AwakeSince(const GoroutineLife& main, Moment m) {
  Moment since = main.started;
  for (const Wait& wait : main.waits) {
    if (wait.end != kNever && wait.end <= m) since = wait.end;
  }
  return since;
}

Finding Busy(const History& h, Moment from) {
  const std::vector<Moment> forced = Preempted(h.main(), from);
  Finding finding = Fail("busy")
                        .Set("turns", Size(forced))
                        .Expected("main parked, for ever")
                        .Actual("main runs, or is ready to")
                        .At(from)
                        .Blame(h.main());
  if (forced.empty()) return finding;
  return finding.PlaceOf(h, h.events()[forced.front()].stack, "busy-at", "main runs here", 1);
}

GOLAB_CHECK(MainWaits, "task5.main-waits", "main waits for ever, and does not look again and again",
            info.causes = kMainWaitsCauses) {
  const History& h = evidence.history;
  const GoroutineLife& main = h.main();
  if (h.main_return() != kNever || main.ended != kNever) {
    const Moment at = h.main_return() != kNever ? h.main_return() : main.ended;
    return Fail("returns")
        .Set("when", InSeconds(h.TimeAt(at)))
        .Expected("main waits for ever")
        .Actual("it returned")
        .At(at);
  }
  // From the last answer on nobody asks for anything. Connections end a moment later.
  const auto pages = PagesOf(h);
  const auto last = pages.find("dump");
  const bool looked_on = last != pages.end() && last->second.ended != kNever;
  const Moment end = h.ending().at != kNever ? h.ending().at : h.last();
  const bool awake = main.WaitAt(end) == nullptr;
  if (!looked_on) {
    // A main that keeps the processor to itself may keep the answers from coming.
    const Moment since = awake && main.started != kNever ? AwakeSince(main, end) : kNever;
    if (since != kNever && Preempted(main, since).size() >= 2) return Busy(h, since);
    const Wait* wait = main.WaitAt(end);
    if (ByHand(evidence) && wait != nullptr)
      return Pass("main waits in " + InBrackets(wait->reason));
    return Skip(kStopped);
  }
  const std::uint64_t quiet = h.TimeAt(last->second.ended) + kSecond;
  Moment begin = last->second.ended;
  while (begin < end && h.TimeAt(begin) < quiet) ++begin;
  if (awake) {
    const Moment since = AwakeSince(main, end);
    if (since <= begin) return Busy(h, since);
  }
  std::int64_t wakes = 0;
  const Wait* first = nullptr;
  for (const Wait& wait : main.waits) {
    if (wait.end == kNever || wait.end <= begin || wait.end > end) continue;
    if (first == nullptr) first = &wait;
    ++wakes;
  }
  std::int64_t turns = 0;  // runs that no wait came before: Gosched
  for (const Stretch& stretch : main.stretches)
    turns += stretch.begin > begin && stretch.begin <= end ? 1 : 0;
  if (std::max(wakes, turns) > kWakesAllowed) {
    Finding finding = Fail("asks-again")
                          .Set("count", std::max(wakes, turns))
                          .Set("length", InSeconds(h.TimeAt(end) - h.TimeAt(begin)))
                          .Expected("main parked, for ever")
                          .Actual("main wakes again and again")
                          .At(begin)
                          .Blame(main);
    if (first != nullptr)
      finding.PlaceOf(h, first->stack, "waits-at",
                      "main waits here, and comes back: " + InBrackets(first->reason), 1);
    return finding;
  }
  const Wait* wait = main.WaitAt(end);
  return Pass(wait == nullptr ? "main waits" : "main waits in " + InBrackets(wait->reason));
}

// creators: the variation

constexpr CauseText kCreatorsCauses[] = {
    {"one", "all {count} that wait are created by {function}",
     "\"created by\" names the function with the go call (golab explain created-by)",
     "which other functions could start some of them?"},
    {"not-told", "the dump names the creators of {told} of {count} goroutines",
     "a dump says who created each goroutine (golab explain created-by)", ""},
    {}};

GOLAB_CHECK(Creators, "task5.creators", "those that wait were created in several functions",
            info.needs = "waiting", info.variations = "sites", info.causes = kCreatorsCauses) {
  const History& h = evidence.history;
  const auto pages = PagesOf(h);
  const auto page = pages.find("dump");
  if (page == pages.end() || !page->second.Answered()) return Skip(kStopped);
  const Moment m = page->second.ended;
  const std::vector<Waiters> groups = WaitersAt(h, m);
  const Waiters* most = MostReceivers(groups);
  const auto dump = ProfileOf(page->second);
  if (most == nullptr || !dump) return Skip(kStopped);
  std::set<std::uint64_t> ids;
  for (const GoroutineLife* g : most->all) ids.insert(g->id);
  std::map<std::string, std::int64_t> by_creator;
  std::int64_t told = 0;
  for (const ProfileStack& g : dump->stacks) {
    if (!ids.contains(g.goroutine) || g.created_at.function.empty()) continue;
    by_creator[std::string(g.created_at.function)] += 1;
    ++told;
  }
  if (told == 0 || (IsWhole(page->second) && told != Size(ids))) {
    return Fail("not-told")
        .Set("told", told)
        .Set("count", Size(ids))
        .Expected("created by ... for each")
        .Actual(Grouped(told))
        .At(m);
  }
  if (by_creator.size() < 2) {
    Finding finding = Fail("one")
                          .Set("count", Size(ids))
                          .Set("function", by_creator.begin()->first)
                          .Expected("2 functions or more")
                          .Actual("1");
    return ShowSites(h, most->all, m, finding).At(m);
  }
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [function, count] : by_creator) sorted.emplace_back(-count, function);
  std::sort(sorted.begin(), sorted.end());
  std::string fact;
  for (const auto& [count, function] : sorted)
    fact += (fact.empty() ? "" : ", ") + Grouped(-count) + " created by " + function;
  return Pass(fact);
}

}  // namespace
}  // namespace golab::lab
