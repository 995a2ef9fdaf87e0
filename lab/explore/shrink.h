#pragma once
// From a schedule that fails to the shortest story that fails in the same way: fewer deviations
// from Go's order. Bounded by counts of runs alone, so that the same failure always shrinks to the
// same story.
//
// Delta debugging (Zeller's ddmin) first; then, since it stays in local minima, all schedules with
// one or two deviations, breadth first.

#include <functional>
#include <vector>

#include "lab/error.h"
#include "lab/explore/schedule.h"

namespace golab::lab {

/// What one trial shows.
struct Trial {
  bool fails = false;  ///< in the same way
  std::vector<Decision> decisions;
  std::vector<rt::Deviation> deviations;  ///< as the run really took them
};

/// Runs the program in Go's order but for these deviations.
using TryDeviations = std::function<Result<Trial>(const std::vector<rt::Deviation>& deviations)>;

struct Shrunk {
  std::vector<rt::Deviation> deviations;
  int runs = 0;
  std::size_t from = 0;  ///< deviations before
  bool reproduced =
      false;  ///< the failing run's own deviations fail again; if not, nothing was shrunk
};

struct ShrinkLimits {
  int ddmin_runs = 300;
  int search_runs = 1000;
};

Result<Shrunk> Shrink(std::vector<rt::Deviation> failing, const TryDeviations& attempt,
                      const ShrinkLimits& limits = {});

}  // namespace golab::lab
