// Checks of task7. Clients and operator are golab's driver (cases/driver.cc): what they asked, what
// came back and when the signal came is in the recording. Of the program they know what it prints,
// and who printed it.

#include <algorithm>
#include <csignal>
#include <optional>
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

using rt::EventType;

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1'000 * kMs;
constexpr std::uint64_t kDeadline = 5 * kSecond;
constexpr std::uint64_t kIdle =
    2 * kSecond;  // a worker that looks each second, and Shutdown's look

constexpr char kSays[] = "shutdown signal", kBye[] = "bye", kTick[] = "tick",
               kUnfinished[] = "worker did not finish within deadline";

/// What happened, as far as the task speaks of it.
struct Seen {
  std::vector<Exchange> exchanges;
  std::vector<Moment> signals;
  std::vector<const Line*> ticks;
  const Line* says = nullptr;
  const Line* bye = nullptr;
  const Line* unfinished = nullptr;

  std::vector<Exchange> Of(std::string_view label) const {
    std::vector<Exchange> its;
    std::copy_if(exchanges.begin(), exchanges.end(), std::back_inserter(its),
                 [&](const Exchange& x) { return x.label == label; });
    return its;
  }

  /// The first signal; in real time, where it comes from a person, what the program says of it.
  Moment Told() const {
    if (!signals.empty()) return signals.front();
    return says != nullptr ? says->at : kNever;
  }
};

Seen SeenIn(const History& h) {
  Seen seen;
  seen.exchanges = ExchangesOf(h);
  // What the lab lets come to rest after main's return, Go would have cut off; an answer that was
  // on its way to the client arrives all the same.
  for (Exchange& x : seen.exchanges) {
    if (x.ended == kNever || h.TimeAt(x.ended) <= h.TimeAt(EndOf(h)) + kLate) continue;
    x.ended = kNever;
    x.outcome = 255;
    x.status = 0;
  }
  seen.signals = h.EventsOf(EventType::kSignal);
  for (const LineMatch& match : LinesMatching(h, kTick)) seen.ticks.push_back(match.line);
  seen.says = FirstLine(h, kSays);
  seen.bye = FirstLine(h, kBye);
  seen.unfinished = FirstLine(h, kUnfinished);
  return seen;
}

/// What a signal does that the program does not ask for (any more).
bool EndedBySignal(const History& h) {
  const Ending& ending = h.ending();
  return h.main_return() == kNever && ending.kind == Ending::Kind::kSignal &&
         (ending.signal == SIGINT || ending.signal == SIGTERM);
}

bool IsStopped(const History& h) {
  return h.ending().kind == Ending::Kind::kKilled;
}

constexpr char kNoSignal[] = "not judged: no signal came";

/// What the outside world did, under line one.
std::string ContextOf(const Evidence& evidence) {
  const std::string& id = evidence.case_id;
  if (id == "interrupt") return "golab's clients: GET /health twice; then SIGINT";
  if (id == "terminate") return "golab's clients: GET /health twice; then SIGTERM";
  if (id == "in-flight") return "golab's clients: GET /slow; SIGINT 0.5 s later; then GET /health";
  if (id == "never-ends") return "golab's clients: GET /forever; SIGTERM 0.3 s later";
  if (id == "stubborn") return "--stubborn; golab's clients: GET /forever; SIGTERM 0.3 s later";
  if (id == "second-signal") return "golab's clients: GET /forever; SIGINT, and again 1 s later";
  if (id == "port-taken") return "somebody else listens at the program's address";
  if (id == "silent-client") return "golab's clients: one connects, says nothing; then SIGINT";
  return "";
}

Finding FailIn(const Evidence& evidence, const char* cause) {
  return Fail(cause).Context(ContextOf(evidence));
}

std::string SignalIn(const History& h, Moment m) {
  return SignalName(static_cast<int>(h.events()[m].arg));
}

/// "0.500 s": from one instant to another.
std::string Length(const History& h, Moment from, Moment to) {
  return InSeconds(h.TimeAt(to) - h.TimeAt(from));
}

std::string HowItEnded(const History& h) {
  const std::string at = " at " + InSeconds(h.TimeAt(EndOf(h)));
  if (h.main_return() != kNever) return "main returned" + at;
  switch (h.ending().kind) {
    case Ending::Kind::kExit:
      return "exit(" + std::to_string(h.ending().status) + ")" + at;
    case Ending::Kind::kSignal:
      return "ended by " + SignalName(h.ending().signal) + at;
    case Ending::Kind::kPanic:
      return "panic" + at;
    default:
      return "none; still there" + at;
  }
}

