// Checks of task10. Who waits for the end of which object, what each collection found and what the
// finalizer goroutine called is recorded; lines are looked for within those calls.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/collections.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

/// By whatever ends the program before main returns, but a deadlock: that is a right end here.
bool CutShort(const History& h) {
  return h.main_return() == kNever && h.ending().kind != Ending::Kind::kDeadlock &&
         h.ending().kind != Ending::Kind::kExit;
}

bool HasRun(const EndCall& call, Moment end) {
  return call.begun != kNever && call.begun <= end;
}

const char* NameOf(const EndCall& call) {
  return call.is_cleanup ? "cleanup" : "finalizer";
}

std::string Number(std::uint64_t n) {
  return Grouped(static_cast<std::int64_t>(n));
}

// Lines that finalizers print.

struct Said {
  const Line* line = nullptr;
  std::string name;  ///< the number behind "T#"
  std::int64_t count = 0;
};

std::vector<Said> SaidIn(const History& h) {
  std::vector<Said> all;
  for (const LineMatch& match : LinesMatching(h, "T#%d%*goroutines now: %d"))
    all.push_back({match.line, match.holes[0], std::strtol(match.holes[1].c_str(), nullptr, 10)});
  return all;
}

/// A call of the finalizer goroutine.
struct Call {
  const WatchedObject* object = nullptr;
  const EndCall* call = nullptr;
};

std::vector<Call> CallsIn(const std::vector<WatchedObject>& objects) {
  std::vector<Call> calls;
  for (const WatchedObject& object : objects) {
    for (const EndCall& call : object.calls) {
      if (call.begun != kNever) calls.push_back({&object, &call});
    }
  }
  std::sort(calls.begin(), calls.end(),
            [](const Call& a, const Call& b) { return a.call->begun < b.call->begun; });
  return calls;
}

/// The call in which goroutine `g` was at `m`, or in which whoever started it was; null: none.
const Call* CallAt(const History& h, const std::vector<Call>& calls, std::uint32_t g, Moment m) {
  const GoroutineLife* const finalizers = FinalizerGoroutine(h);
  constexpr int kMostGenerations = 100;
  for (int i = 0; finalizers != nullptr && i < kMostGenerations; ++i) {
    if (g == finalizers->id) {
      for (const Call& one : calls) {
        if (one.call->begun <= m && m <= one.call->left) return &one;
      }
      return nullptr;
    }
    const GoroutineLife* const life = h.Find(g);
    if (life == nullptr || life->IsMain()) return nullptr;
    m = life->created;
    g = life->creator;
  }
  return nullptr;
}

/// How an object is called: by the name that it says of itself, where it says one.
class Names {
 public:
  explicit Names(const History& h) : objects_(WatchedObjects(h)), calls_(CallsIn(objects_)) {
    for (const Said& said : SaidIn(h)) {
      const Call* call = CallAt(h, calls_, said.line->g, said.line->at);
      if (call != nullptr) names_.emplace(call->object->number, "T#" + said.name);
    }
    // Names by their order tell those of silent ones, too.
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      const auto it = names_.find(objects_[i].number);
      by_order_ = by_order_ && (it == names_.end() || it->second == "T#" + std::to_string(i));
    }
  }

  const std::vector<WatchedObject>& objects() const { return objects_; }

  const std::vector<Call>& calls() const { return calls_; }

  std::string Of(const WatchedObject& object) const {
    const auto it = names_.find(object.number);
    if (it != names_.end()) return it->second;
    const auto index = static_cast<std::size_t>(&object - objects_.data());
    if (by_order_ && !names_.empty()) return "T#" + std::to_string(index);
    return "object " + Number(index + 1);
  }

 private:
  std::vector<WatchedObject> objects_;
  std::vector<Call> calls_;
  std::map<std::uint64_t, std::string> names_;
  bool by_order_ = true;
};

// ran

