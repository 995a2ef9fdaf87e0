// Checks of task2, on the moment of a dump. Of several dumps the one that shows most is judged.
// Names of wait reasons are meant exactly here: that is what the task is about.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::WaitReason;

/// Goroutines that may be the one a check asks for: of the program, and not the one that takes the
/// dump.
std::vector<const GoroutineLife*> Shown(const History& h, const DumpCall& dump) {
  std::vector<const GoroutineLife*> shown;
  for (const GoroutineLife& g : h.goroutines()) {
    if (!g.system && g.id != dump.g && g.AliveAt(dump.at)) shown.push_back(&g);
  }
  return shown;
}

std::vector<const GoroutineLife*> WaitingFor(const History& h, const DumpCall& dump,
                                             const std::vector<WaitReason>& reasons) {
  std::vector<const GoroutineLife*> waiting = Shown(h, dump);
  std::erase_if(waiting, [&](const GoroutineLife* g) {
    const Wait* wait = g->WaitAt(dump.at);
    return wait == nullptr ||
           std::find(reasons.begin(), reasons.end(), wait->reason) == reasons.end();
  });
  return waiting;
}

/// Whether only preemption stops a goroutine, as far as `m` tells: since it last waited, it has
/// been forced out, and from then on has not given up its turn. Calls before its loop may have let
/// others run.
bool OnlyPreempted(const GoroutineLife& g, Moment m) {
  constexpr int kBeforeTheLoop = 16;
  int yields = 0;
  bool forced = false;
  for (const Stretch& stretch : g.stretches) {
    if (stretch.end == kNever || stretch.end > m) break;
    if (stretch.stopped_by == EventType::kPreempt) {
      if (yields > kBeforeTheLoop) return false;
      forced = true;
    } else if (stretch.stopped_by == EventType::kYield) {
      if (forced) return false;
      ++yields;
    } else {
      forced = false;
      yields = 0;
    }
  }
  return forced;
}

/// Ready to go on, and there only because it was forced to stop; running, with several processors.
std::vector<const GoroutineLife*> Busy(const History& h, const DumpCall& dump) {
  std::vector<const GoroutineLife*> busy = Shown(h, dump);
  std::erase_if(busy, [&](const GoroutineLife* g) {
    const State state = g->At(dump.at);
    return state != State::kRunning && (state != State::kRunnable || !OnlyPreempted(*g, dump.at));
  });
  return busy;
}

bool HeldByAnother(const History& h, const DumpCall& dump, const GoroutineLife& g) {
  const std::vector<Holder> holders = HoldersAt(h, g.WaitAt(dump.at)->object, dump.at);
  return std::any_of(holders.begin(), holders.end(),
                     [&](const Holder& holder) { return holder.g != g.id; });
}

std::vector<const GoroutineLife*> Locking(const History& h, const DumpCall& dump) {
  std::vector<const GoroutineLife*> locking = WaitingFor(h, dump, {WaitReason::kMutexLock});
  std::erase_if(locking, [&](const GoroutineLife* g) { return !HeldByAnother(h, dump, *g); });
  return locking;
}

std::vector<const GoroutineLife*> NotStarted(const History& h, const DumpCall& dump) {
  std::vector<const GoroutineLife*> waiting = Shown(h, dump);
  std::erase_if(waiting, [&](const GoroutineLife* g) { return g->started <= dump.at; });
  return waiting;
}

/// A state that the task asks for: who is in it, and how a dump shows it.
struct Kind {
  const char* name;
  std::vector<WaitReason> reasons;  // empty: busy
};

const std::vector<Kind>& BasicKinds() {
  static const std::vector<Kind> kinds = {{"runnable", {}},
                                          {"sleep", {WaitReason::kSleep}},
                                          {"chan receive", {WaitReason::kChanReceive}},
                                          {"chan send", {WaitReason::kChanSend}},
                                          {"sync.Mutex.Lock", {WaitReason::kMutexLock}}};
  return kinds;
}

