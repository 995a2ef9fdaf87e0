// Checks of task12. golab's clients (cases/clients.h) come in groups with a pause behind each. A
// request is what the server recorded of it; to it belong the goroutines that its handler created,
// and those that they created. What a client did and got is in the recording, too.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "golab/driver.h"

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/outside.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using driver::Outcome;
using rt::EventType;

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1'000 * kMs;
constexpr std::uint64_t kLogAfter = 100 * kMs;
constexpr char kWritten[] = "log entry written";
constexpr char kAborted[] = "request canceled; aborting log";
constexpr char kCount[] = "goroutines: %d";
constexpr char kPatience[] = "5 s";  // of golab's clients

/// A line that says one of the two.
struct LogLine {
  const Line* line = nullptr;
  bool written = false;
};

/// One request as the server saw it.
struct Request {
  std::uint32_t g = 0;  ///< of its handler
  Moment begin = kNever;
  Moment end = kNever;   ///< the handler has returned
  Moment left = kNever;  ///< its client has gone, and the server has seen that; before `end`
  Moment told = kNever;  ///< from here on others may know of `left`
  std::vector<const GoroutineLife*> born;
  std::vector<LogLine> lines;

  bool ClientLeft() const { return left != kNever; }

  /// When its context ended.
  Moment Ended() const { return std::min(left, end); }
};

/// All requests of a run, and who belongs to them.
class Requests {
 public:
  explicit Requests(const Evidence& evidence) : h_(evidence.history) {
    TakeHandlers();
    TakeWatchers(evidence.InRealTime());
    TakeBirths();
    TakeLines();
  }

  std::vector<Request> all;     ///< by beginning
  std::vector<LogLine> others;  ///< said by goroutines that belong to no request

  std::size_t Lines() const {
    std::size_t count = others.size();
    for (const Request& r : all) count += r.lines.size();
    return count;
  }

 private:
  void TakeHandlers() {
    std::map<std::uint32_t, std::size_t> open;
    for (Moment m = 0; m < h_.events().size(); ++m) {
      const rt::Record& record = h_.events()[m];
      const auto type = static_cast<EventType>(record.type);
      if (type == EventType::kRequestBegin) {
        open[record.g] = all.size();
        Request& r = all.emplace_back();
        r.g = record.g;
        r.begin = m;
        of_handler_[record.g].push_back(all.size() - 1);
      } else if (type == EventType::kRequestEnd) {
        const auto it = open.find(record.g);
        if (it == open.end()) continue;
        all[it->second].end = m;
        open.erase(it);
      }
    }
  }

  /// The request whose handler ran on `g` at `m`, if one did.
  Request* HandledAt(std::uint32_t g, Moment m) {
    const auto it = of_handler_.find(g);
    if (it == of_handler_.end()) return nullptr;
    for (const std::size_t i : it->second) {
      if (all[i].begin < m && (all[i].end == kNever || m < all[i].end)) return &all[i];
    }
    return nullptr;
  }

  /// The server's second goroutine of a connection ends while the handler runs if the client has
  /// gone. (Or if it has sent more, as golab's clients do not; then no channel is closed.)
  void TakeWatchers(bool real) {
    for (const GoroutineLife& g : h_.goroutines()) {
      if (g.ended == kNever || !of_handler_.contains(g.creator)) continue;
      if (h_.OwnFrame(g.creation_stack).line > 0) continue;
      Request* r = HandledAt(g.creator, g.ended);
      // It is there before the handler, which may be wrapped in one of the server's own.
      if (r == nullptr || (real ? !ClosesSomething(g) : g.created > r->begin)) continue;
      r->left = g.ended;
      r->told = g.waits.empty() || g.waits.back().end == kNever ? g.created : g.waits.back().end;
    }
  }

  bool ClosesSomething(const GoroutineLife& g) const {
    for (const Moment m : h_.EventsOf(EventType::kClose)) {
      if (h_.events()[m].g == g.id) return true;
    }
    return false;
  }