/// Where main, or whoever it is, waits just after `m`.
void PlaceWhere(Finding& finding, const History& h, std::uint32_t g, Moment m, const char* role,
                const std::string& label) {
  const GoroutineLife* life = h.Find(g);
  const Wait* wait = life == nullptr ? nullptr : life->WaitAt(m);
  if (wait != nullptr) finding.PlaceOf(h, wait->stack, role, label, g);
}

/// Its last wait that began before `m`.
void PlaceOfLastWait(Finding& finding, const History& h, std::uint32_t g, Moment m,
                     const std::string& label) {
  const GoroutineLife* life = h.Find(g);
  if (life == nullptr) return;
  const Wait* last = nullptr;
  for (const Wait& wait : life->waits) {
    if (wait.begin < m && h.OwnFrame(wait.stack).line > 0) last = &wait;
  }
  if (last != nullptr) finding.PlaceOf(h, last->stack, "last-wait", label, g);
}

std::string OutcomeText(const History& h, const Exchange& x) {
  if (x.ended == kNever) return "no answer; " + HowItEnded(h);
  const std::string at = " at " + InSeconds(h.TimeAt(x.ended));
  switch (static_cast<driver::Outcome>(x.outcome)) {
    case driver::Outcome::kAnswered:
      return "status " + std::to_string(x.status) + at;
    case driver::Outcome::kRefused:
      return "connection refused" + at;
    case driver::Outcome::kReset:
      return "connection reset" + at;
    case driver::Outcome::kClosed:
      return "connection closed" + at;
    case driver::Outcome::kTimeout:
      return "no answer until" + at.substr(3);
    default:
      return "failed" + at;
  }
}

StoryStep Step(const History& h, Moment m, std::string who, std::string what) {
  return {InSeconds(h.TimeAt(m)), std::move(who), std::move(what), ""};
}

/// What clients, operator and program did, in order.
void Tell(Finding& finding, const History& h, const Seen& seen) {
  std::vector<std::pair<Moment, StoryStep>> steps;
  const auto add = [&](Moment m, std::string who, std::string what) {
    if (m != kNever) steps.emplace_back(m, Step(h, m, std::move(who), std::move(what)));
  };
  for (const Moment m : seen.signals) add(m, "operator", SignalIn(h, m));
  for (const Exchange& x : seen.exchanges) {
    if (x.label == "health") continue;
    const std::string what = x.label == "silent"  ? "connects, says nothing"
                             : x.label == "probe" ? "GET /health"
                                                  : "GET /" + x.label;
    if (x.label != "probe" || x.outcome == 0) add(x.asked, "client", what);
    if (x.ended != kNever && (x.label != "probe" || x.outcome == 0)) {
      const std::string how = OutcomeText(h, x);
      add(x.ended, "client", what + ": " + how.substr(0, how.rfind(" at ")));
    }
  }
  for (const Line* line : {seen.says, seen.unfinished, seen.bye}) {
    if (line != nullptr) add(line->at, Who(line->g), "prints \"" + line->text.substr(0, 45) + "\"");
  }
  add(h.main_return(), "main", "returns");
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [m, step] : steps) {
    if (finding.story.size() < 8) finding.story.push_back(std::move(step));
  }
  finding.Show(Picture::kStory);
}

// health

constexpr CauseText kHealthCauses[] = {
    {"refused", "nobody listens at {address} when a client comes",
     "a server listens before anybody asks (golab explain Shutdown)",
     "which line listens, and at which address?"},
    {"answer", "GET /health is not answered with 200",
     "a health check asks for one thing: status 200, soon (golab explain Shutdown)",
     "which handler is /health given to, and what does it wait for?"},
    {}};

GOLAB_CHECK(Health, "task7.health", "GET /health is answered with 200",
            info.cases = "interrupt terminate in-flight", info.variations = "-",
            info.causes = kHealthCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Exchange> asked = seen.Of("health");
  if (asked.empty()) return IsStopped(h) ? Skip(kStopped) : Skip("not judged: nobody asked");
  std::int64_t answered = 0;
  for (const Exchange& x : asked) {
    if (x.Answered() && x.status == 200) {
      ++answered;
      continue;
    }
    if (x.ended == kNever && (IsStopped(h) || h.ending().kind == Ending::Kind::kPanic ||
                              h.ending().kind == Ending::Kind::kFatal))
      return Skip(kStopped);
    const bool refused = x.outcome == static_cast<std::uint8_t>(driver::Outcome::kRefused);
    Finding finding = FailIn(evidence, refused ? "refused" : "answer")
                          .Set("address", evidence.params.at("addr"))
                          .Expected("status 200")
                          .Actual(OutcomeText(h, x))
                          .At(x.ended == kNever ? EndOf(h) : x.ended);
    PlaceWhere(finding, h, 1, x.asked, "main-waits", "main is here when the client asks");
    return finding;
  }
  return Pass("answered " + Grouped(answered) + (answered == 1 ? " time" : " times"));
}