constexpr CauseText kRanCauses[] = {
    {"none", "no object has a finalizer or a cleanup",
     "runtime::SetFinalizer asks for a call at an object's end (golab explain finalizer)",
     "which line says what is to happen when the object is gone?"},
    {"no-collection", "no finalizer ran: nothing was collected",
     "only a collection finds out what is unreachable (golab explain finalizer)",
     "which call has one begin?"},
    {"collected-before", "no collection came after the {what} of {name} was set",
     "only a collection finds out what is unreachable (golab explain finalizer)",
     "which is to come first: that the object is dropped, or the collection?"},
    {"on-a-stack", "{name} was not collected: {who} still refers to it",
     "only what nothing refers to is collected (golab explain reachable)",
     "until which line is that variable needed?"},
    {"outside", "{name} was not collected: it is referred to from outside",
     "only what nothing refers to is collected (golab explain reachable)",
     "until when is that copy of the Ptr needed?"},
    {"in-a-circle", "{name} was not collected: it can be reached from itself",
     "an object with a finalizer keeps what it refers to (golab explain finalizer)",
     "which of the references in the circle is not needed?"},
    {"in-an-object", "{name} was not collected: another object refers to it",
     "an object with a finalizer keeps what it refers to (golab explain finalizer)",
     "how many collections does it take until both are gone?"},
    {"reachable", "{name} was not collected: it could still be reached",
     "only what nothing refers to is collected (golab explain reachable)", ""},
    {"ended-before", "the program ended before the {what} of {name} had run",
     "a collection only queues what is to run (golab explain finalizer)",
     "how does main learn that the last of them has run?"},
    {"held-up", "the {what} of {name} never ran: {blocker}'s does not end",
     "one goroutine runs all finalizers, one by one (golab explain finalizer)",
     "what does the one wait for that was called before?"},
    {}};

struct Missing {
  const WatchedObject* object;
  const EndCall* call;
};

/// What did not run, by object.
std::vector<Missing> MissingIn(const std::vector<WatchedObject>& objects, Moment end) {
  std::vector<Missing> missing;
  for (const WatchedObject& object : objects) {
    for (const EndCall& call : object.calls) {
      if (call.set <= end && call.taken_back > end && !HasRun(call, end))
        missing.push_back({&object, &call});
    }
  }
  return missing;
}

bool KeptByItself(const std::vector<WatchedObject>& objects, const WatchedObject& object) {
  // From holder to holder, in their last collections.
  std::uint64_t at = object.number;
  for (std::size_t i = 0; i <= objects.size(); ++i) {
    const auto it = std::find_if(objects.begin(), objects.end(),
                                 [at](const WatchedObject& one) { return one.number == at; });
    if (it == objects.end()) return i > 0;  // one that nothing waits for: no variable holds it
    if (it->kept.empty()) return false;
    const Kept& kept = it->kept.back();
    if (kept.by != Kept::By::kObject && kept.by != Kept::By::kFinalizer) return false;
    at = kept.holder;
    if (at == object.number) return true;
  }
  return true;
}

std::string CauseOfKept(const std::vector<WatchedObject>& objects, const WatchedObject& object) {
  switch (object.kept.back().by) {
    case Kept::By::kGoroutine:
      return "on-a-stack";
    case Kept::By::kOther:
      return "outside";
    case Kept::By::kObject:
    case Kept::By::kFinalizer:
      return KeptByItself(objects, object) ? "in-a-circle" : "in-an-object";
    case Kept::By::kUnknown:
      break;
  }
  return "reachable";
}

Finding KeptFinding(const History& h, const std::vector<WatchedObject>& objects,
                    const Missing& missing, const std::vector<Collection>& collections) {
  const Kept& kept = missing.object->kept.back();
  Finding finding = Fail(CauseOfKept(objects, *missing.object)).Set("who", Who(kept.g));
  const std::string label = kept.by == Kept::By::kGoroutine ? "this Ptr refers to it"
                            : kept.by == Kept::By::kOther
                                ? "this Ptr does, in a global or in memory of the C++ heap"
                                : "this Ptr, in an object, refers to it";
  finding.PlaceOf(h, kept.stack, "refers-at", label, kept.g);
  const auto it = std::find_if(collections.begin(), collections.end(), [&](const Collection& one) {
    return one.begin < kept.at && kept.at <= one.end;
  });
  if (it != collections.end()) {
    finding.PlaceOf(h, it->stack, "collected-at",
                    "and does when this collection looks, at " + InSeconds(h.TimeAt(it->begin)),
                    it->g);
  }
  return finding.PlaceOf(h, missing.object->stack, "made-at", "the object is made here",
                         missing.object->made_by);
}

