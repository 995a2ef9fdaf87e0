#include "lab/explore/explorer.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace golab::lab {
namespace {

constexpr std::size_t kChunk = 4;        // schedules taken at a time
constexpr std::size_t kWorthAStart = 6;  // a thread starts an image anew for so many at least

/// Hands out work to threads. All members under `mutex_`.
class Queue {
 public:
  struct Job {
    std::size_t lane;
    bool first;              // run 0, for the weights
    std::size_t begin, end;  // places in the lane's schedules
  };

  Queue(std::span<const Lane> lanes, const std::atomic<bool>* cancel)
      : cancel_(cancel), lanes_(lanes.size()) {
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes_[i].count = lanes[i].schedules.size();
  }

  /// The next job for a thread whose program is `mine`; waits where all that is left needs a run 0
  /// that another thread is at. Nothing: all is handed out, or something failed.
  std::optional<Job> Next(std::optional<std::size_t> mine) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (error_ || (cancel_ != nullptr && cancel_->load())) return std::nullopt;
      if (auto job = Take(mine)) return job;
      if (running_first_ == 0) return std::nullopt;
      changed_.wait(lock);
    }
  }

  void FirstDone(std::size_t lane) {
    const std::lock_guard lock(mutex_);
    lanes_[lane].ready = true;
    --running_first_;
    changed_.notify_all();
  }

  /// Nothing of this lane, of which nothing is under way, is handed out.
  void LeaveOut(std::size_t lane) {
    const std::lock_guard lock(mutex_);
    lanes_[lane].taken = true;
  }

  void Fail(struct Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    changed_.notify_all();
  }

  const std::optional<struct Error>& error() const { return error_; }

 private:
  struct State {
    std::size_t count = 0, next = 0;
    bool taken = false, ready = false;
  };

  std::optional<Job> Chunk(std::size_t i) {
    State& lane = lanes_[i];
    const std::size_t begin = lane.next;
    lane.next = std::min(lane.count, begin + kChunk);
    return Job{i, false, begin, lane.next};
  }

  std::optional<Job> Take(std::optional<std::size_t> mine) {
    if (mine && lanes_[*mine].ready && lanes_[*mine].next < lanes_[*mine].count)
      return Chunk(*mine);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (lanes_[i].taken) continue;
      if (i > 0 && !lanes_[0].ready) break;  // it may say that there is no use in the others
      lanes_[i].taken = true;
      ++running_first_;
      return Job{i, true, 0, 0};
    }
    std::size_t best = lanes_.size(), most = kWorthAStart - 1;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const std::size_t left = lanes_[i].count - lanes_[i].next;
      if (!lanes_[i].ready || left <= most) continue;
      best = i;
      most = left;
    }
    if (best == lanes_.size()) return std::nullopt;
    return Chunk(best);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::atomic<bool>* cancel_;
  std::vector<State> lanes_;
  int running_first_ = 0;
  std::optional<struct Error> error_;
};

struct Shared {
  std::span<const Lane> lanes;
  const ExploreOptions& options;
  const OnRun& on_run;
  Queue queue;
  Explored explored;
  std::mutex progress_mutex = {};
  int done = 0;
  int all = 0;
};

void Count(Shared& shared) {
  if (!shared.options.progress) return;
  const std::lock_guard lock(shared.progress_mutex);
  shared.options.progress(++shared.done, shared.all);
}

/// Where Go's order stands among a lane's schedules, if it does.
std::optional<std::size_t> PlaceOfFirst(const Lane& lane) {
  const auto at = std::find_if(lane.schedules.begin(), lane.schedules.end(),
                               [](const ScheduleName& name) { return name.seed == 0; });
  if (at == lane.schedules.end()) return std::nullopt;
  return static_cast<std::size_t>(at - lane.schedules.begin());
}

Result<void> DoFirst(Shared& shared, std::size_t lane, Runner& runner) {
  auto run = runner.Do(PlanOf(ScheduleName{}, {}));
  if (!run) return tl::unexpected(run.error());
  shared.explored.weights[lane] = WeightsOf(run->work);
  shared.explored.hopeless[lane] = run->process.killed != Killed::kNo || run->process.killed_runner;
  if (const auto place = PlaceOfFirst(shared.lanes[lane])) {
    shared.on_run(lane, *place, *run);
    Count(shared);
  }
  return {};
}