  void TakeBirths() {
    for (const GoroutineLife& g : h_.goroutines()) {
      if (g.system || g.IsMain()) continue;
      Request* r = nullptr;
      if (const auto it = of_born_.find(g.creator); it != of_born_.end()) {
        r = &all[it->second];
      } else {
        r = HandledAt(g.creator, g.created);
      }
      if (r == nullptr) continue;
      // The server's own are no work of the handler's, unless the handler has them run it.
      const bool own = h_.OwnFrame(g.creation_stack).line > 0;
      if (!own && g.creator == r->g && g.ended != kNever && r->left == g.ended) continue;
      of_born_[g.id] = static_cast<std::size_t>(r - all.data());
      if (own) r->born.push_back(&g);
    }
  }

  void TakeLines() {
    for (const Line& line : h_.lines()) {
      const bool written = MatchWithin(kWritten, line.text).has_value();
      if (!written && !MatchWithin(kAborted, line.text)) continue;
      const LogLine said{&line, written};
      if (const auto it = of_born_.find(line.g); it != of_born_.end()) {
        all[it->second].lines.push_back(said);
      } else if (Request* r = HandledAt(line.g, line.at)) {
        r->lines.push_back(said);
      } else {
        others.push_back(said);
      }
    }
  }

  const History& h_;
  std::map<std::uint32_t, std::vector<std::size_t>> of_handler_;  // requests by their handler's g
  std::map<std::uint32_t, std::size_t> of_born_;                  // request by who belongs to it
};

/// Whether `to` is later than `from` by more than `length` and what is right in any case. Virtual
/// time only.
bool Overdue(const History& h, Moment from, Moment to, std::uint64_t length) {
  const std::uint64_t took = h.TimeAt(to) - h.TimeAt(from);
  if (took <= length + kLate) return false;
  const std::uint64_t until = h.TimeAt(from) + length + kLate;
  Moment limit = from;
  while (limit < to && h.TimeAt(limit) <= until) ++limit;
  std::uint64_t preempted = 0;
  for (const GoroutineLife& g : h.goroutines()) {
    preempted +=
        static_cast<std::uint64_t>(std::count_if(g.preemptions.begin(), g.preemptions.end(),
                                                 [&](Moment m) { return m > from && m <= limit; }));
  }
  return took > length + kLate + preempted * kLateEach;
}

std::string Count(std::int64_t n, const char* one, const char* many) {
  return Grouped(n) + " " + (n == 1 ? one : many);
}

StoryStep Step(const History& h, Moment m, std::string who, std::string what, const Frame& where) {
  return {InSeconds(h.TimeAt(m)), std::move(who), std::move(what),
          where.line > 0 ? FileLine(where) : ""};
}

Frame CreatedAt(const History& h, const GoroutineLife& g) {
  return h.OwnFrame(g.creation_stack);
}

/// golab's clients that stay until they have their answer.
bool Stays(const Exchange& x) {
  return x.label != "leaves" && x.label != "resets";
}

// serves

constexpr CauseText kServesCauses[] = {
    {"nobody-listens", "nobody listens at {address} 5 s after the start",
     "a server listens at the address of its flag addr",
     "which line listens, and at which address?"},
    {"no-answer", "{count} of {total} requests get no answer",
     "the answer ends when its handler returns (golab explain handler)",
     "what does the handler wait for, and who ends that wait?"},
    {"broken-off", "{count} of {total} requests are broken off without an answer",
     "a handler's panic ends its connection (golab explain handler)", ""},
    {"status", "{count} of {total} requests are answered with status {status}",
     "a handler answers 200 unless it says otherwise (golab explain handler)",
     "for which path is the handler registered?"},
    {}};