Finding WhyMissing(const History& h, const Names& names, const Missing& missing, Moment end) {
  const std::vector<Collection> collections = Collections(h);
  if (missing.call->queued != kNever) {
    const auto blocker = std::find_if(
        names.calls().begin(), names.calls().end(),
        [&](const Call& one) { return one.call->begun <= end && one.call->left == kNever; });
    if (blocker != names.calls().end()) {
      Finding finding = Fail("held-up").Set("blocker", names.Of(*blocker->object));
      const GoroutineLife* g = FinalizerGoroutine(h);
      const Wait* wait = g == nullptr ? nullptr : g->WaitAt(std::min(end, h.last()));
      if (wait != nullptr)
        finding.PlaceOf(h, wait->stack, "waits-at", "it waits here, " + InBrackets(wait->reason));
      return finding;
    }
    Finding finding = Fail("ended-before");
    for (const Collection& one : collections) {
      if (one.begin < missing.call->queued && missing.call->queued <= one.end)
        finding.PlaceOf(h, one.stack, "collected-at", "queued by this collection", one.g);
    }
    return finding.PlaceOf(h, missing.call->stack, "set-at", "set here", missing.call->set_by);
  }
  if (collections.empty() || collections.front().begin > end) {
    return Fail("no-collection")
        .PlaceOf(h, missing.call->stack, "set-at", "set here", missing.call->set_by);
  }
  const bool looked_at =
      !missing.object->kept.empty() && missing.object->kept.back().at > missing.call->set;
  if (!looked_at) {
    return Fail("collected-before")
        .PlaceOf(h, missing.call->stack, "set-at", "set here", missing.call->set_by)
        .PlaceOf(h, collections.back().stack, "collected-at", "the last collection, before that",
                 collections.back().g);
  }
  return KeptFinding(h, names.objects(), missing, collections);
}

GOLAB_CHECK(Ran, "task10.ran", "each object's finalizer or cleanup has run before the end",
            info.variations = "- resurrect order cleanup alive", info.causes = kRanCauses) {
  const History& h = evidence.history;
  const Moment end = EndOf(h);
  const Names names(h);
  std::int64_t wanted = 0, ran = 0;
  for (const WatchedObject& object : names.objects()) {
    for (const EndCall& call : object.calls) {
      if (call.set > end || call.taken_back <= end) continue;
      ++wanted;
      if (HasRun(call, end)) ++ran;
    }
  }
  const std::vector<Missing> missing = MissingIn(names.objects(), end);
  if (wanted > 0 && missing.empty()) {
    return Pass(Grouped(ran) +
                (ran == 1 ? " finalizer or cleanup has run" : " finalizers or cleanups have run") +
                ", after " + Grouped(static_cast<std::int64_t>(Collections(h).size())) +
                (Collections(h).size() == 1 ? " collection" : " collections"));
  }
  if (CutShort(h)) return Skip(kStopped);
  if (wanted == 0) {
    return Fail("none").Expected("1 object or more with a finalizer").Actual("none").At(end);
  }
  const Missing& first = missing.front();
  return WhyMissing(h, names, first, end)
      .Set("what", NameOf(*first.call))
      .Set("name", names.Of(*first.object))
      .Expected(Grouped(wanted) + (wanted == 1 ? " call" : " calls"))
      .Actual(Grouped(ran))
      .At(end);
}

// own-goroutine

constexpr CauseText kOwnGoroutineCauses[] = {
    {"silent", "no finalizer printed 'T#0 (goroutines now: 1)'",
     "the task names the text, so that it can be found",
     "which line of the finalizer prints its object's number and NumGoroutine?"},
    {"elsewhere", "{who} said what T#{name}'s finalizer is to say",
     "the runtime calls finalizers, on a goroutine of its own (golab explain finalizer)",
     "which line calls this function, and who should?"},
    {"made-up", "T#{name} says {number}, which NumGoroutine did not give there",
     "system goroutines are in no count (golab explain NumGoroutine)",
     "where does the printed number come from?"},
    {}};

