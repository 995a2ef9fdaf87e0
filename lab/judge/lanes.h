#pragma once
// Which programs of a task are run, with which flags, under how many schedules.
//
// A lane is one case in one variation with one set of parameters. The schedules of a check are
// shared between the cases by their `share`; some of the first case's go to other values of each
// parameter, and one more, which only advice looks at, lets sleeps overrun.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/explore/schedule.h"
#include "lab/program/flavour.h"

namespace golab::lab {

/// What a user may set.
struct LaneRequest {
  int seeds = 100;                                 ///< runs in all
  std::optional<ScheduleName> schedule = {};       ///< exactly this one, in each case
  std::string variation = {};                      ///< empty: the task as it is
  std::map<std::string, std::string> params = {};  ///< flags given, by name
  bool serve = false;  ///< with `live`: those of `--serve`, too
  bool live = false;  ///< for `golab run`: the live case, where there is one for this
};

struct LanePlan {
  const Case* of_case = nullptr;
  const Variation* variation = nullptr;
  std::map<std::string, std::string> params;   ///< every flag of the task with its value
  std::map<std::string, std::string> changed;  ///< those that differ from the defaults
  std::vector<std::string> flags;              ///< as the program gets them
  std::set<Exemption> common;
  std::vector<ScheduleName> schedules;

  bool InRealTime() const { return of_case->procs > 0; }

  bool overrun = false;             ///< sleeps overrun; only advice is asked
  Flavour image = Flavour::kPlain;  ///< of a race image: only its own check is asked
};

/// Those in real time come last.
std::vector<LanePlan> PlanLanes(const Task& task, const LaneRequest& request);

}  // namespace golab::lab