GOLAB_CHECK(Serves, "task12.serves", "each client that stays is answered",
            info.causes = kServesCauses) {
  const History& h = evidence.history;
  if (evidence.InRealTime()) {
    const auto requests = h.EventsOf(EventType::kRequestBegin).size();
    if (requests == 0) return Skip("real time: no request came");
    return Pass(Count(static_cast<std::int64_t>(requests), "request", "requests"));
  }
  for (const PortSeen& port : PortsOf(h)) {
    if (port.good) continue;
    return Fail("nobody-listens")
        .Set("address", port.address)
        .Expected("a listener at " + port.address)
        .Actual("none")
        .At(port.at);
  }
  std::int64_t total = 0, answered = 0, failed = 0;
  const Exchange* first = nullptr;
  const std::vector<Exchange> exchanges = ExchangesOf(h);
  for (const Exchange& x : exchanges) {
    if (!Stays(x)) continue;
    ++total;
    if (x.AsWanted()) {
      ++answered;
      continue;
    }
    if (x.ended == kNever && StoppedOrExited(h)) continue;
    ++failed;
    if (first == nullptr) first = &x;
  }
  if (first != nullptr) {
    const bool broken = first->outcome == static_cast<std::uint8_t>(Outcome::kClosed) ||
                        first->outcome == static_cast<std::uint8_t>(Outcome::kReset);
    Finding finding = Fail(first->Answered() ? "status"
                           : broken          ? "broken-off"
                                             : "no-answer")
                          .Set("count", failed)
                          .Set("total", total)
                          .Set("status", first->status)
                          .Expected("status 200")
                          .Actual(HowItEnded(*first, kPatience))
                          .At(first->asked);
    if (first->Answered() || broken) return finding;
    // Where the handler of the first that is not answered waits.
    const Moment until = first->ended == kNever ? EndOf(h) : first->ended - 1;
    for (const Moment m : h.EventsOf(EventType::kRequestBegin)) {
      if (m < first->asked || m > until) continue;
      const GoroutineLife* g = h.Find(h.events()[m].g);
      const Wait* wait = g == nullptr ? nullptr : g->WaitAt(until);
      if (wait == nullptr) continue;
      finding.Blame(*g).PlaceOf(h, wait->stack, "waits-at",
                                "the handler waits here: " + InBrackets(wait->reason), g->id);
      break;
    }
    return finding;
  }
  if (StoppedOrExited(h) || total == 0) return Skip(kStopped);
  return Pass(Count(answered, "request", "requests") + " answered with status 200");
}

// births

constexpr CauseText kBirthsCauses[] = {{"none", "{count} of {total} requests start no goroutine",
                                        "go starts a goroutine for this request (golab explain go)",
                                        "which line of the handler starts one?"},
                                       {}};

GOLAB_CHECK(Births, "task12.births", "each request starts at least one goroutine",
            info.needs = "serves", info.causes = kBirthsCauses) {
  const History& h = evidence.history;
  const Requests requests(evidence);
  std::int64_t none = 0, total = 0, born = 0;
  const Request* first = nullptr;
  for (const Request& r : requests.all) {
    if (r.end == kNever && r.born.empty()) continue;  // may come yet
    ++total;
    born += static_cast<std::int64_t>(r.born.size());
    if (!r.born.empty()) continue;
    ++none;
    if (first == nullptr) first = &r;
  }
  if (first == nullptr) {
    if (total == 0) return Skip("not judged: no request was handled");
    return Pass(Count(total, "request", "requests") + ", " +
                Count(born, "goroutine", "goroutines"));
  }
  Finding finding = Fail("none")
                        .Set("count", none)
                        .Set("total", total)
                        .Expected("1 or more for each")
                        .Actual("0 for the first of them, at " + InSeconds(h.TimeAt(first->begin)))
                        .At(first->begin);
  // What the handler does in its place: where it waits, or where it says its line.
  const GoroutineLife* g = h.Find(first->g);
  if (g == nullptr) return finding;
  for (const Wait& wait : g->waits) {
    if (wait.begin < first->begin || wait.begin > first->end) continue;
    return finding.PlaceOf(h, wait.stack, "waits-at",
                           "the handler itself waits here: " + InBrackets(wait.reason), g->id);
  }
  return finding;
}

// tied

constexpr CauseText kTiedCauses[] = {
    {"left", "the client left at {when}, its goroutine went on to {until}",
     "work for a request takes the request's context (golab explain context)",
     "which context ends when this client goes away, and who waits for it?"},
    {"returned", "the handler returned at {when}, its goroutine went on to {until}",
     "a request's context ends with its handler (golab explain handler)",
     "which context does the goroutine wait for, and when does that end?"},
    {}};