const std::vector<Kind>& MoreKinds() {
  static const std::vector<Kind> kinds = {
      {"select", {WaitReason::kSelect}},
      {"WaitGroup", {WaitReason::kWaitGroupWait}},
      {"Cond", {WaitReason::kCondWait}},
      {"RWMutex", {WaitReason::kRWMutexRLock, WaitReason::kRWMutexLock}},
      {"nil channel", {WaitReason::kChanReceiveNil, WaitReason::kChanSendNil}},
      {"empty select", {WaitReason::kSelectNoCases}}};
  return kinds;
}

std::vector<const GoroutineLife*> Of(const History& h, const DumpCall& dump, const Kind& kind) {
  if (kind.reasons.empty()) return Busy(h, dump);
  if (kind.reasons.front() == WaitReason::kMutexLock) return Locking(h, dump);
  return WaitingFor(h, dump, kind.reasons);
}

const std::vector<Kind>& KindsOf(const Evidence& evidence) {
  return evidence.variation == "more" ? MoreKinds() : BasicKinds();
}

/// A goroutine's line in a dump, as printed: "goroutine 7 [sleep]".
struct Header {
  std::uint32_t id = 0;
  std::string tag;
  const Line* line = nullptr;
};

std::vector<Header> PrintedHeaders(const History& h, Moment from) {
  std::vector<Header> headers;
  for (const LineMatch& match : LinesMatching(h, "goroutine %d [")) {
    if (match.line->at < from) continue;
    const std::string& text = match.line->text;
    const std::size_t begin =
        text.find("goroutine " + match.holes[0] + " [") + 12 + match.holes[0].size();
    const std::size_t end = std::min(text.find(']', begin), text.size());
    // "sleep, 2 minutes", "chan receive, locked to thread": the first part is the reason.
    const std::string tag = text.substr(begin, std::min(text.find(',', begin), end) - begin);
    headers.push_back(
        {static_cast<std::uint32_t>(std::strtoul(match.holes[0].c_str(), nullptr, 10)), tag,
         match.line});
  }
  return headers;
}

bool IsPrinted(const std::vector<Header>& headers, std::uint32_t id) {
  return std::any_of(headers.begin(), headers.end(),
                     [id](const Header& header) { return header.id == id; });
}

/// How many of the asked states a dump shows; one of the caller alone shows none.
int Score(const Evidence& evidence, const DumpCall& dump) {
  const History& h = evidence.history;
  int score = NotStarted(h, dump).empty() ? 2 : 0;
  for (const Kind& kind : KindsOf(evidence)) score += Of(h, dump, kind).empty() ? 0 : 2;
  return dump.all ? score + 1 : score;
}

/// The dump that is judged.
std::optional<DumpCall> Best(const Evidence& evidence) {
  std::optional<DumpCall> best;
  int most = -1;
  for (DumpCall& dump : StackDumps(evidence.history)) {
    if (const int score = Score(evidence, dump); score > most) {
      most = score;
      best = std::move(dump);
    }
  }
  return best;
}

constexpr char kNoDump[] = "not judged: no dump is taken";

/// The place of the dump.
void AddDump(const History& h, const DumpCall& dump, Finding* finding) {
  finding->PlaceOf(h, dump.stack, "dump-at", "the dump, at " + InSeconds(dump.time), dump.g);
}

std::string AtOnce(const std::vector<const GoroutineLife*>& who, const std::string& tag) {
  return Who(who.front()->id) + " shows [" + tag + "]" +
         (who.size() > 1 ? ", and " + Grouped(static_cast<std::int64_t>(who.size()) - 1) + " more"
                         : "");
}

Finding NobodyIn(const DumpCall& dump, const char* cause, const std::string& tag) {
  return Fail(cause).Expected("1 goroutine or more in [" + tag + "]").Actual("0").At(dump.at);
}

// settled

