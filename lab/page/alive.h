#pragma once
// How many goroutines of the program were alive when.

#include "lab/page/timeline.h"

namespace golab::lab::page {

/// One step a change; of several at one instant the last. Main ends when it returns. Only what
/// happens up to the event of `last_order`.
Curve AliveCurve(const Timeline& timeline,
                 std::uint64_t last_order = static_cast<std::uint64_t>(-1));

/// The same, were it `count` from `at_ns` on.
Curve ExpectedCurve(const Curve& actual, std::uint64_t at_ns, std::int64_t count);

}  // namespace golab::lab::page
