// Locks, wait groups, channels, and who waits for whom. One pass makes a table of all objects at an
// instant, so that a program of 100,000 waiting goroutines costs one pass, not one each.

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "lab/history/questions.h"

namespace golab::lab {

using rt::EventType;
using rt::LockKind;
using rt::Record;
using rt::WaitReason;

namespace {

constexpr std::size_t kMostPartners = 8;

struct WaitGroupState {
  std::int64_t counter = 0;
  bool exact = true;
  std::map<std::uint32_t, Moment> first_add;  // who called Add -> its first
  std::set<std::uint32_t> done_by;
};

struct ChannelUsers {
  std::set<std::uint32_t> senders;  // closers included
  std::set<std::uint32_t> receivers;
};

void Release(std::vector<Holder>* holders, std::uint32_t g) {
  auto it = std::find_if(holders->begin(), holders->end(),
                         [g](const Holder& holder) { return holder.g == g; });
  // A mutex may be unlocked by another goroutine than the one that locked it.
  if (it == holders->end() && !holders->empty()) it = holders->begin();
  if (it != holders->end()) holders->erase(it);
}

void CountAdd(const Record& r, Moment m, WaitGroupState* group) {
  const auto delta = static_cast<std::int8_t>(r.reason);
  if (delta == INT8_MAX || delta == INT8_MIN) group->exact = false;
  group->counter += delta;
  if (delta > 0) group->first_add.emplace(r.g, m);
  if (delta < 0) group->done_by.insert(r.g);
}

/// What is known of every object just after one event.
struct Objects {
  std::unordered_map<std::uint64_t, std::vector<Holder>> holders;
  std::unordered_map<std::uint64_t, WaitGroupState> groups;
  std::unordered_map<std::uint64_t, ChannelUsers> channels;

  Objects(const History& h, Moment m) {
    const Moment end = h.events().empty() ? 0 : std::min(m, h.last()) + 1;
    for (Moment i = 0; i < end; ++i) Apply(h.events()[i], i);
  }

  void Apply(const Record& r, Moment m) {
    switch (static_cast<EventType>(r.type)) {
      case EventType::kLock:
        holders[r.arg].push_back({r.g, static_cast<LockKind>(r.reason), m, r.stack});
        break;
      case EventType::kUnlock:
        Release(&holders[r.arg], r.g);
        break;
      case EventType::kWaitGroupAdd:
        CountAdd(r, m, &groups[r.arg]);
        break;
      case EventType::kSend:
      case EventType::kClose:
        channels[r.arg].senders.insert(r.g);
        break;
      case EventType::kRecv:
        channels[r.arg].receivers.insert(r.g);
        break;
      default:
        break;
    }
  }
};

/// Those that a wait group still counts, or counted when they ended.
std::vector<const GoroutineLife*> Members(const History& h, const WaitGroupState& group, Moment m,
                                          bool alive) {
  std::vector<const GoroutineLife*> members;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.created > m || g.system || g.AliveAt(m) != alive || group.done_by.contains(g.id))
      continue;
    const auto add = group.first_add.find(g.creator);
    if (add != group.first_add.end() && add->second < g.created) members.push_back(&g);
  }
  return members;
}

WakeBy WakeByOf(const Wait& wait) {
  if (wait.until) return WakeBy::kTimer;
  switch (wait.reason) {
    case WaitReason::kSleep:
      return WakeBy::kTimer;
    case WaitReason::kChanReceive:
      return WakeBy::kSend;
    case WaitReason::kChanSend:
      return WakeBy::kReceive;
    case WaitReason::kSelect:
      return WakeBy::kCase;
    case WaitReason::kCondWait:
      return WakeBy::kSignal;
    case WaitReason::kWaitGroupWait:
      return WakeBy::kDone;
    case WaitReason::kMutexLock:
    case WaitReason::kRWMutexLock:
    case WaitReason::kRWMutexRLock:
    case WaitReason::kStdMutex:
    case WaitReason::kSemacquire:
      return WakeBy::kOwner;
    case WaitReason::kIOWait:
      return WakeBy::kIO;
    case WaitReason::kFinalizerWait:
      return WakeBy::kFinalizer;
    case WaitReason::kChanReceiveNil:
    case WaitReason::kChanSendNil:
    case WaitReason::kSelectNoCases:
    case WaitReason::kNone:
    case WaitReason::kPreempted:
      return WakeBy::kNothing;
  }
  return WakeBy::kNothing;
}