constexpr CauseText kSettledCauses[] = {
    {"not-run", "{count} {count|goroutine has|goroutines have} not run once when the dump is taken",
     "go makes a goroutine ready; it runs when its turn comes (golab explain ready)",
     "what lets the others run before main takes the dump?"},
    {}};

GOLAB_CHECK(Settled, "task2.settled", "nobody waits for its first run when the dump is taken",
            info.causes = kSettledCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto fresh = NotStarted(h, *dump);
  if (fresh.empty()) {
    return Pass("all " + Grouped(static_cast<std::int64_t>(Shown(h, *dump).size())) +
                " others have run by " + InSeconds(dump->time));
  }
  Finding finding =
      Fail("not-run")
          .Set("count", static_cast<std::int64_t>(fresh.size()))
          .Expected("each has come to its wait")
          .Actual(Grouped(static_cast<std::int64_t>(fresh.size())) + " of " +
                  Grouped(static_cast<std::int64_t>(Shown(h, *dump).size())) + " have not run")
          .At(dump->at);
  AddDump(h, *dump, &finding);
  for (const GoroutineLife* g : fresh) finding.Blame(*g);
  const GoroutineLife& first = *fresh.front();
  return finding.PlaceOf(h, first.creation_stack, "created-at",
                         Who(first.id) + " waits for its first run", first.id);
}

// running

constexpr CauseText kRunningCauses[] = {
    {"waits", "nobody is busy: {who} waits in {reason}",
     "a goroutine is busy while it neither calls nor waits (golab explain preempt)",
     "which line of the loop waits?"},
    {"yields", "nobody is busy: {who} gives up its turn by itself",
     "a goroutine is busy while it neither calls nor waits (golab explain preempt)",
     "which line of the loop gives the turn away?"},
    {"nobody", "nobody is busy when the dump is taken",
     "a goroutine is busy while it neither calls nor waits (golab explain preempt)",
     "does the loop go on for ever, or has it ended?"},
    {}};

GOLAB_CHECK(Running, "task2.running",
            "a busy loop runs: it never yields nor waits, only preemption stops it",
            info.needs = "settled", info.variations = "-", info.causes = kRunningCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto busy = Busy(h, *dump);
  if (!busy.empty()) {
    return Pass("the busy loop shows [runnable]: taking the dump stops the world");
  }
  // Who could have been meant: it came to run most often.
  const GoroutineLife* likely = nullptr;
  for (const GoroutineLife* g : Shown(h, *dump)) {
    if (g->stretches.size() > 1 &&
        (likely == nullptr || g->stretches.size() > likely->stretches.size()))
      likely = g;
  }
  const Wait* wait = likely == nullptr ? nullptr : likely->WaitAt(dump->at);
  const bool yields = likely != nullptr && likely->At(dump->at) == State::kRunnable;
  const bool waits = wait != nullptr && likely->stretches.size() > 2;
  Finding finding = Fail(yields  ? "yields"
                         : waits ? "waits"
                                 : "nobody")
                        .Expected("1 goroutine or more that only preemption stops")
                        .Actual("0")
                        .At(dump->at);
  if (yields || waits) finding.Set("who", Who(likely->id)).Blame(*likely);
  if (waits) {
    finding.Set("reason", InBrackets(wait->reason))
        .PlaceOf(h, wait->stack, "waits-at", Who(likely->id) + " waits here", likely->id);
  }
  if (yields) {
    for (const Stretch& stretch : likely->stretches) {
      if (stretch.stopped_by != EventType::kYield || stretch.end > dump->at) continue;
      finding.PlaceOf(h, h.events()[stretch.end].stack, "yields-at", "here", likely->id);
      break;
    }
  }
  AddDump(h, *dump, &finding);
  return finding;
}

// sleep