GOLAB_CHECK(OwnGoroutine, "task10.own-goroutine",
            "what finalizers say is said on the finalizer goroutine",
            info.variations = "- resurrect order cleanup alive", info.needs = "ran",
            info.causes = kOwnGoroutineCauses) {
  const History& h = evidence.history;
  const Names names(h);
  const std::vector<Said> all = SaidIn(h);
  const std::vector<CountCall> counts = NumGoroutineCalls(h);
  for (const Said& said : all) {
    if (said.line->at > EndOf(h)) break;
    const Call* const call = CallAt(h, names.calls(), said.line->g, said.line->at);
    if (call == nullptr) {
      return Fail("elsewhere")
          .Set("who", Who(said.line->g))
          .Set("name", said.name)
          .Expected("said by the finalizer goroutine")
          .Actual("\"" + said.line->text.substr(0, 50) + "\" by " + Who(said.line->g))
          .At(said.line->at);
    }
    const bool asked = std::any_of(counts.begin(), counts.end(), [&](const CountCall& count) {
      return count.answer == said.count && count.at >= call->call->begun &&
             count.at <= said.line->at;
    });
    if (asked) continue;
    return Fail("made-up")
        .Set("name", said.name)
        .Set("number", said.count)
        .Expected("what NumGoroutine returned in that call")
        .Actual("\"" + said.line->text.substr(0, 50) + "\"")
        .At(said.line->at);
  }
  if (all.empty() || all.front().line->at > EndOf(h)) {
    if (CutShort(h)) return Skip(kStopped);
    Finding finding = Fail("silent").Expected("a line from each").Actual("none").At(EndOf(h));
    if (!names.calls().empty()) {
      const EndCall& call = *names.calls().front().call;
      finding.PlaceOf(h, call.stack, "set-at", "this one ran and said nothing", call.set_by);
    }
    return finding;
  }
  return Pass("the finalizer goroutine says " + Grouped(all.front().count) +
              ": it is in no count itself");
}

// after-gc

constexpr CauseText kAfterGcCauses[] = {
    {"for-another", "the {what} of T#{name} also speaks for T#{other}",
     "a finalizer is called for its own object alone (golab explain finalizer)",
     "what has found that T#{other} is unreachable?"},
    {}};

GOLAB_CHECK(AfterGc, "task10.after-gc", "each call speaks of its own object, found unreachable",
            info.variations = "- resurrect order cleanup alive", info.needs = "own-goroutine",
            info.causes = kAfterGcCauses) {
  const History& h = evidence.history;
  const Names names(h);
  std::map<const EndCall*, std::string> first;
  for (const Said& said : SaidIn(h)) {
    const Call* const call = CallAt(h, names.calls(), said.line->g, said.line->at);
    if (call == nullptr) continue;
    const auto [it, is_new] = first.emplace(call->call, said.name);
    if (is_new || it->second == said.name) continue;
    return Fail("for-another")
        .Set("what", NameOf(*call->call))
        .Set("name", it->second)
        .Set("other", said.name)
        .Expected("each call speaks of one object")
        .Actual("T#" + it->second + " and T#" + said.name)
        .At(said.line->at)
        .PlaceOf(h, call->call->stack, "set-at", "this one", call->call->set_by);
  }
  if (first.empty()) return Skip("not judged: no finalizer has run");
  return Pass("");
}

// resurrected

constexpr CauseText kResurrectedCauses[] = {
    {"not-found", "no object is found again after its finalizer has run",
     "a finalizer is given a reference, which it may keep (golab explain finalizer)",
     "where does the finalizer keep its object, and what sets the next finalizer?"},
    {}};

