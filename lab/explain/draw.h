#pragma once
// Draws the pictures of a report.

#include "lab/explain/line.h"
#include "lab/explain/style.h"
#include "lab/report/picture.h"

namespace golab::lab {

/// Rows of at most 8 goroutines, an axis, and the legend at the right or below.
Lines DrawTimeline(const Timeline& timeline, const Style& style);

/// "    1  0.000 s  goroutine 7  panics, the delay begins       supervisor.cc:38".
Lines DrawStory(const Story& story, const Style& style);

/// "  by creation site:  100 x main.cc:19    1 x main.cc:22".
Lines DrawSites(const Sites& sites, const Style& style);

/// The same facts as sentences, one a line.
Lines TellTimeline(const Timeline& timeline);
Lines TellStory(const Story& story);
Lines TellSites(const Sites& sites);

}  // namespace golab::lab
