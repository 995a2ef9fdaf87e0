#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "lab/history/questions.h"

namespace golab::lab {

using rt::EventType;
using rt::Record;

namespace {

/// Own frames by stack, each looked up once.
class OwnFrames {
 public:
  explicit OwnFrames(const History& h) : h_(h) {}

  const Frame& Of(std::uint64_t stack) {
    auto it = frames_.find(stack);
    if (it == frames_.end()) it = frames_.emplace(stack, h_.OwnFrame(stack)).first;
    return it->second;
  }

 private:
  const History& h_;
  std::unordered_map<std::uint64_t, Frame> frames_;
};

std::string StartFunction(const History& h, std::uint64_t start_pc) {
  if (start_pc == 0) return "";
  const std::vector<Frame> frames = h.symbols().Lookup(start_pc, true);
  return frames.empty() ? "" : frames.back().function;
}

/// What makes goroutines alike. Where the site is unknown its stack stands for it.
auto KeyOf(const GoroutineLife& g, const Frame& site, State state, rt::WaitReason reason) {
  const std::uint64_t unknown_site = site.line == 0 ? g.creation_stack : 0;
  return std::tuple(!g.IsMain(), site.file, site.line, site.column, unknown_site, g.start_pc, state,
                    reason);
}

bool BelongsInStory(EventType type) {
  switch (type) {
    case EventType::kCreate:
    case EventType::kBlock:
    case EventType::kYield:
    case EventType::kPreempt:
    case EventType::kEnd:
    case EventType::kSend:
    case EventType::kRecv:
    case EventType::kClose:
    case EventType::kLock:
    case EventType::kUnlock:
    case EventType::kWaitGroupAdd:
    case EventType::kCondSignal:
    case EventType::kDeferRun:
    case EventType::kPanic:
    case EventType::kRecover:
    case EventType::kGoexit:
    case EventType::kOutput:
    case EventType::kNumGoroutine:
    case EventType::kStackDump:
    case EventType::kMainReturn:
    case EventType::kFatal:
    case EventType::kExit:
      return true;
    default:
      return false;
  }
}

/// Main waits without a reason while the others come to rest after its return: no step of the
/// program.
bool IsStep(const Record& r) {
  const auto type = static_cast<EventType>(r.type);
  if (type == EventType::kBlock && static_cast<rt::WaitReason>(r.reason) == rt::WaitReason::kNone)
    return false;
  return BelongsInStory(type);
}

bool IsDeviation(const Record& r) {
  return static_cast<EventType>(r.type) == EventType::kPick && PickArgOf(r.arg).index != 0;
}

bool SameStep(const LifeStep& a, const LifeStep& b) {
  return a.g == b.g && a.what == b.what && a.object == b.object && a.where.file == b.where.file &&
         a.where.line == b.where.line && !b.deviation;
}

}  // namespace

std::vector<Alike> GroupAlike(const History& h, const std::vector<const GoroutineLife*>& among,
                              Moment m) {
  using Key = decltype(KeyOf({}, {}, {}, {}));
  OwnFrames frames(h);
  std::map<Key, std::size_t> index;
  std::vector<Alike> groups;
  for (const GoroutineLife* g : among) {
    const State state = g->At(m);
    const Wait* wait = state == State::kWaiting ? g->WaitAt(m) : nullptr;
    const rt::WaitReason reason = wait != nullptr ? wait->reason : rt::WaitReason::kNone;
    const Frame& site = frames.Of(g->creation_stack);
    const auto [it, added] = index.emplace(KeyOf(*g, site, state, reason), groups.size());
    if (added) groups.push_back({{}, site, StartFunction(h, g->start_pc), state, reason});
    groups[it->second].goroutines.push_back(g->id);
  }
  std::stable_partition(groups.begin(), groups.end(),
                        [](const Alike& group) { return group.goroutines.front() == 1; });
  return groups;
}

std::vector<Alike> GroupAlike(const History& h, Moment m) {
  std::vector<const GoroutineLife*> among;
  for (const GoroutineLife& g : h.goroutines()) {
    if (!g.system && g.created <= m) among.push_back(&g);
  }
  return GroupAlike(h, among, m);
}

std::vector<LifeStep> StepsOf(const History& h, const std::vector<std::uint32_t>& who, Moment from,
                              Moment to) {
  const std::unordered_set<std::uint32_t> wanted(who.begin(), who.end());
  OwnFrames frames(h);
  std::vector<LifeStep> steps;
  bool deviation = false;
  for (Moment m = from; m < h.events().size() && m <= to; ++m) {
    const Record& r = h.events()[m];
    deviation = deviation || IsDeviation(r);
    const auto type = static_cast<EventType>(r.type);
    const GoroutineLife* g = h.Find(r.g);
    if (g == nullptr || g->system || !IsStep(r)) continue;
    if (!wanted.empty() && !wanted.contains(r.g)) continue;
    LifeStep step;
    step.g = r.g;
    step.at = m;
    step.time = r.time;
    step.what = type;
    if (type == EventType::kBlock) step.reason = static_cast<rt::WaitReason>(r.reason);
    step.object = r.arg;
    if (r.stack != 0) step.where = frames.Of(r.stack);
    step.deviation = deviation;
    deviation = false;
    if (!steps.empty() && SameStep(steps.back(), step)) {
      ++steps.back().times;
    } else {
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

std::vector<Moment> DeviationsFromGo(const History& h) {
  std::vector<Moment> found;
  for (Moment m = 0; m < h.events().size(); ++m) {
    if (IsDeviation(h.events()[m])) found.push_back(m);
  }
  return found;
}

}  // namespace golab::lab
