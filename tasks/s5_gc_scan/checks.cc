// Checks of s5. Which goroutine is _Gscan... from when to when is recorded, as is every state; so
// the order of both is a question of indices.

#include <algorithm>
#include <string>
#include <vector>

#include "lab/check/check.h"
#include "lab/check/words.h"
#include "lab/history/collections.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

using rt::EventType;

/// A goroutine that waits in [chan receive] when it is scanned.
struct Scanned {
  const GoroutineLife* g = nullptr;
  const GcScan* scan = nullptr;
  const Wait* wait = nullptr;  ///< the wait it is in when the scan begins
  Collection collection;
};

const Collection* Find(const std::vector<Collection>& all, std::uint64_t number) {
  const auto it = std::find_if(all.begin(), all.end(),
                               [number](const Collection& one) { return one.number == number; });
  return it == all.end() ? nullptr : &*it;
}

/// Scans of waiting goroutines of the program, main included, before its end; by moment.
std::vector<Scanned> WaitingScans(const History& h) {
  const std::vector<Collection> collections = Collections(h);
  std::vector<Scanned> all;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.system) continue;
    for (const GcScan& scan : g.scans) {
      const Wait* const wait = scan.begin <= EndOf(h) ? g.WaitAt(scan.begin) : nullptr;
      const Collection* const collection = Find(collections, scan.collection);
      if (wait != nullptr && collection != nullptr && scan.end != kNever)
        all.push_back({&g, &scan, wait, *collection});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Scanned& a, const Scanned& b) { return a.scan->begin < b.scan->begin; });
  return all;
}

/// Those that the task asks for: in [chan receive], with a Ptr on their stack.
std::vector<Scanned> ReceiversWithPtr(const History& h) {
  std::vector<Scanned> all = WaitingScans(h);
  std::erase_if(all, [](const Scanned& one) {
    return one.wait->reason != rt::WaitReason::kChanReceive || one.scan->pointers == 0;
  });
  return all;
}

/// It waits on until the collection has ended, and is woken by somebody then.
bool IsLeftInPeace(const Scanned& one, Moment end) {
  if (one.scan->needed || one.wait->end == kNever || one.wait->end > end) return false;
  return one.wait->end > one.collection.end && one.wait->woken_by != 0;
}

/// Events of others of the program than it and who collects, while it is scanned.
std::int64_t OthersEvents(const History& h, const Scanned& one) {
  std::int64_t n = 0;
  for (Moment m = one.scan->begin + 1; m < one.scan->end; ++m) {
    const rt::Record& r = h.events()[m];
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kGcScanBegin || type == EventType::kGcScanEnd) continue;
    const GoroutineLife* const g = h.Find(r.g);
    if (g == nullptr || g->system || r.g == one.g->id || r.g == one.collection.g) continue;
    ++n;
  }
  return n;
}

// scanned

constexpr CauseText kScannedCauses[] = {
    {"no-collection", "nothing was collected while a goroutine waited",
     "runtime::GC() collects, and scans every goroutine (golab explain _Gscan)",
     "which line has a collection begin, and who waits by then?"},
    {"nobody-waits", "in {count} {count|collection|collections} no goroutine waited on a channel",
     "a goroutine is scanned in the state that it is in (golab explain _Gscan)",
     "what does the goroutine do when the collection begins?"},
    {"nothing-there", "{who} waited with no Ptr on its stack",
     "a variable of a waiting goroutine keeps its object (golab explain reachable)",
     "in which function, and until when, is that Ptr a variable?"},
    {}};

GOLAB_CHECK(ScannedCheck, "s5.scanned",
            "a goroutine in [chan receive] is _Gscanwaiting, with a Ptr on its stack",
            info.causes = kScannedCauses) {
  const History& h = evidence.history;
  const std::vector<Scanned> right = ReceiversWithPtr(h);
  if (!right.empty()) {
    const Scanned& one = right.front();
    return Pass(Who(one.g->id) + ": _Gwaiting, _Gscanwaiting at " +
                InSeconds(h.TimeAt(one.scan->begin)) + " with " +
                Grouped(static_cast<std::int64_t>(one.scan->pointers)) +
                (one.scan->pointers == 1 ? " Ptr" : " Ptrs"));
  }
  if (StoppedOnItsWay(h) && h.ending().kind != Ending::Kind::kDeadlock) return Skip(kStopped);
  const std::vector<Collection> collections = Collections(h);
  if (collections.empty()) {
    return Fail("no-collection").Expected("1 collection or more").Actual("none").At(EndOf(h));
  }
  for (const Scanned& one : WaitingScans(h)) {
    if (one.wait->reason != rt::WaitReason::kChanReceive || one.g->IsMain()) continue;
    return Fail("nothing-there")
        .Set("who", Who(one.g->id))
        .Expected("1 Ptr or more on its stack")
        .Actual("0")
        .At(one.scan->begin)
        .PlaceOf(h, one.wait->stack, "waits-at", Who(one.g->id) + " waits here", one.g->id);
  }
  const Collection& last = collections.back();
  return Fail("nobody-waits")
      .Set("count", static_cast<std::int64_t>(collections.size()))
      .Expected("1 goroutine or more in [chan receive]")
      .Actual("none")
      .At(last.begin)
      .PlaceOf(h, last.stack, "collected-at",
               "this collection, at " + InSeconds(h.TimeAt(last.begin)), last.g);
}