constexpr CauseText kSleepCauses[] = {
    {"nobody", "nobody sleeps when the dump is taken",
     "a sleep lasts as long as its timer; the dump comes later (golab explain sleep)",
     "who sleeps, and for how long?"},
    {"other-reason", "the timer is waited for in {reason}, not in [sleep]",
     "the wait reason names the call, not what ends it (golab explain wait-reason)",
     "which call parks with the reason [sleep]?"},
    {}};

GOLAB_CHECK(Sleep, "task2.sleep", "a goroutine waits in [sleep]", info.needs = "settled",
            info.variations = "-", info.causes = kSleepCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto asleep = WaitingFor(h, *dump, {WaitReason::kSleep});
  if (!asleep.empty()) return Pass(AtOnce(asleep, "sleep"));
  for (const GoroutineLife* g : Shown(h, *dump)) {
    const Wait* wait = g->WaitAt(dump->at);
    if (wait == nullptr || !wait->until) continue;
    return NobodyIn(*dump, "other-reason", "sleep")
        .Set("reason", InBrackets(wait->reason))
        .Blame(*g)
        .PlaceOf(h, wait->stack, "waits-at", Who(g->id) + " waits for its timer here", g->id);
  }
  Finding finding = NobodyIn(*dump, "nobody", "sleep");
  for (const GoroutineLife& g : h.goroutines()) {
    for (const Wait& wait : g.waits) {
      if (g.IsMain() || wait.reason != WaitReason::kSleep || wait.end == kNever ||
          wait.end > dump->at)
        continue;
      finding.Blame(g).PlaceOf(h, wait.stack, "slept-at",
                               "this sleep is over at " + InSeconds(wait.end_time), g.id);
      AddDump(h, *dump, &finding);
      return finding;
    }
  }
  AddDump(h, *dump, &finding);
  return finding;
}

// chan-receive, chan-send

constexpr CauseText kReceiveCauses[] = {
    {"nobody", "nobody waits to receive when the dump is taken",
     "a receive waits while the channel is empty and open (golab explain \"chan receive\")",
     "who sends on that channel, or closes it?"},
    {"nil", "the receive waits in [chan receive (nil chan)]: there is no channel",
     "a nil channel waits for ever, under its own name (golab explain nil-channel)",
     "where is the channel made?"},
    {"ready", "the receive does not wait: it gets something at once",
     "a receive waits while the channel is empty and open (golab explain \"chan receive\")",
     "who sends on that channel, or closes it?"},
    {}};

/// The first event of this type by another than `but`, up to `m`; kNever if there is none.
Moment FirstBy(const History& h, EventType type, std::uint32_t but, Moment m) {
  for (const Moment at : h.EventsOf(type)) {
    if (at > m) break;
    if (h.events()[at].g != but) return at;
  }
  return kNever;
}

GOLAB_CHECK(ChanReceive, "task2.chan-receive", "a goroutine waits in [chan receive]",
            info.needs = "settled", info.variations = "-", info.causes = kReceiveCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto waiting = WaitingFor(h, *dump, {WaitReason::kChanReceive});
  if (!waiting.empty()) return Pass(AtOnce(waiting, "chan receive"));
  const auto nil = WaitingFor(h, *dump, {WaitReason::kChanReceiveNil});
  const Moment got = FirstBy(h, EventType::kRecv, dump->g, dump->at);
  Finding finding = NobodyIn(*dump,
                             !nil.empty()    ? "nil"
                             : got != kNever ? "ready"
                                             : "nobody",
                             "chan receive");
  if (!nil.empty()) {
    finding.Blame(*nil.front())
        .PlaceOf(h, nil.front()->WaitAt(dump->at)->stack, "waits-at", "here", nil.front()->id);
  } else if (got != kNever) {
    const rt::Record& r = h.events()[got];
    finding.PlaceOf(h, r.stack, "receives-at", Who(r.g) + " goes on from here", r.g);
  }
  AddDump(h, *dump, &finding);
  return finding;
}

