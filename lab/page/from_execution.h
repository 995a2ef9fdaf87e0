#pragma once
// The timeline of an execution trace: of what a program did, with nothing judged of it.

#include "lab/page/timeline.h"
#include "lab/trace/execution.h"

namespace golab::lab::page {

/// States, stacks and regions in `window`; times from the beginning of the trace. Title, facts and
/// the command are the caller's to add.
Timeline FromExecution(const Execution& execution, const TimeWindow& window);

}  // namespace golab::lab::page
