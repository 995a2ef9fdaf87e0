#pragma once
// A line of the student's code, with a mark under the place that is meant.

#include "lab/explain/line.h"
#include "lab/explain/style.h"
#include "lab/report/report.h"

namespace golab::lab {

/// Cells of the widest "main.cc:23" among the first three places.
int PlaceWidth(const std::vector<Place>& places, const Style& style);

/// "  main.cc:23 |   time::Sleep(...);" and under it "^ label", or "<- label" beside it where the
/// column is unknown or `beside` asks for it and it fits. `place_width`: see PlaceWidth.
/// `quoted`: the line above shows the same source; only the label is added.
Lines QuotePlace(const Place& place, int place_width, bool beside, bool quoted, const Style& style);

/// The column (from 1, in bytes) of `place` in its source: the one it has, else where its callee is
/// called; 0 if neither helps.
int ColumnOf(const Place& place);

}  // namespace golab::lab
