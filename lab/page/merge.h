#pragma once
// Makes a timeline small enough for a page, by merging what is too short to be seen.

#include <cstddef>
#include <cstdint>

#include "lab/page/timeline.h"

namespace golab::lab::page {

inline constexpr std::size_t kMostTransitions = 2'000'000;

/// Where there are more than `most` transitions: in buckets of one width, more than two transitions
/// of a goroutine become one stay in State::kMixed; the width grows until it is enough. Whole stay
/// goroutines that evidence names, creations, ends, the last stay, and 10 ms around evidence.
/// Gives the width in ns, 0 where nothing was merged. The order of events is lost with a merge.
std::uint64_t MergeShort(Timeline* timeline, std::size_t most = kMostTransitions);

}  // namespace golab::lab::page