// not-woken

constexpr CauseText kNotWokenCauses[] = {
    {"woken-meanwhile", "{who} was woken before the collection had ended",
     "a scan needs no wake-up: the bit goes, the wait goes on (golab explain _Gscan)",
     "who sends to it, and what tells that one to wait for the collection?"},
    {"never-woken", "{who} was never woken, so nothing shows that it waited on",
     "a parked goroutine runs when somebody makes it ready (golab explain park)",
     "which send or close ends this wait, after the collection?"},
    {}};

GOLAB_CHECK(NotWoken, "s5.not-woken", "it is in the same wait before, during and after the scan",
            info.needs = "scanned", info.causes = kNotWokenCauses) {
  const History& h = evidence.history;
  const std::vector<Scanned> all = ReceiversWithPtr(h);
  for (const Scanned& one : all) {
    if (!IsLeftInPeace(one, EndOf(h))) continue;
    return Pass("it waits from " + InSeconds(one.wait->begin_time) + " to " +
                InSeconds(one.wait->end_time) + ", when " + Who(one.wait->woken_by) + " wakes it");
  }
  if (all.empty()) return Skip("not judged: it needs scanned");
  if (StoppedOnItsWay(h) && h.ending().kind != Ending::Kind::kDeadlock) return Skip(kStopped);
  const Scanned& one = all.front();
  const bool never = one.wait->end == kNever || one.wait->end > EndOf(h);
  Finding finding =
      Fail(never ? "never-woken" : "woken-meanwhile")
          .Set("who", Who(one.g->id))
          .Expected("woken once, after the collection")
          .Actual(never ? "not woken" : "woken by " + Who(one.wait->woken_by))
          .At(never ? EndOf(h) : one.wait->end)
          .PlaceOf(h, one.wait->stack, "waits-at", Who(one.g->id) + " waits here", one.g->id);
  if (!never) {
    finding.PlaceOf(h, h.events()[one.wait->end].stack, "woken-at", "and is woken here",
                    one.wait->woken_by);
  }
  return finding.PlaceOf(h, one.collection.stack, "collected-at", "the collection",
                         one.collection.g);
}

// order

constexpr CauseText kOrderCauses[] = {{"alone", "nobody else ran while {who} was scanned",
                                       "a collection lets others run on (golab explain _Gscan)",
                                       "who could run when the collection begins?"},
                                      {}};

GOLAB_CHECK(Order, "s5.order", "another goroutine runs between the scan's beginning and its end",
            info.needs = "scanned not-woken", info.causes = kOrderCauses) {
  const History& h = evidence.history;
  const std::vector<Scanned> all = ReceiversWithPtr(h);
  const Scanned* shown = nullptr;
  for (const Scanned& one : all) {
    if (!IsLeftInPeace(one, EndOf(h))) continue;
    if (shown == nullptr) shown = &one;
    const std::int64_t others = OthersEvents(h, one);
    if (others > 0) {
      return Pass(Grouped(others) + (others == 1 ? " event" : " events") +
                  " of others between _Gscanwaiting and _Gwaiting");
    }
  }
  if (shown == nullptr) return Skip("not judged: it needs not-woken");
  return Fail("alone")
      .Set("who", Who(shown->g->id))
      .Expected("1 event or more of another goroutine")
      .Actual("0, but for who collects")
      .At(shown->scan->end)
      .PlaceOf(h, shown->collection.stack, "collected-at", "this collection", shown->collection.g)
      .PlaceOf(h, shown->wait->stack, "waits-at", Who(shown->g->id) + " waits here", shown->g->id);
}

}  // namespace
}  // namespace golab::lab