constexpr CauseText kSendCauses[] = {
    {"nobody", "nobody waits to send when the dump is taken",
     "a send waits if there is no receiver and no room (golab explain send)",
     "which goroutine sends, and to whom?"},
    {"room", "nobody waits to send when the dump is taken",
     "a send waits if there is no receiver and no room (golab explain send)",
     "how much room may the channel have, so that its first send must wait?"},
    {"taken", "nobody waits to send: the value is received",
     "a send waits if there is no receiver and no room (golab explain send)",
     "who receives from that channel?"},
    {"nil", "the send waits in [chan send (nil chan)]: there is no channel",
     "a nil channel waits for ever, under its own name (golab explain nil-channel)",
     "where is the channel made?"},
    {}};

GOLAB_CHECK(ChanSend, "task2.chan-send", "a goroutine waits in [chan send]", info.needs = "settled",
            info.variations = "-", info.causes = kSendCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto waiting = WaitingFor(h, *dump, {WaitReason::kChanSend});
  if (!waiting.empty()) return Pass(AtOnce(waiting, "chan send"));
  const auto nil = WaitingFor(h, *dump, {WaitReason::kChanSendNil});
  if (!nil.empty()) {
    return NobodyIn(*dump, "nil", "chan send")
        .Blame(*nil.front())
        .PlaceOf(h, nil.front()->WaitAt(dump->at)->stack, "waits-at",
                 Who(nil.front()->id) + " waits here", nil.front()->id);
  }
  const Moment sent = FirstBy(h, EventType::kSend, dump->g, dump->at);
  if (sent == kNever) {
    Finding finding = NobodyIn(*dump, "nobody", "chan send");
    AddDump(h, *dump, &finding);
    return finding;
  }
  const rt::Record& send = h.events()[sent];
  const auto channel = FindChannel(h, send.arg);
  const bool room = channel && channel->capacity > 0;
  Finding finding = NobodyIn(*dump, room ? "room" : "taken", "chan send");
  if (room) {
    finding.PlaceOf(h, channel->stack, "made-at",
                    "this channel has room for " + Grouped(channel->capacity) +
                        (channel->capacity == 1 ? " value" : " values"));
  }
  const GoroutineLife* g = h.Find(send.g);
  finding.PlaceOf(h, send.stack, "sends-at",
                  Who(send.g) + (g != nullptr && g->ended <= dump->at ? " sent and ended"
                                                                      : " sends here and goes on"),
                  send.g);
  if (g != nullptr) finding.Blame(*g);
  return finding;
}

// mutex

constexpr CauseText kMutexCauses[] = {
    {"nobody", "nobody waits to lock a mutex when the dump is taken",
     "Lock waits while the mutex is held (golab explain sync.Mutex.Lock)",
     "who holds the mutex when the other one comes to Lock?"},
    {"free", "the mutex is free when {who} locks it: nobody waits",
     "Lock waits while the mutex is held (golab explain sync.Mutex.Lock)",
     "who holds the mutex when the other one comes to Lock?"},
    {"itself", "{who} waits for a mutex that it holds itself",
     "a mutex knows no owner: to lock it twice waits for ever (golab explain sync.Mutex.Lock)",
     "which other goroutine can hold the mutex?"},
    {"other-lock", "the lock waits in {reason}, not in [sync.Mutex.Lock]",
     "the wait reason names the lock (golab explain wait-reason)",
     "which kind of lock does the task ask for?"},
    {}};