// ticks

constexpr CauseText kTicksCauses[] = {
    {"none", "no line says 'tick' within {length}",
     "a ticker sends on its channel once a period (golab explain ticker)",
     "which goroutine ticks, and when does it print its first line?"},
    {"gap", "{length} lie between two lines with 'tick', not 1 s",
     "a ticker sends on its channel once a period (golab explain ticker)",
     "what else does the worker do between two ticks?"},
    {"stops", "the last 'tick' is {length} before the signal",
     "a worker works until it is told to end (golab explain context)",
     "what ends the worker before the signal comes?"},
    {}};

GOLAB_CHECK(Ticks, "task7.ticks", "the worker says 'tick' each second until the signal",
            info.cases = "interrupt terminate in-flight", info.variations = "-",
            info.causes = kTicksCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (h.main_start() == kNever) return Skip(kStopped);
  const Moment until = std::min({seen.Told(), EndOf(h)});
  Moment before = h.main_start();
  std::int64_t count = 0;
  for (const Line* tick : seen.ticks) {
    if (tick->at > until) break;
    const std::uint64_t gap = tick->time - h.TimeAt(before);
    const std::uint64_t slack = SlackBetween(h, before, tick->at);
    const bool early = count > 0 && gap + slack < kSecond;
    if (early || gap > kSecond + slack) {
      const char* cause = count == 0 ? "none" : "gap";
      Finding finding =
          FailIn(evidence, cause)
              .Set("length", InSeconds(gap))
              .Expected("a line each second")
              .Actual("tick at " + InSeconds(h.TimeAt(before)) + " and " + InSeconds(tick->time))
              .At(tick->at);
      if (count == 0) finding.Actual("the first at " + InSeconds(tick->time));
      PlaceOfLastWait(finding, h, tick->g, tick->at, Who(tick->g) + " waits here between them");
      return finding;
    }
    before = tick->at;
    ++count;
  }
  const std::uint64_t rest = h.TimeAt(until) - h.TimeAt(before);
  if (rest > kSecond + SlackBetween(h, before, until)) {
    return FailIn(evidence, count == 0 ? "none" : "stops")
        .Set("length", InSeconds(rest))
        .Expected("a line each second")
        .Actual(Grouped(count) + (count == 1 ? " line" : " lines") + " in " +
                Length(h, h.main_start(), until))
        .At(until);
  }
  if (count == 0) return Skip("not judged: it ended within a second");
  return Pass(Grouped(count) + (count == 1 ? " tick" : " ticks") + " up to the signal");
}

// signal

constexpr CauseText kSignalCauses[] = {
    {"killed", "{signal} ends the program at once",
     "what nobody asked for keeps its default action (golab explain signal)",
     "for which signals does the program ask?"},
    {"not-said", "nothing says 'shutdown signal' when {signal} comes",
     "a signal that was asked for comes as a value (golab explain signal)",
     "who receives the signal, and what is its next line?"},
    {"too-early", "'shutdown signal' is printed before any signal came",
     "a signal that was asked for comes as a value (golab explain signal)",
     "what does the program wait for before it prints that?"},
    {"late", "'shutdown signal' comes {length} after {signal}",
     "who waits in a receive or select goes on at once (golab explain signal)",
     "what does the receiver of the signal wait for before it prints that?"},
    {}};

/// A person's signal is not in the recording; what it did is.
Finding SignalByAPerson(const Evidence& evidence, const Seen& seen) {
  const History& h = evidence.history;
  if (seen.says != nullptr) return Pass("it is heard");
  if (!EndedBySignal(h)) return Skip(kNoSignal);
  Finding finding = FailIn(evidence, "killed")
                        .Set("signal", SignalName(h.ending().signal))
                        .Expected("a line with 'shutdown signal'")
                        .Actual(HowItEnded(h))
                        .At(EndOf(h));
  PlaceWhere(finding, h, 1, EndOf(h), "main-waits", "main is here when it comes");
  return finding;
}

