#include "lab/explore/work_queue.h"

#include <algorithm>
#include <utility>

namespace golab::lab {
namespace {

constexpr std::size_t kChunk = 4;        // walks taken at a time
constexpr std::size_t kWorthAStart = 6;  // a thread starts an image anew for so many at least

}  // namespace

WorkQueue::WorkQueue(std::span<const Lane> lanes, const std::atomic<bool>* cancel)
    : cancel_(cancel), lanes_(lanes.size()) {
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    lanes_[i].names = lanes[i].schedules;
    lanes_[i].adapts = lanes[i].adapts;
    lanes_[i].stops = lanes[i].adapts && lanes[i].stops;
    for (const ScheduleName& name : lanes[i].schedules) {
      if (name.systematic) lanes_[i].goal = std::max(lanes_[i].goal, name.seed);
    }
  }
}

/// Walks before this place may be made now: those behind it may turn out not to be needed.
std::size_t WorkQueue::Limit(const State& lane) const {
  if (!lane.adapts || (lane.search_over && !lane.deciding)) return lane.names.size();
  const auto at = std::find_if(
      lane.names.begin(), lane.names.end(),
      [&lane](const ScheduleName& name) { return name.systematic && name.seed > lane.done; });
  return static_cast<std::size_t>(at - lane.names.begin());
}

bool WorkQueue::CanSearch(const State& lane) const {
  return lane.ready && !lane.left_out && !lane.search_over && !lane.searching &&
         lane.done < lane.goal;
}

bool WorkQueue::CanWalk(State* lane) const {
  if (!lane->ready || lane->left_out) return false;
  const std::size_t limit = Limit(*lane);
  // Go's order has been run; systematic ones are the search's.
  while (lane->next < limit &&
         (lane->names[lane->next].systematic || lane->names[lane->next].IsGoOrder())) {
    ++lane->next;
  }
  return lane->next < limit;
}

/// There may be work later that there is none of now.
bool WorkQueue::MayGoOn(const State& lane) const {
  return lane.ready && !lane.left_out && (lane.searching || (lane.deciding && lane.walking > 0)) &&
         lane.next < lane.names.size();
}

WorkQueue::Job WorkQueue::Take(std::size_t i) {
  State& lane = lanes_[i];
  if (CanSearch(lane)) {
    lane.searching = true;
    return {Job::Kind::kSearch, i};
  }
  Job job{Job::Kind::kWalks, i};
  while (job.walks.size() < kChunk && CanWalk(&lane)) {
    job.walks.push_back({lane.next, lane.names[lane.next]});
    ++lane.next;
  }
  ++lane.walking;
  return job;
}

std::optional<WorkQueue::Job> WorkQueue::TakeAny(std::optional<std::size_t> mine) {
  if (mine && (CanSearch(lanes_[*mine]) || CanWalk(&lanes_[*mine]))) return Take(*mine);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].taken) continue;
    if (i > 0 && !lanes_[0].ready) break;  // it may say that there is no use in the others
    lanes_[i].taken = true;
    ++running_first_;
    return Job{Job::Kind::kFirst, i};
  }
  std::size_t best = lanes_.size(), most = kWorthAStart - 1;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const std::size_t left = lanes_[i].names.size() - lanes_[i].next;
    if (left <= most || !(CanSearch(lanes_[i]) || CanWalk(&lanes_[i]))) continue;
    best = i;
    most = left;
  }
  if (best == lanes_.size()) return std::nullopt;
  return Take(best);
}

std::optional<WorkQueue::Job> WorkQueue::Next(std::optional<std::size_t> mine) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (error_ || (cancel_ != nullptr && cancel_->load())) return std::nullopt;
    if (auto job = TakeAny(mine)) return job;
    const bool later = std::any_of(lanes_.begin(), lanes_.end(),
                                   [this](const State& lane) { return MayGoOn(lane); });
    if (running_first_ == 0 && !later) return std::nullopt;
    changed_.wait(lock);
  }
}

/// The search has nothing more: its places go to walks, or the lane stops.
void WorkQueue::Settle(State* lane, const SearchState& search) {
  if (lane->done >= lane->goal || !search.over || lane->search_over) return;
  lane->search_over = true;
  lane->deciding = lane->stops && search.may_stop;
  if (!lane->deciding && lane->adapts) Extend(lane);
  Decide(lane);
}

void WorkQueue::Decide(State* lane) {
  if (!lane->deciding || CanWalk(lane) || lane->walking > 0) return;
  lane->deciding = false;
  if (lane->failed) return Extend(lane);
  lane->left_out = true;
}

void WorkQueue::Extend(State* lane) {
  ScheduleName last;
  for (const ScheduleName& name : lane->names) {
    if (!name.systematic) last = name;
  }
  for (std::uint64_t i = lane->done; i < lane->goal; ++i) {
    ++last.seed;
    lane->names.push_back(last);
  }
}

void WorkQueue::FirstDone(std::size_t i, bool passed, const SearchState& search) {
  const std::lock_guard lock(mutex_);
  lanes_[i].ready = true;
  lanes_[i].failed |= !passed;
  --running_first_;
  Settle(&lanes_[i], search);
  changed_.notify_all();
}

void WorkQueue::SearchDone(std::size_t i, std::uint64_t number, bool passed,
                           const SearchState& search) {
  const std::lock_guard lock(mutex_);
  lanes_[i].searching = false;
  lanes_[i].done = std::max(lanes_[i].done, number);
  lanes_[i].failed |= !passed;
  Settle(&lanes_[i], search);
  changed_.notify_all();
}

void WorkQueue::WalksDone(std::size_t i, bool passed) {
  const std::lock_guard lock(mutex_);
  --lanes_[i].walking;
  lanes_[i].failed |= !passed;
  Decide(&lanes_[i]);
  changed_.notify_all();
}

void WorkQueue::LeaveOut(std::size_t i) {
  const std::lock_guard lock(mutex_);
  lanes_[i].taken = lanes_[i].left_out = true;
  changed_.notify_all();
}

void WorkQueue::Fail(struct Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  changed_.notify_all();
}

}  // namespace golab::lab