/// When a goroutine of the request last worked for it: it ended, or said its line. kNever: it does
/// neither.
Moment WorkedUntil(const Request& r, const GoroutineLife& g) {
  for (const LogLine& said : r.lines) {
    if (said.line->g == g.id && (g.ended == kNever || said.line->at < g.ended))
      return said.line->at;
  }
  return g.ended;
}

GOLAB_CHECK(Tied, "task12.tied", "the end of a request's context ends its goroutine",
            info.needs = "births", info.variations = "-", info.real_time = false,
            info.causes = kTiedCauses) {
  const History& h = evidence.history;
  const Requests requests(evidence);
  std::int64_t left = 0, judged = 0;
  for (const Request& r : requests.all) {
    const Moment ended = r.Ended();
    if (ended == kNever) continue;
    for (const GoroutineLife* g : r.born) {
      const Moment until = WorkedUntil(r, *g);
      // Whoever stays for ever is told of by no-growth.
      if (until == kNever || until <= ended || !Overdue(h, ended, until, 0)) continue;
      Finding finding = Fail(r.ClientLeft() ? "left" : "returned")
                            .Set("when", InSeconds(h.TimeAt(ended)))
                            .Set("until", InSeconds(h.TimeAt(until)))
                            .Expected(r.ClientLeft() ? "ends when the client leaves"
                                                     : "ends when the handler returns")
                            .Actual(InSeconds(h.TimeAt(until) - h.TimeAt(ended)) + " later")
                            .At(ended)
                            .Blame(*g)
                            .Show(Picture::kStory);
      const Wait* wait = g->WaitAt(ended);
      if (wait != nullptr) {
        finding.PlaceOf(h, wait->stack, "waits-at",
                        Who(g->id) + " waits on: " + InBrackets(wait->reason), g->id);
      }
      finding.PlaceAt(CreatedAt(h, *g), "created-at", Who(g->id) + " is created here", g->id);
      finding.story = {
          Step(h, r.begin, Who(r.g), "begins to handle the request", {}),
          Step(h, g->created, Who(r.g), "creates " + Who(g->id), CreatedAt(h, *g)),
          Step(h, ended, r.ClientLeft() ? "the client" : Who(r.g),
               r.ClientLeft() ? "has gone; the request's context ends"
                              : "returns; the request's context ends",
               {}),
          Step(h, until, Who(g->id), g->ended == until ? "ends" : "says its line", {})};
      if (r.ClientLeft())
        finding.Note("it also ends when the handler returns, as in Go (golab show task12)");
      return finding;
    }
    ++judged;
    left += r.ClientLeft() ? 1 : 0;
  }
  if (StoppedOrExited(h) || judged == 0) return Skip(kStopped);
  return Pass(Grouped(left) + " by clients that left, " + Grouped(judged - left) +
              " by handlers that returned");
}

// no-growth

constexpr CauseText kGrowthCauses[] = {
    {"send", "{count} {count|goroutine stays|goroutines stay} in [chan send] after {group}",
     "each send needs a receive or room (golab explain send)",
     "who receives what is sent there, also when the handler has returned?"},
    {"receive", "{count} {count|goroutine stays|goroutines stay} in [chan receive] after {group}",
     "each receive needs a send or a close (golab explain \"chan receive\")",
     "who was to send or to close, and when?"},
    {"stays", "{count} {count|goroutine stays|goroutines stay} after {group}",
     "what a request starts ends with it (golab explain leak)", "what ends this wait?"},
    {}};

/// Groups of clients, and the pause behind each.
struct Group {
  std::string label;
  Moment from = kNever;
  Moment settled = kNever;  ///< before the next group, or the end
};

std::vector<Group> GroupsOf(const History& h) {
  std::vector<Group> groups;
  for (const Exchange& x : ExchangesOf(h)) {
    if (!groups.empty() && groups.back().label == x.label) continue;
    if (x.label == "resets") continue;  // with those that leave
    if (!groups.empty()) groups.back().settled = x.asked;
    groups.push_back({x.label, x.asked, kNever});
  }
  if (!groups.empty() && !StoppedOrExited(h)) groups.back().settled = EndOf(h);
  return groups;
}

