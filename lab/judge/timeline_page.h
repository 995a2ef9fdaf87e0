#pragma once
// From a report and the run that it shows to the timeline page of that run.

#include <string>
#include <vector>

#include "lab/judge/fold.h"
#include "lab/judge/judge.h"
#include "lab/judge/lanes.h"
#include "lab/judge/programs.h"
#include "lab/page/timeline.h"

namespace golab::lab {

/// The run that a page shows.
struct PageRun {
  const History& history;
  const LanePlan& plan;
  const std::vector<JudgedCheck>& judged;  ///< what was found in this very run
  std::string schedule;                    ///< "seed 41, shrunk"
};

/// `run` null: there is none; the page has the checks alone.
page::Timeline PageOf(const TaskReport& report, const std::string& subject, const PageRun* run,
                      const Programs& programs);

/// "file:///tmp/p.html#check=hold": of a page at `path`, at the check that is worth a look.
std::string PageLink(const std::string& path, const TaskReport& report);

}  // namespace golab::lab