GOLAB_CHECK(Resurrected, "task10.resurrected",
            "an object that its finalizer keeps is found again, and finalized a second time",
            info.variations = "resurrect", info.needs = "ran", info.causes = kResurrectedCauses) {
  const History& h = evidence.history;
  const Names names(h);
  for (const WatchedObject& object : names.objects()) {
    for (std::size_t i = 0; i + 1 < object.calls.size(); ++i) {
      const EndCall& before = object.calls[i];
      const EndCall& after = object.calls[i + 1];
      if (before.is_cleanup || after.is_cleanup || !HasRun(before, EndOf(h)) ||
          !HasRun(after, EndOf(h))) {
        continue;
      }
      const bool found = std::any_of(object.kept.begin(), object.kept.end(), [&](const Kept& kept) {
        return kept.at > before.begun && kept.at < after.queued;
      });
      if (found)
        return Pass(names.Of(object) + " was finalized, was found again, and finalized again");
    }
  }
  if (CutShort(h)) return Skip(kStopped);
  Finding finding = Fail("not-found")
                        .Expected("finalized, reachable in a collection, finalized again")
                        .Actual(Grouped(static_cast<std::int64_t>(names.calls().size())) + " calls")
                        .At(EndOf(h));
  if (!names.calls().empty()) {
    const EndCall& call = *names.calls().front().call;
    finding.PlaceOf(h, call.stack, "set-at", "the finalizer that ran first", call.set_by);
  }
  return finding;
}

// in-order

constexpr CauseText kInOrderCauses[] = {
    {"unrelated", "no object with a finalizer refers to another that has one",
     "an object with a finalizer keeps what it refers to (golab explain finalizer)",
     "which object refers to which, when the first collection looks?"},
    {}};

GOLAB_CHECK(InOrder, "task10.in-order",
            "an object that refers to another is finalized a collection before it",
            info.variations = "order", info.needs = "ran", info.causes = kInOrderCauses) {
  const History& h = evidence.history;
  const Names names(h);
  for (const WatchedObject& b : names.objects()) {
    for (const Kept& kept : b.kept) {
      const auto a = std::find_if(
          names.objects().begin(), names.objects().end(), [&](const WatchedObject& one) {
            return one.number == kept.holder &&
                   (kept.by == Kept::By::kFinalizer || kept.by == Kept::By::kObject);
          });
      if (a == names.objects().end() || a->number == b.number) continue;
      return Pass(names.Of(*a) + " refers to " + names.Of(b) + ", which goes a collection later");
    }
  }
  if (CutShort(h)) return Skip(kStopped);
  Finding finding =
      Fail("unrelated").Expected("A refers to B, both with finalizers").Actual("none").At(EndOf(h));
  if (!names.objects().empty()) {
    const WatchedObject& one = names.objects().front();
    finding.PlaceOf(h, one.stack, "made-at", names.Of(one) + " is made here", one.made_by);
  }
  return finding;
}

// held-up

constexpr CauseText kHeldUpCauses[] = {
    {"goes-on", "no finalizer is still at work when the program ends",
     "one goroutine runs all finalizers, one by one (golab explain finalizer)",
     "what could a finalizer wait for that never comes?"},
    {"nobody-behind", "nothing waits behind the finalizer that blocks",
     "one goroutine runs all finalizers, one by one (golab explain finalizer)",
     "whose finalizers does the same collection queue behind it?"},
    {"busy", "the finalizer that does not end does not wait, either",
     "wait by parking, not by looking again (golab explain busy-wait)",
     "what could a finalizer wait for that never comes?"},
    {}};

GOLAB_CHECK(HeldUp, "task10.held-up", "a finalizer that blocks holds up all others",
            info.variations = "blocked", info.causes = kHeldUpCauses) {
  const History& h = evidence.history;
  const Moment end = EndOf(h);
  const Names names(h);
  const auto blocker =
      std::find_if(names.calls().begin(), names.calls().end(),
                   [&](const Call& one) { return one.call->begun <= end && one.call->left > end; });
  if (CutShort(h)) return Skip(kStopped);
  if (blocker == names.calls().end()) {
    return Fail("goes-on")
        .Expected("1 finalizer that waits for ever")
        .Actual(Grouped(static_cast<std::int64_t>(names.calls().size())) + " calls, all ended")
        .At(end);
  }
  const GoroutineLife* const g = FinalizerGoroutine(h);
  const Wait* const wait = g == nullptr ? nullptr : g->WaitAt(std::min(end, h.last()));
  if (wait == nullptr) {
    return Fail("busy")
        .Expected("it waits")
        .Actual("it runs")
        .At(end)
        .PlaceOf(h, blocker->call->stack, "set-at", "this one", blocker->call->set_by);
  }
  std::int64_t behind = 0;
  for (const WatchedObject& object : names.objects()) {
    for (const EndCall& call : object.calls) {
      if (call.queued <= end && !HasRun(call, end)) ++behind;
    }
  }
  if (behind > 0) {
    return Pass(names.Of(*blocker->object) + " waits " + InBrackets(wait->reason) + "; " +
                Grouped(behind) + (behind == 1 ? " other waits" : " others wait") + " behind it");
  }
  return Fail("nobody-behind")
      .Expected("1 or more that are queued and do not run")
      .Actual("none")
      .At(end)
      .PlaceOf(h, wait->stack, "waits-at", "the finalizer waits here");
}