GOLAB_CHECK(Signal, "task7.signal", "SIGINT and SIGTERM each begin the shutdown",
            info.cases = "yours interrupt terminate in-flight never-ends", info.variations = "-",
            info.causes = kSignalCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (evidence.InRealTime() && seen.signals.empty()) return SignalByAPerson(evidence, seen);
  if (seen.signals.empty()) return Skip(kNoSignal);
  const Moment told = seen.signals.front();
  const std::string name = SignalIn(h, told);
  if (seen.says != nullptr && seen.says->at < told) {
    return FailIn(evidence, "too-early")
        .Expected("printed after " + name)
        .Actual("printed at " + InSeconds(seen.says->time) + ", " + name + " at " +
                InSeconds(h.TimeAt(told)))
        .At(seen.says->at);
  }
  if (seen.says != nullptr) {
    const std::uint64_t took = seen.says->time - h.TimeAt(told);
    if (took <= SlackBetween(h, told, seen.says->at)) return Pass(name + " is heard");
    Finding finding = FailIn(evidence, "late")
                          .Set("length", InSeconds(took))
                          .Set("signal", name)
                          .Expected("at once")
                          .Actual("after " + InSeconds(took))
                          .At(told);
    PlaceOfLastWait(finding, h, seen.says->g, seen.says->at,
                    Who(seen.says->g) + "'s last wait before it prints");
    return finding;
  }
  if (IsStopped(h)) return Skip(kStopped);
  const bool killed = h.ending().kind == Ending::Kind::kSignal && h.main_return() == kNever;
  Finding finding = FailIn(evidence, killed ? "killed" : "not-said")
                        .Set("signal", name)
                        .Expected("a line with 'shutdown signal'")
                        .Actual(HowItEnded(h))
                        .At(told);
  PlaceWhere(finding, h, 1, told, "main-waits", "main is here when " + name + " comes");
  return finding;
}

// order

constexpr CauseText kOrderCauses[] = {
    {"no-bye", "nothing says 'bye' after 'shutdown signal'",
     "what is the last line of a shutdown has all of it behind it (golab explain Shutdown)",
     "what keeps main from its last line?"},
    {"bye-first", "'bye' is printed before 'shutdown signal'",
     "what is the last line of a shutdown has all of it behind it (golab explain Shutdown)",
     "which goroutine prints 'bye', and what does it wait for?"},
    {}};

GOLAB_CHECK(Order, "task7.order", "'shutdown signal' comes before 'bye'",
            info.cases = "yours interrupt terminate in-flight", info.needs = "signal",
            info.variations = "-", info.causes = kOrderCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.says == nullptr) return Skip(kNoSignal);
  // Lines stand in one list, in order: two that are printed in one piece share an instant.
  if (seen.bye != nullptr && seen.bye < seen.says) {
    return FailIn(evidence, "bye-first")
        .Expected("'shutdown signal', then 'bye'")
        .Actual("'bye' at " + InSeconds(seen.bye->time))
        .At(seen.bye->at);
  }
  if (seen.bye == nullptr) {
    if (IsStopped(h)) return Skip(kStopped);
    if (evidence.InRealTime() && EndedBySignal(h))
      return Skip("not judged: a second signal ended it");
    Finding finding = FailIn(evidence, "no-bye")
                          .Expected("a line with 'bye', then main returns")
                          .Actual(HowItEnded(h))
                          .At(EndOf(h));
    if (h.ending().kind == Ending::Kind::kExit && h.main_return() == kNever)
      finding.PlaceOf(h, h.ending().stack, "exits-at", "exit is called here", h.ending().g);
    PlaceWhere(finding, h, 1, EndOf(h), "main-waits", "main is here at the end");
    return finding;
  }
  return Pass("'bye' " + Length(h, seen.says->at, seen.bye->at) + " after 'shutdown signal'");
}

// drains

constexpr CauseText kDrainsCauses[] = {
    {"cut", "a request in progress was cut off by the shutdown",
     "Shutdown lets handlers end, Close does not (golab explain Shutdown)",
     "what waits for a request that is under way?"},
    {"left", "the program ended while a request was in progress",
     "when main returns, all others are cut off (golab explain join)",
     "what waits for a request that is under way, and for what does main wait?"},
    {"answer", "GET /slow is not answered with 200 after 2 s",
     "Shutdown lets handlers end, Close does not (golab explain Shutdown)",
     "which handler is /slow given to, and how long does it take?"},
    {}};

