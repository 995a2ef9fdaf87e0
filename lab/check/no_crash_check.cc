// The check `no-crash`: panics, signals, fatal errors and deadlocks, said with who was where.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "lab/check/common_checks.h"
#include "lab/check/waits.h"
#include "lab/check/words.h"
#include "lab/history/questions.h"

namespace golab::lab::common {

using rt::EventType;

#define GOLAB_PANICKED "{who} panicked, not recovered: {text}"

const CauseText kNoCrashCauses[] = {
    {"null-pointer", "{who} used a null pointer ({signal}, address {address})",
     "a null pointer refers to no object",
     "which pointer of this line is null, and where is it set?"},
    {"nil-access", "{who} used a null pointer ({signal})", "a null pointer refers to no object",
     "which pointer of this line is null, and where is it set?"},
    {"bad-memory", "{who} used a wild pointer ({signal}, address {address})",
     "an object may be used until its end, and within its bounds", ""},
    {"signal", "{signal} ended the program while {who} ran",
     "an object may be used until its end, and within its bounds",
     "what is used by reference or pointer here, and does it still exist then?"},
    {"send-on-closed", GOLAB_PANICKED,
     "close after the last send, on the senders' side (golab explain close)",
     "how can the one that closes know that every sender has finished?"},
    {"close-of-closed", GOLAB_PANICKED,
     "a channel is closed once, by one owner (golab explain close)",
     "which goroutine alone should close it?"},
    {"negative-counter", GOLAB_PANICKED, "each Done belongs to one Add (golab explain WaitGroup)",
     "which call of Done has no Add before it?"},
    {"panic", GOLAB_PANICKED, "a panic that nobody recovers ends the program (golab explain panic)",
     ""},
    {"stack-overflow", "{who} used up its stack",
     "each call takes stack until it returns (golab explain stack)",
     "which call leads back to itself, and what ends that?"},
    {"fatal", "the program cannot go on: {text}",
     "a fatal error cannot be recovered (golab explain panic)", ""},
    {"asleep-in-a-circle", "all goroutines are asleep: each waits for one that waits",
     "a wait ends only if someone else can run (golab explain deadlock)",
     "which of these waits can come later, or in another order?"},
    {"asleep-without-done",
     "all goroutines are asleep: {who} waits for {missing} {missing|call|calls} of Done",
     "each Add needs one Done, on every way out (golab explain WaitGroup)",
     "on which way out of the goroutine is Done left out?"},
    {"asleep-on-nil", "all goroutines are asleep: {who} uses a nil channel",
     "a nil channel never has a partner (golab explain nil-channel)",
     "where should MakeChan make it?"},
    {"asleep-none-left", "main ended by Goexit, and no goroutine is left",
     "main's Goexit is no return: the program goes on (golab explain Goexit)", ""},
    {"asleep", "all goroutines are asleep: nothing can wake {who}",
     "a wait ends only if someone else can run (golab explain deadlock)",
     "what would have to come to end this wait, and from which goroutine?"},
    {}};

#undef GOLAB_PANICKED

namespace {

constexpr std::size_t kMostPlaces = 3;
constexpr std::uint64_t kNullPage = 4096;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A panic's text may be long, and of many lines.
std::string FirstLineOf(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() > 200) line = line.substr(0, 200) + "...";
  return line;
}

// Panics and fatal errors.

const char* CauseOfPanic(std::string_view text) {
  if (Contains(text, "send on closed channel")) return "send-on-closed";
  if (Contains(text, "close of closed channel")) return "close-of-closed";
  if (Contains(text, "negative WaitGroup counter")) return "negative-counter";
  return "panic";
}

/// The address in "addr=0x8", as Go and golab write it.
std::optional<std::uint64_t> FaultAddress(const std::string& text) {
  const std::size_t at = text.find("addr=0x");
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(text.c_str() + at + 5, nullptr, 16);
}

std::string Hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

bool IsBadMemory(const Ending& ending) {
  return ending.signal == SIGSEGV || ending.signal == SIGBUS || Contains(ending.text, "SIGSEGV") ||
         Contains(ending.text, "invalid memory address");
}

void AddCreation(const History& h, std::uint32_t g, Finding* finding) {
  const GoroutineLife* life = h.Find(g);
  if (life == nullptr) return;
  finding->Blame(*life);
  if (!life->IsMain()) {
    finding->PlaceOf(h, life->creation_stack, "created-at", "created here by " + Who(life->creator),
                     g);
  }
}

/// Go gives no address for a null pointer; a signal may.
const char* CauseOfBadMemory(const Ending& ending, const std::optional<std::uint64_t>& address) {
  if (address) return *address < kNullPage ? "null-pointer" : "bad-memory";
  return Contains(ending.text, "nil pointer dereference") ? "nil-access" : "signal";
}

Finding BadMemory(const History& h) {
  const Ending& ending = h.ending();
  const auto address = FaultAddress(ending.text);
  const std::string cause = CauseOfBadMemory(ending, address);
  Finding finding = Fail(cause)
                        .Set("who", Who(ending.g))
                        .Set("signal", SignalName(ending.signal != 0 ? ending.signal : SIGSEGV))
                        .Set("address", address ? Hex(*address) : "")
                        .PlaceOf(h, ending.stack, "struck-at", "here", ending.g)
                        .At(ending.at);
  if (cause == "null-pointer" || cause == "nil-access")
    finding.GoSays("panic: runtime error: invalid memory address or nil pointer dereference");
  AddCreation(h, ending.g, &finding);
  return finding;
}

/// Where the channel was closed, if only one channel ever was.
void AddClose(const History& h, Finding* finding) {
  const std::vector<Moment> closes = h.EventsOf(EventType::kClose);
  if (closes.empty()) return;
  const rt::Record& last = h.events()[closes.back()];
  for (const Moment m : closes) {
    if (h.events()[m].arg != last.arg) return;
  }
  finding->PlaceOf(h, last.stack, "closed-at",
                   Who(last.g) + " closed it, at " + InSeconds(last.time), last.g);
}

Finding Panicked(const History& h) {
  const Ending& ending = h.ending();
  if (IsBadMemory(ending)) return BadMemory(h);
  const std::string text = FirstLineOf(ending.text);
  const std::string cause = CauseOfPanic(text);
  Finding finding = Fail(cause)
                        .Set("who", Who(ending.g))
                        .Set("text", text)
                        .PlaceOf(h, ending.stack, "panicked-at",
                                 Who(ending.g) + ", at " + InSeconds(ending.time), ending.g)
                        .GoSays("panic: " + text)
                        .At(ending.at);
  if (cause == "send-on-closed" || cause == "close-of-closed") AddClose(h, &finding);
  AddCreation(h, ending.g, &finding);
  return finding;
}

Finding FatalError(const History& h) {
  const Ending& ending = h.ending();
  if (IsBadMemory(ending)) return BadMemory(h);
  const std::string text = FirstLineOf(ending.text);
  const bool overflow = Contains(text, "stack overflow") || Contains(text, "stack exceeds");
  Finding finding = Fail(overflow ? "stack-overflow" : "fatal")
                        .Set("who", Who(ending.g))
                        .Set("text", text)
                        .PlaceOf(h, ending.stack, "struck-at", "here", ending.g)
                        .GoSays("fatal error: " + text)
                        .At(ending.at);
  AddCreation(h, ending.g, &finding);
  return finding;
}

Finding Signalled(const History& h) {
  const Ending& ending = h.ending();
  if (IsBadMemory(ending)) return BadMemory(h);
  if (!ending.text.empty()) return FatalError(h);
  Finding finding = Fail("signal")
                        .Set("who", Who(ending.g))
                        .Set("signal", SignalName(ending.signal))
                        .At(ending.at);
  return finding.PlaceOf(h, ending.stack, "struck-at", "here", ending.g);
}

// Deadlock.

/// True if what `first` waits for is known, and waits itself.
bool WaitsForOneThatWaits(const std::vector<WaitFor>& waiting, const WaitFor& first) {
  if (!first.sure) return false;
  return std::all_of(first.partners.begin(), first.partners.end(), [&](std::uint32_t partner) {
    return std::any_of(waiting.begin(), waiting.end(),
                       [&](const WaitFor& one) { return one.g == partner; });
  });
}

/// A cause is named only where the recording leaves no other.
std::string CauseOfDeadlock(const History& h, const std::vector<WaitFor>& waiting,
                            const WaitFor& first) {
  const auto reason = first.wait->reason;
  if (reason == rt::WaitReason::kChanReceiveNil || reason == rt::WaitReason::kChanSendNil) {
    return "asleep-on-nil";
  }
  if (!LeftWithoutDone(h, first, h.ending().at).empty()) return "asleep-without-done";
  if (!WaitCycle(waiting).empty() || WaitsForOneThatWaits(waiting, first))
    return "asleep-in-a-circle";
  const auto has_partner = [](const WaitFor& one) { return !one.partners.empty(); };
  const bool all = std::all_of(waiting.begin(), waiting.end(), has_partner);
  return waiting.size() > 1 && all ? "asleep-in-a-circle" : "asleep";
}

Finding Deadlocked(const History& h) {
  const Ending& ending = h.ending();
  const std::vector<WaitFor> waiting = WaitingAt(h, ending.at);
  Finding finding = Fail("asleep").Set("who", "main").At(ending.at);
  const std::vector<Moment> reports = h.EventsOf(EventType::kDeadlock);
  if (!reports.empty() && h.events()[reports.back()].reason == 3) {
    finding.Note(
        "Go itself would hang here in silence: who waits for the network is still there to be "
        "woken, but nothing is on its way");
  } else if (!reports.empty() && h.events()[reports.back()].reason == 2) {
    finding.Note("Go itself would hang here in silence: a timer is pending, but it wakes nobody");
  } else {
    finding.GoSays(waiting.empty()
                       ? "fatal error: no goroutines (main called runtime.Goexit) - deadlock!"
                       : "fatal error: all goroutines are asleep - deadlock!");
  }
  if (waiting.empty()) {
    if (h.main().ended != kNever) finding.cause = "asleep-none-left";
    return finding;
  }
  const WaitFor& first = waiting.front();
  finding.cause = CauseOfDeadlock(h, waiting, first);
  finding.Set("who", Who(first.g)).Set("missing", first.count);
  finding.story = WaitLines(h, waiting);
  finding.Show(Picture::kStory);
  for (const WaitFor& one : waiting) finding.goroutines.push_back(one.g);
  if (finding.cause == "asleep-without-done") {
    const GoroutineLife* ended = LeftWithoutDone(h, first, ending.at).front();
    finding.PlaceOf(h, first.wait->stack, "waits-at", Who(first.g) + " waits here", first.g);
    finding.PlaceOf(h, ended->creation_stack, "created-at",
                    Who(ended->id) + ", created here, ended without Done", ended->id);
    return finding;
  }
  for (const WaitFor& one : waiting) {
    if (finding.places.size() == kMostPlaces) break;
    finding.PlaceAt(one.where, "waits-at", Who(one.g) + " waits here", one.g);
  }
  return finding;
}

}  // namespace