std::string GroupInWords(const std::string& label) {
  if (label == "one") return "the first request";
  if (label == "together") return "the requests that came at once";
  if (label == "leaves") return "the clients that left";
  return label;
}

GOLAB_CHECK(NoGrowth, "task12.no-growth", "what handlers started is gone after each wave",
            info.needs = "births", info.variations = "-", info.real_time = false,
            info.causes = kGrowthCauses) {
  const History& h = evidence.history;
  const Requests requests(evidence);
  std::int64_t groups_judged = 0;
  for (const Group& group : GroupsOf(h)) {
    if (group.settled == kNever) continue;
    ++groups_judged;
    std::vector<const GoroutineLife*> stay;
    for (const Request& r : requests.all) {
      if (r.begin > group.settled) continue;
      for (const GoroutineLife* g : r.born) {
        if (g->created < group.settled && g->AliveAt(group.settled)) stay.push_back(g);
      }
    }
    if (stay.empty()) continue;
    const GoroutineLife& first = *stay.front();
    const Wait* wait = first.WaitAt(group.settled);
    const char* cause = wait == nullptr                                ? "stays"
                        : wait->reason == rt::WaitReason::kChanSend    ? "send"
                        : wait->reason == rt::WaitReason::kChanReceive ? "receive"
                                                                       : "stays";
    Finding finding = Fail(cause)
                          .Set("count", static_cast<std::int64_t>(stay.size()))
                          .Set("group", GroupInWords(group.label))
                          .Expected("0, 0.5 s after the last answer")
                          .Actual(Grouped(static_cast<std::int64_t>(stay.size())))
                          .At(wait != nullptr ? wait->begin : group.settled)
                          .ExpectAlive(0, group.settled);
    for (const GoroutineLife* g : stay) finding.Blame(*g);
    if (wait != nullptr) {
      finding.PlaceOf(h, wait->stack, "waits-at",
                      Who(first.id) + " waits here: " + InBrackets(wait->reason), first.id);
    }
    return finding.PlaceAt(CreatedAt(h, first), "created-at", Who(first.id) + " is created here",
                           first.id);
  }
  if (groups_judged == 0) return Skip(kStopped);
  return Pass("0 left after each of " + Grouped(groups_judged) + " groups of clients");
}

// once

constexpr CauseText kOnceCauses[] = {
    {"twice", "one request logs {count} lines",
     "each request logs one of the two lines, once (golab explain select)",
     "which ways lead through both lines of output?"},
    {"none", "{count} of {total} requests log nothing",
     "each request logs one of the two lines, once (golab explain select)",
     "which way through the goroutine has no line of output?"},
    {"early", "'log entry written' appears {length} after the request began",
     "the entry is due after 100 ms (golab explain timer)",
     "what does the goroutine wait for before it logs?"},
    {"late", "'log entry written' appears {length} after the request began",
     "the entry is due after 100 ms (golab explain timer)",
     "when does the 100 ms begin, and what is waited for besides?"},
    {"live", "'request canceled' appears while client and handler are there",
     "a request's context ends with its client or handler (golab explain handler)",
     "which case of the select leads to this line?"},
    {"other-kind", "{count} entries are written, and {due} requests lived for 100 ms",
     "a request's context ends with its client or handler (golab explain handler)",
     "what does the one who writes know of the request's context?"},
    {"total", "{count} lines are logged for {total} requests",
     "each request logs one of the two lines, once (golab explain select)", ""},
    {}};

/// What is wrong with a line of a request, if anything is.
const char* FaultOf(const Evidence& evidence, const Request& r, const LogLine& said) {
  const History& h = evidence.history;
  const std::uint64_t at = h.TimeAt(said.line->at), began = h.TimeAt(r.begin);
  const bool real = evidence.InRealTime();
  if (said.written) {
    if (at < began + kLogAfter) return "early";
    return !real && Overdue(h, r.begin, said.line->at, kLogAfter) ? "late" : nullptr;
  }
  const Moment ended = std::min(r.end, r.told);
  if (real || (ended == kNever && StoppedOrExited(h))) return nullptr;
  // One that cancels in front of its return is as good as one that returns.
  return ended == kNever || h.TimeAt(ended) > at + kLate ? "live" : nullptr;
}

