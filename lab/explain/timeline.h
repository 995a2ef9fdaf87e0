#pragma once
// The timeline of a run, from its history.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/history/history.h"
#include "lab/report/picture.h"

namespace golab::lab {

/// One goroutine's row up to `end_ns`. `cut_off`: main's end cut it off there.
TimelineRow RowOf(const GoroutineLife& life, std::string label, std::uint64_t end_ns, bool cut_off);

/// Rows that look alike (same times, same states, same tail) become one: "10 x Worker". `names` are
/// the start functions' short names ("Worker", empty for a lambda), one a row.
std::vector<TimelineRow> MergeAlike(std::vector<TimelineRow> rows,
                                    const std::vector<std::string>& names);

/// "Worker" of "main.Worker", "" of "main.main.func1".
std::string ShortFunction(const std::string& go_name);

/// Main first, then `goroutines` (ids) in the order of creation; up to main's return, or the end of
/// the recording if main did not return.
Timeline TimelineOf(const History& history, std::vector<std::uint32_t> goroutines);

}  // namespace golab::lab