GOLAB_CHECK(Drains, "task7.drains", "a request in progress is answered", info.cases = "in-flight",
            info.needs = "health signal order", info.variations = "-",
            info.causes = kDrainsCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Exchange> slow = seen.Of("slow");
  if (slow.empty() || seen.says == nullptr) return Skip(kNoSignal);
  const Exchange& x = slow.front();
  if (x.ended == kNever && IsStopped(h)) return Skip(kStopped);
  const Moment at = x.ended == kNever ? EndOf(h) : x.ended;
  const std::uint64_t took = h.TimeAt(at) - h.TimeAt(x.asked);
  if (x.Answered() && x.status == 200 && took + kLate >= 2 * kSecond &&
      (evidence.InRealTime() || took <= 2 * kSecond + SlackBetween(h, x.asked, at)))
    return Pass("GET /slow answered " + Length(h, seen.says->at, at) + " after the signal");
  const bool answered = x.Answered();
  Finding finding = FailIn(evidence, answered                                         ? "answer"
                                     : x.ended == kNever && h.main_return() != kNever ? "left"
                                                                                      : "cut")
                        .Expected("GET /slow answered after 2 s")
                        .Actual(OutcomeText(h, x))
                        .At(seen.bye != nullptr ? std::min(at, seen.bye->at) : at);
  if (!answered) {
    const bool by_exit = x.ended == kNever && h.ending().kind == Ending::Kind::kExit;
    if (by_exit)
      finding.PlaceOf(h, h.ending().stack, "exits-at", "exit is called here", h.ending().g);
    PlaceOfLastWait(finding, h, 1, at, "main's last wait before that");
  }
  Tell(finding, h, seen);
  return finding;
}

// refuses

constexpr CauseText kRefusesCauses[] = {
    {"accepted", "a client that comes {length} after the signal is served",
     "a shutdown begins with the listener (golab explain Shutdown)",
     "which line closes the listener, and what does it wait for?"},
    {}};

GOLAB_CHECK(Refuses, "task7.refuses", "no connection is accepted once the shutdown has begun",
            info.cases = "in-flight", info.needs = "health signal", info.variations = "-",
            info.causes = kRefusesCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  const std::vector<Exchange> probes = seen.Of("probe");
  const Exchange* accepted = nullptr;
  std::int64_t refused = 0;
  for (const Exchange& x : probes) {
    if (x.ended == kNever) continue;
    if (x.Answered() || x.outcome == static_cast<std::uint8_t>(driver::Outcome::kTimeout)) {
      accepted = &x;
      if (refused > 0) break;  // it was closed, and is open again
    } else {
      ++refused;
    }
  }
  const bool late = accepted != nullptr && seen.Told() != kNever &&
                    h.TimeAt(accepted->asked) > h.TimeAt(seen.Told()) + kSecond;
  if (accepted != nullptr && (late || refused == 0 || accepted->asked > probes.front().asked)) {
    Finding finding = FailIn(evidence, "accepted")
                          .Set("length", Length(h, seen.Told(), accepted->asked))
                          .Expected("connection refused")
                          .Actual(OutcomeText(h, *accepted))
                          .At(accepted->ended);
    PlaceWhere(finding, h, 1, accepted->asked, "main-waits", "main is here when the client comes");
    Tell(finding, h, seen);
    return finding;
  }
  if (refused == 0) return Skip("not judged: it had ended before a client came");
  return Pass(Grouped(refused) + (refused == 1 ? " client" : " clients") +
              " after the signal refused");
}

// worker-joined

/// Those that printed ticks.
std::vector<std::uint32_t> WorkersOf(const Seen& seen) {
  std::vector<std::uint32_t> all;
  for (const Line* tick : seen.ticks) {
    if (std::find(all.begin(), all.end(), tick->g) == all.end()) all.push_back(tick->g);
  }
  return all;
}

/// True once all that is left of it is its turn to end: since its last wait it has run, and all
/// that it does after `m` is to leave.
bool IsThrough(const History& h, const GoroutineLife& g, Moment m) {
  if (g.ended != kNever && g.ended <= m) return true;
  const State state = g.At(m);
  if (state == State::kWaiting || state == State::kSyscall) return false;
  Moment last_ran = kNever;
  for (const Stretch& stretch : g.stretches) {
    if (stretch.begin <= m) last_ran = stretch.begin;
  }
  for (const Wait& wait : g.waits) {
    if (wait.end != kNever && wait.end <= m && (last_ran == kNever || wait.end > last_ran))
      return false;  // told, and had no turn since then
    if (wait.begin > m) return false;
  }
  for (Moment k = m + 1; k < h.events().size(); ++k) {
    const rt::Record& r = h.events()[k];
    if (r.g != g.id) continue;
    switch (static_cast<EventType>(r.type)) {
      case EventType::kWaitGroupAdd:
      case EventType::kSend:
      case EventType::kClose:
      case EventType::kOutput:
        return false;
      default:
        break;
    }
  }
  return true;
}