GOLAB_CHECK(Mutex, "task2.mutex",
            "a goroutine waits in [sync.Mutex.Lock], and another one holds that mutex",
            info.needs = "settled", info.variations = "-", info.causes = kMutexCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  const auto locking = Locking(h, *dump);
  if (!locking.empty()) {
    const auto holders = HoldersAt(h, locking.front()->WaitAt(dump->at)->object, dump->at);
    return Pass(AtOnce(locking, "sync.Mutex.Lock") + "; " + Who(holders.front().g) +
                " holds the mutex");
  }
  const auto alone = WaitingFor(h, *dump, {WaitReason::kMutexLock});
  const auto others = WaitingFor(
      h, *dump, {WaitReason::kRWMutexLock, WaitReason::kRWMutexRLock, WaitReason::kStdMutex});
  if (!alone.empty()) {
    const GoroutineLife& g = *alone.front();
    Finding finding = NobodyIn(*dump, "itself", "sync.Mutex.Lock").Set("who", Who(g.id)).Blame(g);
    for (const Holder& holder : HoldersAt(h, g.WaitAt(dump->at)->object, dump->at)) {
      finding.PlaceOf(h, holder.stack, "locked-at", Who(g.id) + " locks it here", g.id);
    }
    return finding.PlaceOf(h, g.WaitAt(dump->at)->stack, "waits-at", "and waits here", g.id);
  }
  if (!others.empty()) {
    const Wait& wait = *others.front()->WaitAt(dump->at);
    return NobodyIn(*dump, "other-lock", "sync.Mutex.Lock")
        .Set("reason", InBrackets(wait.reason))
        .Blame(*others.front())
        .PlaceOf(h, wait.stack, "waits-at", Who(others.front()->id) + " waits here",
                 others.front()->id);
  }
  const Moment locked = FirstBy(h, EventType::kLock, dump->g, dump->at);
  Finding finding = NobodyIn(*dump, locked == kNever ? "nobody" : "free", "sync.Mutex.Lock");
  if (locked != kNever) {
    const rt::Record& r = h.events()[locked];
    finding.Set("who", Who(r.g))
        .PlaceOf(h, r.stack, "locks-at", Who(r.g) + " takes it here at once", r.g);
    for (const Moment unlocked : h.EventsOf(EventType::kUnlock)) {
      const rt::Record& u = h.events()[unlocked];
      if (u.arg != r.arg || unlocked > dump->at) continue;
      finding.PlaceOf(h, u.stack, "unlocks-at", Who(u.g) + " gives it free", u.g);
      break;
    }
  }
  AddDump(h, *dump, &finding);
  return finding;
}

// more: the variation

constexpr CauseText kMoreCauses[] = {
    {"missing", "{missing} {missing_count|is|are} not in the dump",
     "each kind of wait has its own reason (golab explain wait-reason)",
     "which goroutine was to wait so, and has it come to its wait?"},
    {}};

GOLAB_CHECK(More, "task2.more",
            "with --more: select, WaitGroup, Cond, RWMutex, a nil channel and an empty select wait",
            info.needs = "settled", info.variations = "more", info.causes = kMoreCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump) return Skip(kNoDump);
  std::string missing;
  int count = 0;
  for (const Kind& kind : MoreKinds()) {
    if (!Of(h, *dump, kind).empty()) continue;
    missing += (count++ == 0 ? "" : ", ") + std::string(kind.name);
  }
  if (count == 0) return Pass("6 more ways to wait, each with its own tag");
  Finding finding = Fail("missing")
                        .Set("missing", missing)
                        .Set("missing_count", count)
                        .Expected("6 more kinds of wait")
                        .Actual(std::to_string(6 - count))
                        .At(dump->at);
  AddDump(h, *dump, &finding);
  return finding;
}

// dump

constexpr CauseText kDumpCauses[] = {
    {"none", "no dump is taken: runtime::Stack is not called",
     "a dump shows every goroutine and what it waits for (golab explain Stack)",
     "which call gives the stacks of all goroutines?"},
    {"one-only", "the dump is of {who} alone, {count} {count|other is|others are} left out",
     "Stack shows all goroutines only if its argument is true (golab explain Stack)",
     "what does the argument of runtime::Stack say?"},
    {"not-printed", "the dump is taken, but not printed",
     "what is printed has its place in time, and is the evidence",
     "what happens with what runtime::Stack gives?"},
    {"incomplete", "the printed dump lacks {who}, which is in [{tag}]",
     "a buffer holds as much as fits; Stack says how much it wrote (golab explain Stack)",
     "how large is the buffer, and how large the dump?"},
    {"differs", "'goroutine {id} [{tag}]' is printed; the dump says [{true_tag}]",
     "what is printed must be the dump that was taken (golab explain Stack)",
     "where does the printed text come from?"},
    {}};

