#pragma once
// A run as a story: the steps of a history in golab's words, for Finding::story.

#include "lab/history/questions.h"
#include "lab/report/picture.h"

namespace golab::lab {

/// At most `most` steps: the last ones, since the fault is at their end, and before them those at
/// which the schedule left Go's order. `times`: with the instant of each.
Story StoryOf(const History& h, const std::vector<LifeStep>& steps, std::size_t most = 8,
              bool times = false);

}  // namespace golab::lab