constexpr CauseText kWorkerCauses[] = {
    {"not-told", "the worker was still at work when 'bye' was printed",
     "a goroutine ends by itself or not at all: tell it (golab explain context)",
     "what tells the worker to end, and where does it look for that?"},
    {"not-awaited", "'bye' was printed before the worker had ended",
     "telling is not waiting (golab explain join)",
     "what tells main that the worker has ended, and where does main wait for it?"},
    {}};

GOLAB_CHECK(WorkerJoined, "task7.worker-joined", "the worker has ended before 'bye'",
            info.cases = "yours interrupt terminate in-flight never-ends",
            info.needs = "ticks order", info.variations = "-", info.causes = kWorkerCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.bye == nullptr || seen.says == nullptr) return Skip("not judged: nothing says 'bye'");
  const std::vector<std::uint32_t> workers = WorkersOf(seen);
  if (workers.empty()) return Skip("not judged: nobody ticked");
  for (const std::uint32_t id : workers) {
    const GoroutineLife* g = h.Find(id);
    if (g == nullptr || id == seen.bye->g || IsThrough(h, *g, seen.bye->at)) continue;
    const Wait* wait = g->WaitAt(seen.bye->at);
    const bool told = wait == nullptr || (wait->end != kNever && wait->end < EndOf(h));
    Finding finding = FailIn(evidence, told ? "not-awaited" : "not-told")
                          .Expected("ended before 'bye'")
                          .Actual(wait == nullptr ? "still runs at " + InSeconds(seen.bye->time)
                                                  : "waits in " + InBrackets(wait->reason) +
                                                        " at " + InSeconds(seen.bye->time))
                          .At(seen.bye->at)
                          .Blame(*g);
    if (wait != nullptr)
      finding.PlaceOf(h, wait->stack, "waits-at", Who(id) + " waits here then", id);
    finding.PlaceOf(h, g->creation_stack, "created-at", Who(id) + ", the worker, is created here",
                    id);
    PlaceOfLastWait(finding, h, seen.bye->g, seen.bye->at, "the last wait before 'bye'");
    return finding;
  }
  return Pass("ended before 'bye'");
}

// deadline

constexpr CauseText kDeadlineCauses[] = {
    {"late", "'bye' comes {length} after the signal, not 5 s",
     "one deadline is for all steps together (golab explain Shutdown)",
     "which waits have a deadline, and from which instant is each counted?"},
    {"never", "the program waits for ever for a request that never ends",
     "Shutdown waits until its context ends: the deadline (golab explain Shutdown)",
     "which context is Shutdown given, and what ends it?"},
    {"early", "'bye' comes {length} after the signal: the deadline is 5 s",
     "until the deadline those under way may end by themselves (golab explain Shutdown)",
     "what ends the wait for requests before the deadline?"},
    {"idle", "'bye' comes {length} after the last request has ended",
     "who waits is woken when it ends, a sleep is not (golab explain Shutdown)",
     "what does main wait for when nothing is under way any more?"},
    {}};

GOLAB_CHECK(Deadline, "task7.deadline", "the shutdown takes 5 s at most, whatever happens",
            info.cases = "interrupt terminate in-flight never-ends stubborn",
            info.needs = "signal drains refuses", info.variations = "- stubborn",
            info.causes = kDeadlineCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.signals.empty() || seen.says == nullptr) return Skip(kNoSignal);
  const Moment told = seen.signals.front();
  const bool has_forever = !seen.Of("forever").empty();
  const Moment end = seen.bye != nullptr ? seen.bye->at : EndOf(h);
  const std::uint64_t took = h.TimeAt(end) - h.TimeAt(told);
  const std::uint64_t slack = SlackBetween(h, told, end);
  if (took > kDeadline + slack) {
    // The evidence is the instant at which it was due, and nothing came.
    Moment due = told;
    while (due < end && h.TimeAt(due) <= h.TimeAt(told) + kDeadline + kLate) ++due;
    Finding finding = FailIn(evidence, seen.bye == nullptr ? "never" : "late")
                          .Set("length", InSeconds(took))
                          .Expected("'bye' 5 s after the signal")
                          .Actual(seen.bye == nullptr ? HowItEnded(h) : "after " + InSeconds(took))
                          .At(due);
    PlaceWhere(finding, h, 1, due, "main-waits", "main is here 5 s after the signal");
    Tell(finding, h, seen);
    return finding;
  }
  if (seen.bye == nullptr) return Skip("not judged: nothing says 'bye'");
  if (has_forever && took < kDeadline) {
    Finding finding = FailIn(evidence, "early")
                          .Set("length", InSeconds(took))
                          .Expected("'bye' 5 s after the signal")
                          .Actual("after " + InSeconds(took))
                          .At(end);
    PlaceOfLastWait(finding, h, 1, end, "main's last wait before that");
    Tell(finding, h, seen);
    return finding;
  }
  // From here on there is the worker alone, and Shutdown looks twice a second.
  Moment quiet = told;
  for (const Exchange& x : seen.exchanges) {
    if (x.label != "probe" && x.ended != kNever) quiet = std::max(quiet, std::min(x.ended, end));
  }
  const std::uint64_t idle = h.TimeAt(end) - h.TimeAt(quiet);
  if (!has_forever && idle > kIdle + slack) {
    Finding finding = FailIn(evidence, "idle")
                          .Set("length", InSeconds(idle))
                          .Expected("2 s at most when nothing is under way")
                          .Actual(InSeconds(idle))
                          .At(end);
    PlaceOfLastWait(finding, h, 1, end, "main's last wait before that");
    Tell(finding, h, seen);
    return finding;
  }
  return Pass("'bye' " + InSeconds(took) + " after the signal");
}