/// The tag that a dump's own text has for a goroutine; empty if it is not in it.
std::string TagIn(const DumpCall& dump, std::uint32_t id) {
  const std::string key = "goroutine " + std::to_string(id) + " [";
  for (std::size_t at = dump.text.find(key); at != std::string::npos;
       at = dump.text.find(key, at + 1)) {
    if (at != 0 && dump.text[at - 1] != '\n') continue;  // "in goroutine 1"
    const std::size_t begin = at + key.size();
    return dump.text.substr(begin, dump.text.find_first_of(",]", begin) - begin);
  }
  return "";
}

/// A printed line that no dump has said.
const Header* MadeUp(const Evidence& evidence, const std::vector<Header>& headers) {
  const std::vector<DumpCall> dumps = StackDumps(evidence.history);
  for (const Header& header : headers) {
    const bool said = std::any_of(dumps.begin(), dumps.end(), [&](const DumpCall& dump) {
      return dump.at <= header.line->at && TagIn(dump, header.id) == header.tag;
    });
    if (!said) return &header;
  }
  return nullptr;
}

GOLAB_CHECK(Dump, "task2.dump", "the printed dump has each of them, as it was at that moment",
            info.causes = kDumpCauses) {
  const History& h = evidence.history;
  const auto dump = Best(evidence);
  if (!dump)
    return Fail("none")
        .Expected("1 dump or more")
        .Actual("0")
        .At(h.main_return() != kNever ? h.main_return() : h.last());
  const auto with_dump = [&](Finding finding) {
    AddDump(h, *dump, &finding);
    return finding.At(dump->at);
  };
  if (!dump->all) {
    return with_dump(Fail("one-only")
                         .Set("who", Who(dump->g))
                         .Set("count", static_cast<std::int64_t>(Shown(h, *dump).size()))
                         .Expected("all " +
                                   Grouped(static_cast<std::int64_t>(Shown(h, *dump).size()) + 1) +
                                   " goroutines")
                         .Actual("1"));
  }
  const std::vector<Header> headers = PrintedHeaders(h, dump->at);
  if (headers.empty())
    return with_dump(Fail("not-printed").Expected("the text of the dump").Actual("nothing of it"));
  if (const Header* wrong = MadeUp(evidence, headers)) {
    return with_dump(Fail("differs")
                         .Set("id", wrong->id)
                         .Set("tag", wrong->tag)
                         .Set("true_tag", TagIn(*dump, wrong->id).empty() ? "nothing of it"
                                                                          : TagIn(*dump, wrong->id))
                         .Expected("what runtime::Stack gave")
                         .Actual("another text"));
  }
  for (const Kind& kind : KindsOf(evidence)) {
    const auto those = Of(h, *dump, kind);
    if (those.empty()) continue;
    const bool printed = std::any_of(those.begin(), those.end(), [&](const GoroutineLife* g) {
      return IsPrinted(headers, g->id);
    });
    if (printed) continue;
    return with_dump(
        Fail("incomplete")
            .Set("who", Who(those.front()->id))
            .Set("tag", kind.reasons.empty()
                            ? "runnable"
                            : rt::WaitReasonText(those.front()->WaitAt(dump->at)->reason))
            .Expected("all " + Grouped(static_cast<std::int64_t>(Shown(h, *dump).size()) + 1) +
                      " goroutines")
            .Actual(Grouped(static_cast<std::int64_t>(headers.size())))
            .Blame(*those.front()));
  }
  return Pass(Grouped(static_cast<std::int64_t>(headers.size())) +
              " goroutines printed, each with its state");
}

}  // namespace
}  // namespace golab::lab
