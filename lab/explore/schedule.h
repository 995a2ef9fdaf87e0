#pragma once
// Schedules as data: their names, what a run tells of the schedule it took, and how one is asked
// for again.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"
#include "lab/history/history.h"
#include "runtime/event/record.h"

namespace golab::lab {

/// Names one schedule of a program: 0 is Go's order, k > 0 a weighted walk, under a secret or
/// without; d1, d2, ... are those of the systematic search, in the order it comes to them.
struct ScheduleName {
  std::uint64_t secret = 0;
  std::uint64_t seed = 0;
  bool systematic = false;

  bool IsGoOrder() const { return seed == 0 && !systematic; }

  /// "41"; "0x5a17:41" under a secret; "d7".
  std::string Text() const;
  friend bool operator==(const ScheduleName&, const ScheduleName&) = default;
};

/// Reads what Text writes. The error (usage) says what is allowed.
Result<ScheduleName> ParseScheduleName(std::string_view text);

/// One decision of a run that had more than one way to go.
struct Decision {
  rt::Deviation taken;  ///< keyed by goroutine and call; what was chosen, by index
  std::uint8_t candidates = 0;
  std::uint8_t index = 0;  ///< 0: what Go does
};

/// All decisions of a run, in order.
std::vector<Decision> DecisionsOf(const History& history);

/// Where a run left Go's order, in order: a plan of these leads the same way again. Keyed by
/// goroutine, call and occurrence, and what was chosen by its place in the tree of goroutines, so
/// that it survives changes elsewhere in the program.
std::vector<rt::Deviation> DeviationsOf(const History& history);

/// Tells schedules apart: what happened, in order, without addresses of code, stacks and decisions.
/// Equal for two runs that did the same.
std::uint64_t ScheduleHash(const History& history);

/// Weights for walks (rt::Plan::work) from the work table of run 0: the points of each goroutine
/// with all that it creates, sorted by path.
std::vector<rt::WorkEntry> WeightsOf(std::vector<rt::WorkEntry> work);

}  // namespace golab::lab
