#pragma once
// Many schedules of many programs, on all processors: run 0 of each lane in Go's order, whose work
// gives the weights of the walks and whose steps begin the systematic search, then the others. What
// comes out does not depend on the number of threads nor on the machine's load: nothing stops early
// but for reasons that the program itself gives (its first run hit a limit, so the others would;
// all of its schedules were tried), walks do not run ahead of the search, and whoever folds the
// runs does so by lane and place.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lab/error.h"
#include "lab/explore/runner.h"
#include "lab/explore/schedule.h"
#include "lab/explore/seats.h"

namespace golab::lab {

/// One program with its flags, and the schedules it is to run under.
struct Lane {
  RunnerSpec runner;
  /// In order; seed 0 is run in any case. Systematic ones need all before them, which are run, too.
  std::vector<ScheduleName> schedules;
  /// What the search leaves of its share goes to further walks. Else exactly `schedules` are run.
  bool adapts = false;
  /// Stops where the search has tried all that walks could show, and all runs pass.
  bool stops = false;
};

/// `count` schedules from Go's order on: 0, 1, d1, 2, 3, d2 ..., walks under `secret`.
std::vector<ScheduleName> FirstSchedules(int count, std::uint64_t secret = 0);

struct ExploreOptions {
  int jobs = 1;
  Seats* seats = nullptr;  ///< of other threads than the caller's; null: each has one
  const std::atomic<bool>* cancel = nullptr;             ///< set to stop after the runs under way
  std::function<void(int done, int all)> progress = {};  ///< from any thread, one at a time
};

/// Called for each run that was asked for, on the thread that ran it: different lanes and schedules
/// at the same time. `place` is the schedule's in its lane; walks that a lane adds come behind. The
/// run's history must not outlive the call. Returns whether the run passes.
using OnRun =
    std::function<bool(std::size_t lane, std::size_t place, const ScheduleName& name, Run& run)>;

/// What the systematic search of a lane came to.
struct LaneSearch {
  std::vector<std::vector<std::uint8_t>> choices;  ///< by number: d1 first
  bool exhausted = false;                          ///< all schedules that differ were tried
  bool proves = false;                ///< and they are all there are, with exact timers
  std::size_t different = 0;          ///< schedules that it tried, Go's order included
  std::string given_up_because = {};  ///< "longer than 2,000 steps"
};

/// What the lanes' runs gave, for running a schedule again.
struct Explored {
  std::vector<std::vector<rt::WorkEntry>> weights;  ///< by lane
  std::vector<LaneSearch> searches;                 ///< by lane
  std::vector<char> hopeless;  ///< by lane: its run in Go's order hit a limit, so would others

  /// Whether it is a schedule of that lane: the search may have ended before it came there.
  bool Has(std::size_t lane, const ScheduleName& name) const {
    return !name.systematic || name.seed <= searches[lane].choices.size();
  }

  /// The plan of one schedule that the lane has.
  RunPlan Plan(std::size_t lane, const ScheduleName& name) const;
};

/// Errors: golab or the machine cannot run a program; cancelled.
Result<Explored> Explore(std::span<const Lane> lanes, const ExploreOptions& options,
                         const OnRun& on_run);

/// The plan of Go's order or of a walk.
RunPlan PlanOf(const ScheduleName& name, std::span<const rt::WorkEntry> weights);

/// The plan of Go's order but for these deviations. What a walk draws besides its choices, the
/// network's latency and cuts and random numbers, is that of `world`: without it, that of Go's order.
RunPlan PlanOf(std::span<const rt::Deviation> deviations, const ScheduleName& world = {});

/// The plan of a systematic run that takes these choices.
RunPlan PlanOf(std::span<const std::uint8_t> choices);

}  // namespace golab::lab