/// Of the requests that say nothing themselves: for how many somebody else has an entry to write.
struct Due {
  std::int64_t least = 0;
  std::vector<std::uint64_t> at;  ///< when each may come, of all that may
};

Due DueFromOthers(const History& h, const Requests& requests) {
  // Where the end of a context and the 100 ms come together, either line is right.
  constexpr std::uint64_t kTogether = kLate + kLateEach;
  Due due;
  for (const Request& r : requests.all) {
    if (!r.lines.empty()) continue;
    const std::uint64_t at = h.TimeAt(r.begin) + kLogAfter;
    const bool ended = r.Ended() != kNever;
    if (!ended || h.TimeAt(r.Ended()) > at + kTogether) ++due.least;
    if (!ended || h.TimeAt(r.Ended()) + kTogether >= at) due.at.push_back(at);
  }
  return due;
}

/// What somebody said who says the lines of several requests.
Finding OfOthers(const History& h, const Requests& requests, const std::string& said) {
  const Due due = DueFromOthers(h, requests);
  std::vector<const Line*> entries;
  for (const LogLine& line : requests.others) {
    if (line.written) entries.push_back(line.line);
  }
  const auto count = static_cast<std::int64_t>(entries.size());
  const auto most = static_cast<std::int64_t>(due.at.size());
  if (count < due.least || count > most) {
    return Fail("other-kind")
        .Set("count", count)
        .Set("due", count > most ? most : due.least)
        .Expected("an entry for each of these, no other")
        .Actual(Grouped(count))
        .At(requests.others.front().line->at);
  }
  // Whose line it is, nobody knows; but the first cannot come before the first is due, and so on.
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]->time >= due.at[i]) continue;
    const std::uint64_t length = entries[i]->time + kLogAfter - due.at[i];
    return Fail("early")
        .Set("length", InSeconds(length))
        .Expected("0.100 s after it")
        .Actual(InSeconds(length))
        .At(entries[i]->at);
  }
  return Pass(said);
}

Finding& PlaceOfLine(const History& h, const Request& r, Finding& finding) {
  if (!r.born.empty()) {
    const GoroutineLife& g = *r.born.front();
    finding.Blame(g).PlaceAt(CreatedAt(h, g), "created-at", Who(g.id) + " is created here", g.id);
  }
  return finding;
}