Result<void> DoJob(Shared& shared, const Queue::Job& job, Runner& runner) {
  if (job.first) return DoFirst(shared, job.lane, runner);
  const Lane& lane = shared.lanes[job.lane];
  for (std::size_t place = job.begin; place < job.end; ++place) {
    const ScheduleName& name = lane.schedules[place];
    if (name.seed == 0) continue;  // DoFirst
    if (shared.explored.hopeless[job.lane] != 0) {
      Count(shared);
      continue;
    }
    auto run = runner.Do(PlanOf(name, shared.explored.weights[job.lane]));
    if (!run) return tl::unexpected(run.error());
    shared.on_run(job.lane, place, *run);
    Count(shared);
  }
  return {};
}

/// A program that reaches a limit as it is does so with other flags, too, each time at its cost.
void LeaveOutLike(Shared& shared, std::size_t hopeless) {
  const std::string& path = shared.lanes[hopeless].runner.image.path;
  const std::string& program = shared.lanes[hopeless].runner.image.program;
  for (std::size_t i = 0; i < shared.lanes.size(); ++i) {
    const auto& image = shared.lanes[i].runner.image;
    if (i != hopeless && image.path == path && image.program == program) shared.queue.LeaveOut(i);
  }
}

void Work(Shared& shared) {
  std::unique_ptr<Runner> runner;
  std::optional<std::size_t> mine;
  while (auto job = shared.queue.Next(mine)) {
    if (mine != job->lane) {
      runner.reset();
      auto started = Runner::Start(shared.lanes[job->lane].runner);
      if (!started) return shared.queue.Fail(started.error());
      runner = std::move(*started);
      mine = job->lane;
    }
    if (auto done = DoJob(shared, *job, *runner); !done) return shared.queue.Fail(done.error());
    if (job->first && job->lane == 0 && shared.explored.hopeless[0] != 0) LeaveOutLike(shared, 0);
    if (job->first) shared.queue.FirstDone(job->lane);
  }
}

}  // namespace

std::vector<ScheduleName> FirstSchedules(int count, std::uint64_t secret) {
  std::vector<ScheduleName> names;
  for (int i = 0; i < count; ++i) names.push_back({secret, static_cast<std::uint64_t>(i)});
  return names;
}

RunPlan PlanOf(const ScheduleName& name, std::span<const rt::WorkEntry> weights) {
  RunPlan plan;
  plan.strategy = name.seed == 0 ? rt::Strategy::kGoOrder : rt::Strategy::kWalk;
  plan.seed = name.seed;
  plan.secret = name.secret;
  plan.work = weights;
  return plan;
}

RunPlan PlanOf(std::span<const rt::Deviation> deviations) {
  RunPlan plan;
  plan.strategy = rt::Strategy::kDeviations;
  plan.deviations = deviations;
  return plan;
}

Result<Explored> Explore(std::span<const Lane> lanes, const ExploreOptions& options,
                         const OnRun& on_run) {
  Shared shared{lanes, options, on_run, Queue(lanes, options.cancel), {}};
  shared.explored.weights.resize(lanes.size());
  shared.explored.hopeless.resize(lanes.size());
  std::size_t runs = 0;
  for (const Lane& lane : lanes) runs += lane.schedules.size();
  shared.all = static_cast<int>(runs);
  // Programs die with the thread that started them, so each thread has its own and ends after it.
  const std::size_t useful = std::max<std::size_t>(1, runs / kChunk);
  const std::size_t count =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1, options.jobs)), 1, useful);
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < count; ++i) threads.emplace_back([&shared] { Work(shared); });
  Work(shared);
  for (std::thread& thread : threads) thread.join();
  if (shared.queue.error()) return Failure(*shared.queue.error());
  if (options.cancel != nullptr && options.cancel->load()) return Failure({.what = "interrupted"});
  return std::move(shared.explored);
}

}  // namespace golab::lab