// truthful

constexpr CauseText kTruthfulCauses[] = {
    {"untrue", "'worker did not finish' is printed, and the worker had finished",
     "of several ready cases a select takes any (golab explain select)",
     "when both the worker and the deadline are there: which case is taken?"},
    {"silent", "the worker has not finished, and nothing says so",
     "what is left behind is said (golab explain Shutdown)",
     "what does main learn about the worker when the deadline has passed?"},
    {}};

GOLAB_CHECK(Truthful, "task7.truthful",
            "'worker did not finish within deadline' is printed if and only if so",
            info.cases = "yours interrupt terminate in-flight never-ends stubborn",
            info.needs = "ticks worker-joined deadline", info.variations = "- stubborn",
            info.causes = kTruthfulCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.says == nullptr) return Skip(kNoSignal);
  const std::vector<std::uint32_t> workers = WorkersOf(seen);
  if (workers.empty()) return Skip("not judged: nobody ticked");
  if (seen.unfinished != nullptr) {
    const bool finished = std::all_of(workers.begin(), workers.end(), [&](std::uint32_t id) {
      const GoroutineLife* g = h.Find(id);
      return id == seen.unfinished->g || g == nullptr || g->ended < seen.unfinished->at;
    });
    if (!finished) return Pass("says that the worker did not finish, and it did not");
    const GoroutineLife* g = h.Find(workers.back());
    Finding finding = FailIn(evidence, "untrue")
                          .Expected("not printed: the worker ended at " +
                                    InSeconds(g == nullptr ? 0 : g->ended_time))
                          .Actual("printed at " + InSeconds(seen.unfinished->time))
                          .At(seen.unfinished->at);
    PlaceOfLastWait(finding, h, seen.unfinished->g, seen.unfinished->at,
                    "the last wait before it is printed");
    Tell(finding, h, seen);
    return finding;
  }
  if (seen.bye == nullptr) return Skip("not judged: nothing says 'bye'");
  for (const std::uint32_t id : workers) {
    const GoroutineLife* g = h.Find(id);
    if (g == nullptr || id == seen.bye->g || IsThrough(h, *g, seen.bye->at)) continue;
    Finding finding = FailIn(evidence, "silent")
                          .Expected("'worker did not finish within deadline'")
                          .Actual("'bye' at " + InSeconds(seen.bye->time) + ", without it")
                          .At(seen.bye->at)
                          .Blame(*g);
    PlaceWhere(finding, h, id, seen.bye->at, "waits-at", Who(id) + ", the worker, is here then");
    Tell(finding, h, seen);
    return finding;
  }
  return Pass("the worker finished, and nothing else is said");
}

// status

constexpr CauseText kStatusCauses[] = {
    {"failure", "the program ends with status {status} after a shutdown that went well",
     "a shutdown that was asked for is no failure: status 0 (golab explain Shutdown)",
     "how does the program end after its last line?"},
    {}};

GOLAB_CHECK(Status, "task7.status", "the program ends with status 0",
            info.cases = "yours interrupt terminate in-flight never-ends", info.needs = "order",
            info.variations = "-", info.causes = kStatusCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.says == nullptr || seen.bye == nullptr) return Skip("not judged: nothing says 'bye'");
  if (h.main_return() != kNever) return Pass("main returned, status 0");
  if (h.ending().kind == Ending::Kind::kExit && h.ending().status != 0) {
    return FailIn(evidence, "failure")
        .Set("status", h.ending().status)
        .Expected("main returns: status 0")
        .Actual(HowItEnded(h))
        .At(seen.bye->at)
        .PlaceOf(h, h.ending().stack, "exits-at", "exit is called here", h.ending().g);
  }
  return Skip("not judged: main did not return");
}

