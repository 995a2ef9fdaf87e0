#pragma once
// From a finding to what is reported of it: words, places with their source, goroutines, pictures.

#include <string>

#include "lab/check/check.h"
#include "lab/judge/fold.h"
#include "lab/judge/programs.h"
#include "lab/report/report.h"

namespace golab::lab {

/// Line one, rule, question.
Words WordsOfJudged(const JudgedCheck& judged);

/// Fills what `history`, the run that the finding is of, tells. Counts, seed and replay stay as
/// they are.
void FillReport(const JudgedCheck& judged, const History& history, const Programs& programs,
                CheckReport* report);

/// As "main.cc:12".
std::string PlaceText(const Frame& frame);

}  // namespace golab::lab
