#pragma once
// Carries a schedule from one image of a program to another, whose code lies elsewhere: deviations
// are keyed by addresses of code, so each is looked for again by goroutine and source line.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/error.h"
#include "lab/explore/runner.h"
#include "lab/explore/schedule.h"

namespace golab::lab {

/// A deviation, named by what all images of a program have in common. Owns what it says.
struct LineDeviation {
  rt::Deviation taken;  ///< `pc`, `occurrence` and `turn` are those of the image it comes from
  std::string line;     ///< the call's, with those of the functions it is inlined in
  int ordinal = 0;      ///< which of the decisions of this kind of this goroutine there, from 1
};

/// Where a run left Go's order, in order.
std::vector<LineDeviation> LineDeviationsOf(const History& history);

/// Runs the other image in Go's order but for these deviations.
using RunDeviations = std::function<Result<Run>(const std::vector<rt::Deviation>& deviations)>;

/// The same schedule in the other image. One run for each deviation: where the next one is to be
/// taken is seen only after those before it were. Nothing if the other image does not come to such
/// a decision.
Result<std::optional<std::vector<rt::Deviation>>> Translate(
    const std::vector<LineDeviation>& schedule, const RunDeviations& run);

}  // namespace golab::lab