/// Finds the partners of each wait; remembers what is the same for all that wait for one object.
class Partners {
 public:
  Partners(const History& h, Moment m) : h_(h), m_(m), objects_(h, m) {
    for (const GoroutineLife& g : h.goroutines()) {
      const Wait* wait = g.WaitAt(m);
      if (wait != nullptr && wait->reason == WaitReason::kRWMutexLock)
        writers_.emplace(wait->object, g.id);
    }
  }

  void Find(WaitFor* waiting);

 private:
  struct Answer {
    std::vector<std::uint32_t> partners;
    std::int64_t count = 0;
    bool sure = false;
  };

  Answer Owners(const Wait& wait);
  Answer WaitGroupMembers(const Wait& wait);
  Answer Users(const std::set<std::uint32_t>& ever) const;
  Answer Ask(WakeBy wake_by, const Wait& wait);

  const History& h_;
  const Moment m_;
  const Objects objects_;
  std::unordered_map<std::uint64_t, std::uint32_t> writers_;  // RWMutex -> one that waits to write
  std::map<std::pair<WaitReason, std::uint64_t>, Answer> known_;
};

Partners::Answer Partners::Owners(const Wait& wait) {
  Answer answer;
  if (const auto it = objects_.holders.find(wait.object); it != objects_.holders.end()) {
    for (const Holder& holder : it->second) {
      if (answer.partners.size() == kMostPartners) break;
      answer.partners.push_back(holder.g);
    }
  }
  const auto writer = writers_.find(wait.object);
  if (answer.partners.empty() && wait.reason == WaitReason::kRWMutexRLock &&
      writer != writers_.end()) {
    answer.partners.push_back(writer->second);  // a waiting writer keeps new readers out
  }
  answer.sure = !answer.partners.empty();
  return answer;
}

Partners::Answer Partners::WaitGroupMembers(const Wait& wait) {
  Answer answer;
  const auto it = objects_.groups.find(wait.object);
  if (it == objects_.groups.end() || !it->second.exact) return answer;
  answer.count = it->second.counter;
  const auto members = Members(h_, it->second, m_, true);
  answer.sure = static_cast<std::int64_t>(members.size()) == answer.count && answer.count > 0;
  for (const GoroutineLife* g : members) {
    if (answer.partners.size() == kMostPartners) break;
    answer.partners.push_back(g->id);
  }
  return answer;
}

Partners::Answer Partners::Users(const std::set<std::uint32_t>& ever) const {
  Answer answer;
  for (const std::uint32_t id : ever) {
    const GoroutineLife* g = h_.Find(id);
    if (g == nullptr || !g->AliveAt(m_) || answer.partners.size() == kMostPartners) continue;
    answer.partners.push_back(id);
  }
  return answer;
}

Partners::Answer Partners::Ask(WakeBy wake_by, const Wait& wait) {
  const auto channel = objects_.channels.find(wait.object);
  const bool used = channel != objects_.channels.end();
  switch (wake_by) {
    case WakeBy::kOwner:
      return Owners(wait);
    case WakeBy::kDone:
      return WaitGroupMembers(wait);
    case WakeBy::kSend:
      return used ? Users(channel->second.senders) : Answer();
    case WakeBy::kReceive:
      return used ? Users(channel->second.receivers) : Answer();
    case WakeBy::kTimer:
    case WakeBy::kCase:
    case WakeBy::kSignal:
    case WakeBy::kIO:
    case WakeBy::kFinalizer:
    case WakeBy::kNothing:
      return {};
  }
  return {};
}

void Partners::Find(WaitFor* waiting) {
  const auto key = std::pair(waiting->wait->reason, waiting->wait->object);
  auto it = known_.find(key);
  if (it == known_.end()) it = known_.emplace(key, Ask(waiting->wake_by, *waiting->wait)).first;
  waiting->partners = it->second.partners;
  waiting->count = it->second.count;
  waiting->sure = it->second.sure;
}

}  // namespace

