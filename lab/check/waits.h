#pragma once
// Who waits for whom, said in golab's words: for deadlocks, and for programs that are still at work
// when their time is over.

#include <vector>

#include "lab/history/questions.h"
#include "lab/report/picture.h"

namespace golab::lab {

/// One line for each goroutine that waits; alike ones, as a loop makes them, are counted.
Story WaitLines(const History& h, const std::vector<WaitFor>& waiting);

/// Those whose missing Done `waiting` waits for just after event `at`, if nobody else can be meant:
/// they ended without it.
std::vector<const GoroutineLife*> LeftWithoutDone(const History& h, const WaitFor& waiting,
                                                  Moment at);

}  // namespace golab::lab