// cleaned

constexpr CauseText kCleanedCauses[] = {
    {"finalizers", "with --cleanup an object has a finalizer",
     "AddCleanup gives no reference to the object (golab explain finalizer)",
     "what does the cleanup need to know of the object?"},
    {}};

GOLAB_CHECK(Cleaned, "task10.cleaned", "with --cleanup objects have cleanups and no finalizers",
            info.variations = "cleanup", info.needs = "ran", info.causes = kCleanedCauses) {
  const History& h = evidence.history;
  std::int64_t cleanups = 0;
  for (const WatchedObject& object : WatchedObjects(h)) {
    for (const EndCall& call : object.calls) {
      if (call.is_cleanup) {
        ++cleanups;
        continue;
      }
      return Fail("finalizers")
          .Expected("cleanups alone")
          .Actual("a finalizer")
          .At(call.set)
          .PlaceOf(h, call.stack, "set-at", "it is set here", call.set_by);
    }
  }
  return Pass(Grouped(cleanups) + (cleanups == 1 ? " cleanup has run" : " cleanups have run"));
}

// alive

constexpr CauseText kAliveCauses[] = {
    {"never", "no line says that the object is used ('used T#0')",
     "the task names the text, so that it can be found",
     "which line uses the object by its address, after the collection?"},
    {"finalized", "T#{name} is used by its address after its finalizer has run",
     "an address keeps nothing (golab explain KeepAlive)",
     "until which line must a Ptr refer to it?"},
    {"no-collection", "T#{name} is used before anything was collected",
     "what an object needs shows when a collection looks (golab explain KeepAlive)",
     "which comes first, the collection or the use?"},
    {}};

GOLAB_CHECK(Alive, "task10.alive", "an object that is used by its address is not finalized before",
            info.variations = "alive", info.needs = "ran", info.causes = kAliveCauses) {
  const History& h = evidence.history;
  const std::vector<LineMatch> uses = LinesMatching(h, "used T#%d");
  if (uses.empty()) {
    if (CutShort(h)) return Skip(kStopped);
    return Fail("never").Expected("a line 'used T#0'").Actual("none").At(EndOf(h));
  }
  const std::vector<Collection> collections = Collections(h);
  const std::vector<Said> all = SaidIn(h);
  for (const LineMatch& use : uses) {
    const std::string& name = use.holes[0];
    const auto said = std::find_if(all.begin(), all.end(), [&](const Said& one) {
      return one.name == name && one.line->at < use.line->at;
    });
    if (said != all.end()) {
      return Fail("finalized")
          .Set("name", name)
          .Expected("first its use, then its finalizer")
          .Actual("\"" + said->line->text.substr(0, 40) + "\" first")
          .At(use.line->at);
    }
    const bool looked = std::any_of(collections.begin(), collections.end(),
                                    [&](const Collection& one) { return one.end < use.line->at; });
    if (!looked) {
      return Fail("no-collection")
          .Set("name", name)
          .Expected("runtime::GC(), then the use")
          .Actual("used at " + InSeconds(use.line->time))
          .At(use.line->at);
    }
  }
  return Pass("T#" + uses.front().holes[0] + " is used after a collection, and finalized later");
}

}  // namespace
}  // namespace golab::lab