Finding NoCrash(const Evidence& evidence) {
  const History& h = evidence.history;
  const Ending& ending = h.ending();
  const bool may_fail = evidence.Exempt(Exemption::kFailAllowed);
  if (h.main_return() != kNever && ending.kind != Ending::Kind::kSignal) {
    Finding pass = Pass("none");
    if (ending.kind == Ending::Kind::kPanic) {
      pass.Note(Who(ending.g) + " panicked after main's return; Go would have ended before");
    }
    return pass;
  }
  switch (ending.kind) {
    case Ending::Kind::kPanic:
      return may_fail ? Pass("ends by a panic, which the task judges") : Panicked(h);
    case Ending::Kind::kFatal:
      return may_fail ? Pass("ends by a fatal error, which the task judges") : FatalError(h);
    case Ending::Kind::kDeadlock:
      if (evidence.Exempt(Exemption::kServes)) return Pass("waits for ever, as the task wants");
      if (evidence.Exempt(Exemption::kAsleepAllowed)) return Pass("ends asleep, as the task allows");
      return may_fail ? Pass("ends asleep, which the task judges") : Deadlocked(h);
    case Ending::Kind::kSignal: {
      const bool told =
          ending.signal == SIGTERM || ending.signal == SIGINT || ending.signal == SIGKILL;
      if (evidence.Exempt(Exemption::kServes) && told)
        return Pass("served until it was told to end");
      return Signalled(h);
    }
    case Ending::Kind::kMainReturned:
    case Ending::Kind::kExit:
    case Ending::Kind::kLivelock:
    case Ending::Kind::kVirtualLimit:
    case Ending::Kind::kKilled:
    case Ending::Kind::kOutsideEnd:
    case Ending::Kind::kVanished:
      break;
  }
  return Pass("none");
}

}  // namespace golab::lab::common
