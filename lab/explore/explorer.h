#pragma once
// Many schedules of many programs, on all processors: run 0 of each lane in Go's order, whose work
// gives the weights of the walks, then the others. What comes out does not depend on the number of
// threads nor on the machine's load: nothing stops early (but for a lane whose
// first run hit a limit: the others would, too), and whoever folds the runs does so by
// lane and seed.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lab/error.h"
#include "lab/explore/runner.h"
#include "lab/explore/schedule.h"

namespace golab::lab {

/// One program with its flags, and the schedules it is to run under.
struct Lane {
  RunnerSpec runner;
  std::vector<ScheduleName> schedules;  ///< in order; seed 0 is run in any case, for the weights
};

/// `count` schedules from Go's order on: 0, 1, 2 ..., walks under `secret`.
std::vector<ScheduleName> FirstSchedules(int count, std::uint64_t secret = 0);

struct ExploreOptions {
  int jobs = 1;
  const std::atomic<bool>* cancel = nullptr;             ///< set to stop after the runs under way
  std::function<void(int done, int all)> progress = {};  ///< from any thread, one at a time
};

/// Called for each run that was asked for, on the thread that ran it: different lanes and seeds at
/// the same time. `place` is the schedule's in its lane. The run's history must not outlive the
/// call.
using OnRun = std::function<void(std::size_t lane, std::size_t place, Run& run)>;

/// What the lanes' runs 0 gave, for running a schedule again.
struct Explored {
  std::vector<std::vector<rt::WorkEntry>> weights;  ///< by lane
  std::vector<char> hopeless;  ///< by lane: its run in Go's order hit a limit, so would others
};

/// Errors: golab or the machine cannot run a program; cancelled.
Result<Explored> Explore(std::span<const Lane> lanes, const ExploreOptions& options,
                         const OnRun& on_run);

/// The plan of one schedule.
RunPlan PlanOf(const ScheduleName& name, std::span<const rt::WorkEntry> weights);

/// The plan of Go's order but for these deviations.
RunPlan PlanOf(std::span<const rt::Deviation> deviations);

}  // namespace golab::lab