// port-taken: a variation

constexpr CauseText kPortCauses[] = {
    {"goes-on", "the program goes on for {length} though it cannot listen",
     "what cannot be mended ends the program (golab explain Shutdown)",
     "who learns that listening failed, and what does main wait for?"},
    {"status", "the program ends with status {status} though it could not listen",
     "status 0 says that all went well (golab explain Shutdown)",
     "how does the program end when it cannot listen?"},
    {"not-said", "nothing that is printed names the address, {address}",
     "an error says what failed, and with what (golab explain Shutdown)",
     "what does the error of net::Listen say, and where is it printed?"},
    {}};

GOLAB_CHECK(PortTaken, "task7.port-taken", "a port that is taken ends the program at once, said",
            info.cases = "port-taken", info.variations = "port-taken", info.causes = kPortCauses) {
  const History& h = evidence.history;
  const std::vector<PortSeen> ports = PortsOf(h);
  if (ports.empty() || !ports.front().good) return Skip("not judged: the port could not be taken");
  if (IsStopped(h)) return Skip(kStopped);
  const Moment from = h.main_start() == kNever ? 0 : h.main_start(), end = EndOf(h);
  const std::uint64_t took = h.TimeAt(end) - h.TimeAt(from);
  if (!evidence.InRealTime() && took > SlackBetween(h, from, end)) {
    Finding finding = FailIn(evidence, "goes-on")
                          .Set("length", InSeconds(took))
                          .Expected("ends at once")
                          .Actual(HowItEnded(h))
                          .At(from);
    PlaceOfLastWait(finding, h, 1, end, "main waits here");
    return finding;
  }
  const std::string& address = evidence.params.at("addr");
  const std::size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? address : address.substr(colon);
  const bool said =
      h.out().find(port) != std::string_view::npos || h.err().find(port) != std::string_view::npos;
  if (!said) {
    return FailIn(evidence, "not-said")
        .Set("address", address)
        .Expected("a line with " + port)
        .Actual(h.lines().empty() ? "no line" : "\"" + h.lines().back().text.substr(0, 40) + "\"")
        .At(end);
  }
  const bool failed =
      h.main_return() == kNever && h.ending().kind == Ending::Kind::kExit && h.ending().status != 0;
  if (!failed) {
    return FailIn(evidence, "status")
        .Set("status", h.ending().status)
        .Expected("status 1")
        .Actual(HowItEnded(h))
        .At(end);
  }
  return Pass("ends at once with status " + std::to_string(h.ending().status));
}

// second-signal: a variation

constexpr CauseText kSecondCauses[] = {
    {"ignored", "a second SIGINT during the shutdown does nothing",
     "after stop() a signal has its default action again (golab explain signal)",
     "until when does the program ask for signals?"},
    {}};

GOLAB_CHECK(SecondSignal, "task7.second-signal", "a second signal ends the program at once",
            info.cases = "second-signal", info.variations = "second-signal",
            info.causes = kSecondCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.signals.size() < 2) return Skip("not judged: it ended before a second signal");
  if (IsStopped(h)) return Skip(kStopped);
  const Moment second = seen.signals[1], end = EndOf(h);
  const std::uint64_t took = h.TimeAt(end) - h.TimeAt(second);
  if (took <= (evidence.InRealTime() ? kSecond : SlackBetween(h, second, end)))
    return Pass("ends at once, " + Length(h, seen.signals[0], end) + " after the first");
  Finding finding =
      FailIn(evidence, "ignored").Expected("ends at once").Actual(HowItEnded(h)).At(second);
  PlaceWhere(finding, h, 1, second, "main-waits", "main is here when it comes");
  Tell(finding, h, seen);
  return finding;
}

// silent-client: a variation that is shown, not judged

constexpr CauseText kSilentCauses[] = {
    {"waits", "Shutdown waited {length} for a client that said nothing, as in Go",
     "a new connection may be about to ask (golab explain Shutdown)", ""},
    {}};

GOLAB_ADVICE(SilentClient, "task7.silent-client", "a client that says nothing is waited for",
             info.cases = "silent-client", info.variations = "silent-client",
             info.causes = kSilentCauses) {
  const History& h = evidence.history;
  const Seen seen = SeenIn(h);
  if (seen.signals.empty() || seen.bye == nullptr) return Pass("");
  const std::uint64_t took = seen.bye->time - h.TimeAt(seen.signals.front());
  if (took < kSecond) return Pass("");
  return Fail("waits").Set("length", InSeconds(took)).At(seen.bye->at);
}

}  // namespace
}  // namespace golab::lab
