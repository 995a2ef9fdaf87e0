#pragma once
// The profiles that golab's clients fetched in a run, with what each line of them says.

#include "lab/explain/line.h"
#include "lab/explain/style.h"
#include "lab/history/history.h"

namespace golab::lab {

/// The largest group of debug=1, and one goroutine of it as debug=2 shows it. Empty if there is no
/// such page in the recording, or none that can be read.
Lines FetchedLines(const History& history, const Style& style);

}  // namespace golab::lab