GOLAB_CHECK(Once, "task12.once", "each request logs exactly one of the two lines",
            info.needs = "births tied no-growth", info.variations = "-",
            info.causes = kOnceCauses) {
  const History& h = evidence.history;
  const Requests requests(evidence);
  std::int64_t written = 0, aborted = 0, finished = 0, silent = 0;
  const Request* first_silent = nullptr;
  for (const Request& r : requests.all) {
    if (r.lines.size() > 1) {
      Finding finding = Fail("twice")
                            .Set("count", static_cast<std::int64_t>(r.lines.size()))
                            .Expected("1 line")
                            .Actual("'" + std::string(r.lines[0].written ? kWritten : kAborted) +
                                    "' at " + InSeconds(r.lines[0].line->time) + ", '" +
                                    (r.lines[1].written ? kWritten : kAborted) + "' at " +
                                    InSeconds(r.lines[1].line->time))
                            .At(r.lines[1].line->at);
      return PlaceOfLine(h, r, finding);
    }
    for (const LogLine& said : r.lines) {
      (said.written ? written : aborted) += 1;
      const char* fault = FaultOf(evidence, r, said);
      if (fault == nullptr) continue;
      const std::uint64_t length = h.TimeAt(said.line->at) - h.TimeAt(r.begin);
      Finding finding =
          Fail(fault)
              .Set("length", InSeconds(length))
              .Expected(said.written ? "0.100 s after it" : "'log entry written'")
              .Actual(said.written ? InSeconds(length) : "'request canceled; aborting log'")
              .At(said.line->at);
      return PlaceOfLine(h, r, finding);
    }
    const bool over =
        r.end != kNever && std::none_of(r.born.begin(), r.born.end(),
                                        [&](const auto* g) { return g->AliveAt(EndOf(h)); });
    if (!over) continue;
    ++finished;
    if (!r.lines.empty()) continue;
    ++silent;
    if (first_silent == nullptr) first_silent = &r;
  }
  for (const LogLine& said : requests.others) (said.written ? written : aborted) += 1;
  const std::string said =
      Grouped(written) + " written, " + Grouped(aborted) + " aborted: one line a request";
  if (StoppedOrExited(h) && !evidence.InRealTime()) return Skip(kStopped);
  // A goroutine that prints for all cannot be told apart by request, only counted.
  const auto others = static_cast<std::int64_t>(requests.others.size());
  if (others > 0) {
    if (evidence.InRealTime()) return Pass(said);
    if (others == silent) return OfOthers(h, requests, said);
    return Fail("total")
        .Set("count", written + aborted)
        .Set("total", static_cast<std::int64_t>(requests.all.size()))
        .Expected(Count(static_cast<std::int64_t>(requests.all.size()), "line", "lines"))
        .Actual(Grouped(written + aborted))
        .At(requests.others.front().line->at);
  }
  if (first_silent != nullptr) {
    Finding finding =
        Fail("none")
            .Set("count", silent)
            .Set("total", finished)
            .Expected("1 line for each")
            .Actual("0 for the first of them, at " + InSeconds(h.TimeAt(first_silent->begin)))
            .At(first_silent->end);
    return PlaceOfLine(h, *first_silent, finding);
  }
  if (finished == 0) return Skip("not judged: no request was handled");
  return Pass(said);
}

// measures

constexpr CauseText kMeasuresCauses[] = {
    {"no-line", "no line 'goroutines: N' is printed",
     "the count is printed every second (golab explain NumGoroutine)",
     "which goroutine prints it while main serves?"},
    {"gap", "no line 'goroutines: N' from {from} to {to}",
     "the count is printed every second (golab explain NumGoroutine)",
     "what does the goroutine that prints wait for?"},
    {"too-often", "two lines 'goroutines: N' within {length}",
     "the count is printed every second (golab explain ticker)",
     "what does the goroutine that prints wait for?"},
    {"other-number", "the line at {when} says {number}, which no count had given",
     "each line has a count of its own (golab explain NumGoroutine)",
     "when is NumGoroutine called, and for which line?"},
    {}};

GOLAB_CHECK(Measures, "task12.measures", "the count is printed every second, before, during, after",
            info.needs = "serves", info.causes = kMeasuresCauses) {
  const History& h = evidence.history;
  const bool real = evidence.InRealTime();
  const std::vector<LineMatch> lines = LinesMatching(h, kCount);
  const std::vector<CountCall> calls = NumGoroutineCalls(h);
  if (lines.empty()) {
    if (StoppedOrExited(h)) return Skip(kStopped);
    return Fail("no-line").Expected("a line every second").Actual("0 lines").At(EndOf(h));
  }
  Moment before = h.main_start() == kNever ? 0 : h.main_start();
  std::int64_t largest = 0;
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    const bool is_end = i == lines.size();
    if (is_end && StoppedOrExited(h)) break;
    const Moment at = is_end ? EndOf(h) : lines[i].line->at;
    if (!real && Overdue(h, before, at, kSecond)) {
      return Fail("gap")
          .Set("from", InSeconds(h.TimeAt(before)))
          .Set("to", InSeconds(h.TimeAt(at)))
          .Expected("a line every second")
          .Actual(InSeconds(h.TimeAt(at) - h.TimeAt(before)) + " without")
          .At(before);
    }
    if (is_end) break;
    if (i > 0 && h.TimeAt(at) - h.TimeAt(before) < kSecond / 2 && !real) {
      return Fail("too-often")
          .Set("length", InSeconds(h.TimeAt(at) - h.TimeAt(before)))
          .Expected("a line every second")
          .Actual(InSeconds(h.TimeAt(at) - h.TimeAt(before)))
          .At(at);
    }
    const std::string& number = lines[i].holes.front();
    const bool counted = std::any_of(calls.begin(), calls.end(), [&](const CountCall& call) {
      return (i == 0 || call.at > lines[i - 1].line->at) && call.at <= at &&
             std::to_string(call.answer) == number;
    });
    if (!counted) {
      return Fail("other-number")
          .Set("when", InSeconds(h.TimeAt(at)))
          .Set("number", number.substr(0, 12))
          .Expected("what NumGoroutine gave since the line before")
          .Actual(number.substr(0, 12))
          .At(at);
    }
    for (const CountCall& call : calls) {
      if (std::to_string(call.answer) == number) largest = std::max(largest, call.answer);
    }
    before = at;
  }
  return Pass(Count(static_cast<std::int64_t>(lines.size()), "line", "lines") + ": " +
              lines.front().holes.front() + " at first, " + Grouped(largest) + " at most, " +
              lines.back().holes.front() + " in the end");
}