std::optional<Channel> FindChannel(const History& h, std::uint64_t id) {
  std::optional<Channel> timer;
  for (Moment m = 0; m < h.events().size(); ++m) {
    const Record& r = h.events()[m];
    const auto type = static_cast<EventType>(r.type);
    if ((type != EventType::kChanMake && type != EventType::kTimerMake) || r.arg >> 32 != id)
      continue;
    const bool of_timer = type == EventType::kTimerMake || r.reason == 1;
    Channel channel{id, static_cast<std::uint32_t>(r.arg), of_timer, r.g, m, r.stack};
    if (type == EventType::kChanMake) return channel;
    if (!timer) timer = channel;
  }
  return timer;
}

std::vector<Holder> HoldersAt(const History& h, std::uint64_t address, Moment m) {
  Objects objects(h, m);
  return std::move(objects.holders[address]);
}

std::optional<std::int64_t> WaitGroupCounter(const History& h, std::uint64_t address, Moment m) {
  Objects objects(h, m);
  const WaitGroupState& group = objects.groups[address];
  if (!group.exact) return std::nullopt;
  return group.counter;
}

std::vector<const GoroutineLife*> DoneExpectedFrom(const History& h, std::uint64_t address,
                                                   Moment m) {
  Objects objects(h, m);
  return Members(h, objects.groups[address], m, true);
}

std::vector<const GoroutineLife*> EndedWithoutDone(const History& h, std::uint64_t address,
                                                   Moment m) {
  Objects objects(h, m);
  return Members(h, objects.groups[address], m, false);
}

std::vector<WaitFor> WaitingAt(const History& h, Moment m) {
  Partners partners(h, m);
  std::unordered_map<std::uint64_t, Frame> places;  // by stack id
  std::vector<WaitFor> all;
  for (const GoroutineLife& g : h.goroutines()) {
    const Wait* wait = g.WaitAt(m);
    if (g.system || wait == nullptr) continue;
    WaitFor waiting;
    waiting.g = g.id;
    waiting.wait = wait;
    waiting.wake_by = WakeByOf(*wait);
    auto place = places.find(wait->stack);
    if (place == places.end()) place = places.emplace(wait->stack, h.OwnFrame(wait->stack)).first;
    waiting.where = place->second;
    partners.Find(&waiting);
    all.push_back(std::move(waiting));
  }
  std::sort(all.begin(), all.end(), [](const WaitFor& a, const WaitFor& b) { return a.g < b.g; });
  return all;
}

namespace {

/// Depth-first search for a cycle, without recursion: chains may be as long as the program has
/// goroutines.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<WaitFor>& waiting) {
    for (const WaitFor& one : waiting) {
      if (one.sure) edges_[one.g] = &one.partners;
    }
  }

  std::vector<std::uint32_t> From(std::uint32_t start) {
    if (!Open(start)) return {};
    while (!path_.empty()) {
      auto& [g, next] = path_.back();
      const std::vector<std::uint32_t>& partners = *edges_[g];
      if (next == partners.size()) {
        on_path_.erase(g);
        path_.pop_back();
        continue;
      }
      const std::uint32_t to = partners[next++];
      if (on_path_.contains(to)) return CycleTo(to);
      Open(to);
    }
    return {};
  }

 private:
  bool Open(std::uint32_t g) {
    if (!edges_.contains(g) || !seen_.insert(g).second) return false;
    on_path_.insert(g);
    path_.emplace_back(g, 0);
    return true;
  }

  std::vector<std::uint32_t> CycleTo(std::uint32_t first) const {
    std::vector<std::uint32_t> cycle;
    auto it = path_.begin();
    while (it->first != first) ++it;
    for (; it != path_.end(); ++it) cycle.push_back(it->first);
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    return cycle;
  }

  std::unordered_map<std::uint32_t, const std::vector<std::uint32_t>*> edges_;
  std::set<std::uint32_t> seen_, on_path_;
  std::vector<std::pair<std::uint32_t, std::size_t>> path_;  // goroutine, next partner to try
};

}  // namespace

std::vector<std::uint32_t> WaitCycle(const std::vector<WaitFor>& waiting) {
  CycleSearch search(waiting);
  for (const WaitFor& one : waiting) {
    std::vector<std::uint32_t> cycle = search.From(one.g);
    if (!cycle.empty()) return cycle;
  }
  return {};
}

}  // namespace golab::lab
