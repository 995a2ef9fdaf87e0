#pragma once
// An execution as Chrome trace JSON, for Perfetto and chrome://tracing.

#include <cstddef>
#include <functional>
#include <string_view>

#include "lab/trace/execution.h"

namespace golab::lab {

/// Most events of one file: viewers take no more.
inline constexpr std::size_t kMostChromeEvents = 500'000;

/// A track a goroutine (process 1), a track a P (process 2), arrows for `go` and for wake-ups,
/// counters. Given out in pieces. Returns where it was cut, in ns from the beginning of the trace,
/// if there was more than kMostChromeEvents.
std::optional<std::uint64_t> WriteChrome(const Execution& execution, const TimeWindow& window,
                                         const std::function<void(std::string_view)>& write);

}  // namespace golab::lab