// grows: the variation

constexpr CauseText kGrowsCauses[] = {
    {"ends", "{count} of {total} requests leave no goroutine behind",
     "a leak is a wait that nobody ends (golab explain leak)",
     "who could still end the wait of this goroutine?"},
    {}};

GOLAB_CHECK(Grows, "task12.grows", "each request leaves a goroutine behind", info.needs = "births",
            info.variations = "leak", info.causes = kGrowsCauses) {
  const History& h = evidence.history;
  const Requests requests(evidence);
  std::int64_t stay = 0, end = 0;
  const GoroutineLife* leaver = nullptr;
  const GoroutineLife* stayer = nullptr;
  for (const Request& r : requests.all) {
    const GoroutineLife* alive = nullptr;
    for (const GoroutineLife* g : r.born) {
      if (g->AliveAt(EndOf(h))) alive = g;
    }
    if (alive != nullptr) stayer = alive;
    if (alive == nullptr && leaver == nullptr && !r.born.empty()) leaver = r.born.front();
    (alive != nullptr ? stay : end) += 1;
  }
  if (end > 0) {
    Finding finding = Fail("ends")
                          .Set("count", end)
                          .Set("total", stay + end)
                          .Expected("each leaves one")
                          .Actual(Grouped(stay) + " stay");
    if (leaver == nullptr) return finding.At(EndOf(h));
    return finding.At(leaver->ended)
        .Blame(*leaver)
        .PlaceAt(CreatedAt(h, *leaver), "created-at", Who(leaver->id) + " is created here",
                 leaver->id);
  }
  if (stayer == nullptr) return Skip(kStopped);
  const Wait* wait = stayer->WaitAt(EndOf(h));
  const Frame where = CreatedAt(h, *stayer);
  return Pass(Count(stay, "goroutine stays", "goroutines stay") +
              (wait != nullptr ? " in " + InBrackets(wait->reason) : "") +
              (where.line > 0 ? ", created at " + FileLine(where) : ""));
}

// latency: advice

constexpr CauseText kLatencyCauses[] = {
    {"waits", "an answer is whole after {length}: the handler waits for the log",
     "an answer ends with its handler (golab explain handler)", ""},
    {}};

GOLAB_ADVICE(Latency, "task12.latency", "no client waits for the log", info.variations = "-",
             info.real_time = false, info.causes = kLatencyCauses) {
  const History& h = evidence.history;
  for (const Exchange& x : ExchangesOf(h)) {
    if (x.label != "one" || !x.Answered()) continue;
    const std::uint64_t took = h.TimeAt(x.ended) - h.TimeAt(x.asked);
    const Requests requests(evidence);
    const bool waits =
        !requests.all.empty() && requests.all.front().end != kNever &&
        h.TimeAt(requests.all.front().end) - h.TimeAt(requests.all.front().begin) >= kLogAfter;
    if (waits && took >= kLogAfter) return Fail("waits").Set("length", InSeconds(took)).At(x.ended);
    return Pass("");
  }
  return Skip("no answer");
}

}  // namespace
}  // namespace golab::lab
