#include "lab/explore/explorer.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "lab/explore/search.h"
#include "lab/explore/work_queue.h"

namespace golab::lab {
namespace {

constexpr std::size_t kChunk = 4;  // runs that make a further thread useful

/// The search of one lane. Belongs to the thread that is at the lane's first or systematic run.
struct LaneWork {
  std::unique_ptr<Search> search;  // null: none is wanted
  std::optional<SearchPlan> next;
  int redundant = 0;  // runs that led only to what was known
};

struct Shared {
  std::span<const Lane> lanes;
  const ExploreOptions& options;
  const OnRun& on_run;
  WorkQueue queue;
  std::vector<LaneWork> work;
  Explored explored;
  std::mutex progress_mutex = {};
  int done = 0;
  int all = 0;
};

void Count(Shared& shared) {
  if (!shared.options.progress) return;
  const std::lock_guard lock(shared.progress_mutex);
  ++shared.done;
  shared.options.progress(shared.done, std::max(shared.done, shared.all));
}

/// Where a schedule stands in a lane's list, if it does.
std::optional<std::size_t> PlaceOf(const Lane& lane, const ScheduleName& name) {
  const auto at =
      std::find_if(lane.schedules.begin(), lane.schedules.end(), [&name](const ScheduleName& one) {
        return one.seed == name.seed && one.systematic == name.systematic;
      });
  if (at == lane.schedules.end()) return std::nullopt;
  return static_cast<std::size_t>(at - lane.schedules.begin());
}

/// Shows a run to who asked for it; whether it passes.
bool Show(Shared& shared, std::size_t lane, const ScheduleName& name, Run* run) {
  const auto place = PlaceOf(shared.lanes[lane], name);
  if (!place) return true;
  const ScheduleName& asked = shared.lanes[lane].schedules[*place];
  const bool passed = shared.on_run(lane, *place, asked, *run);
  Count(shared);
  return passed;
}

/// Takes in a run, asks for the next; notes how the search ended.
WorkQueue::SearchState Advance(Shared& shared, std::size_t lane, Run* run) {
  LaneWork& work = shared.work[lane];
  if (work.search == nullptr) return {};
  work.search->Add(std::move(run->trace));
  work.next = work.search->Next();
  LaneSearch& result = shared.explored.searches[lane];
  result.different = work.search->different();
  result.exhausted = work.search->state() == Search::State::kExhausted;
  result.proves = work.search->Proves();
  result.given_up_because = work.search->why_given_up();
  return {!work.next.has_value(), result.proves && !work.search->late_timers()};
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

Result<void> DoFirst(Shared& shared, std::size_t lane, Runner& runner) {
  RunPlan plan = PlanOf(ScheduleName{}, {});
  if (shared.work[lane].search != nullptr) plan.flags |= rt::kPlanCandidates;
  auto run = runner.Do(plan);
  if (!run) return tl::unexpected(run.error());
  shared.explored.weights[lane] = WeightsOf(run->work);
  const bool hopeless = run->process.killed != Killed::kNo || run->process.killed_runner;
  shared.explored.hopeless[lane] = hopeless;
  if (hopeless) shared.queue.LeaveOut(lane);
  if (hopeless && lane == 0) LeaveOutLike(shared, lane);
  const bool passed = Show(shared, lane, ScheduleName{}, &*run);
  shared.queue.FirstDone(lane, passed, Advance(shared, lane, &*run));
  return {};
}

Result<void> DoSearch(Shared& shared, std::size_t lane, Runner& runner) {
  LaneWork& work = shared.work[lane];
  LaneSearch& result = shared.explored.searches[lane];
  WorkQueue::SearchState state;
  std::uint64_t number = 0;
  bool passed = true;
  while (number == 0 && work.next) {
    const SearchPlan next = std::move(*work.next);
    RunPlan plan = PlanOf(next.choices);
    plan.sleepers = next.sleepers;
    if (!next.counts_commute) plan.flags |= rt::kPlanCountsConflict;
    auto run = runner.Do(plan);
    if (!run) return tl::unexpected(run.error());
    const bool redundant = run->trace.Is(rt::kTraceRedundant);
    std::vector<std::uint8_t> choices = ChoicesOf(run->trace);
    if (!redundant) {
      result.choices.push_back(std::move(choices));
      number = result.choices.size();
      passed = Show(shared, lane, {0, number, true}, &*run);
    }
    state = Advance(shared, lane, &*run);
    // The rest would cost more than it shows.
    const auto most = 100 + 10 * result.choices.size();
    if (redundant && static_cast<std::size_t>(++work.redundant) > most) {
      work.next.reset();
      state = {};
    }
  }
  shared.queue.SearchDone(lane, number, passed, state);
  return {};
}

Result<void> DoWalks(Shared& shared, const WorkQueue::Job& job, Runner& runner) {
  bool passed = true;
  for (const WorkQueue::Walk& walk : job.walks) {
    auto run = runner.Do(PlanOf(walk.name, shared.explored.weights[job.lane]));
    if (!run) return tl::unexpected(run.error());
    passed &= shared.on_run(job.lane, walk.place, walk.name, *run);
    Count(shared);
  }
  shared.queue.WalksDone(job.lane, passed);
  return {};
}

Result<void> DoJob(Shared& shared, const WorkQueue::Job& job, Runner& runner) {
  switch (job.kind) {
    case WorkQueue::Job::Kind::kFirst:
      return DoFirst(shared, job.lane, runner);
    case WorkQueue::Job::Kind::kSearch:
      return DoSearch(shared, job.lane, runner);
    case WorkQueue::Job::Kind::kWalks:
      return DoWalks(shared, job, runner);
  }
  return {};
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
  }
}

}  // namespace

std::vector<ScheduleName> FirstSchedules(int count, std::uint64_t secret) {
  std::vector<ScheduleName> names;
  std::uint64_t seed = 0, number = 0;
  for (int i = 0; i < count; ++i) {
    if (i % 3 == 2) {
      names.push_back({0, ++number, true});
    } else {
      names.push_back({secret, seed++});
    }
  }
  return names;
}

RunPlan Explored::Plan(std::size_t lane, const ScheduleName& name) const {
  if (!name.systematic) return PlanOf(name, weights[lane]);
  return PlanOf(searches[lane].choices.at(name.seed - 1));
}

RunPlan PlanOf(const ScheduleName& name, std::span<const rt::WorkEntry> weights) {
  RunPlan plan;
  plan.strategy = name.IsGoOrder() ? rt::Strategy::kGoOrder : rt::Strategy::kWalk;
  plan.seed = name.seed;
  plan.secret = name.secret;
  plan.flags = rt::kPlanTrace;
  plan.work = weights;
  return plan;
}

RunPlan PlanOf(std::span<const rt::Deviation> deviations, const ScheduleName& world) {
  RunPlan plan;
  plan.strategy = rt::Strategy::kDeviations;
  if (!world.systematic) {  // the search leaves all that is plain, as in Go's order
    plan.seed = world.seed;
    plan.secret = world.secret;
  }
  plan.deviations = deviations;
  return plan;
}

RunPlan PlanOf(std::span<const std::uint8_t> choices) {
  RunPlan plan;
  plan.strategy = rt::Strategy::kSystematic;
  plan.flags = rt::kPlanTrace | rt::kPlanCandidates;
  plan.choices = choices;
  return plan;
}

Result<Explored> Explore(std::span<const Lane> lanes, const ExploreOptions& options,
                         const OnRun& on_run) {
  Shared shared{lanes, options, on_run, WorkQueue(lanes, options.cancel), {}, {}};
  shared.work.resize(lanes.size());
  shared.explored.weights.resize(lanes.size());
  shared.explored.searches.resize(lanes.size());
  shared.explored.hopeless.resize(lanes.size());
  std::size_t runs = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    runs += lanes[i].schedules.size();
    if (std::any_of(lanes[i].schedules.begin(), lanes[i].schedules.end(),
                    [](const ScheduleName& name) { return name.systematic; })) {
      shared.work[i].search = std::make_unique<Search>();
    }
  }
  shared.all = static_cast<int>(runs);
  // Programs die with the thread that started them, so each thread has its own and ends after it.
  const std::size_t useful = std::max<std::size_t>(1, runs / kChunk);
  const std::size_t count =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1, options.jobs)), 1, useful);
  WorkTogether(static_cast<int>(count), options.seats, [&shared] { Work(shared); });
  if (shared.queue.error()) return Failure(*shared.queue.error());
  if (options.cancel != nullptr && options.cancel->load()) return Failure({.what = "interrupted"});
  return std::move(shared.explored);
}

}  // namespace golab::lab
