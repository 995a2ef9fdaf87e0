#include "lab/judge/lanes.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "lab/catalogue/duration.h"
#include "lab/explore/explorer.h"
#include "runtime/event/record.h"

namespace golab::lab {
namespace {

constexpr int kFewestForOthers = 20;  // below so many schedules, parameters keep their defaults
constexpr int kInRealTime = 2;        // runs of a case in real time; each takes as long as it takes
constexpr int kForOthers = 33;  // one schedule of so many goes to another value of each parameter

/// Draws from the task's own name, so that every golab tries the same other values.
std::uint64_t DrawOf(std::string_view task, std::string_view parameter) {
  std::uint64_t x = 0;
  for (const char c : task) x = rt::MixPath(x ^ static_cast<unsigned char>(c));
  for (const char c : parameter) x = rt::MixPath(x ^ static_cast<unsigned char>(c));
  return x;
}

/// Another value of a parameter; nothing for one that has no range.
std::optional<std::string> OtherValue(const Task& task, const Parameter& parameter) {
  const bool duration = parameter.type == Parameter::Type::kDuration;
  if (!duration && parameter.type != Parameter::Type::kInt) return std::nullopt;
  const std::int64_t low = parameter.check_min, high = parameter.check_max;
  if (low >= high) return std::nullopt;
  // Durations in steps that a person can read.
  const std::int64_t step =
      duration ? std::max<std::int64_t>(1'000'000, (high - low) / 100 / 1'000'000 * 1'000'000) : 1;
  const auto steps = static_cast<std::uint64_t>((high - low) / step) + 1;
  for (std::uint64_t salt = 0; salt < 8; ++salt) {
    const std::int64_t value =
        low +
        static_cast<std::int64_t>(rt::MixPath(DrawOf(task.id, parameter.name) + salt) % steps) *
            step;
    std::string text = duration ? FormatDuration(value) : std::to_string(value);
    if (text != parameter.default_value) return text;
  }
  return std::nullopt;
}

void SetParams(const Task& task, const std::map<std::string, std::string>& given, LanePlan* lane) {
  for (const Parameter& parameter : task.parameters) {
    const auto it = given.find(parameter.name);
    const std::string& value = it == given.end() ? parameter.default_value : it->second;
    lane->params[parameter.name] = value;
    if (value == parameter.default_value) continue;
    lane->changed[parameter.name] = value;
    lane->flags.push_back("--" + parameter.name + "=" + value);
  }
}

LanePlan MakeLane(const Task& task, const Case& of_case, const LaneRequest& request,
                  const std::map<std::string, std::string>& params) {
  LanePlan lane;
  lane.of_case = &of_case;
  const std::string& variation = request.variation.empty() ? of_case.variation : request.variation;
  lane.variation = variation.empty() ? nullptr : task.FindVariation(variation);
  SetParams(task, params, &lane);
  const auto add = [&lane](const std::vector<std::string>& args,
                           const std::set<Exemption>& common) {
    lane.flags.insert(lane.flags.end(), args.begin(), args.end());
    lane.common.insert(common.begin(), common.end());
  };
  add({}, task.common);
  if (lane.variation != nullptr) add(lane.variation->args, lane.variation->common);
  add(of_case.args, of_case.common);
  return lane;
}

/// Whether a case has runs in a variation; "": in the task as it is.
bool ShowsIn(const Task& task, const Case& one, const std::string& variation) {
  if (variation.empty()) {
    // A case of a variation belongs to the task as it is, unless the program may lack that one.
    return one.variation.empty() || task.FindVariation(one.variation)->flag.empty();
  }
  const bool has_own = std::any_of(task.cases.begin(), task.cases.end(),
                                   [&](const Case& c) { return c.variation == variation; });
  if (has_own) return one.variation == variation;
  // A variation is one of the whole submission: what is left out of it may be what shows it.
  return one.variation.empty() && one.without.empty();
}

/// How many schedules each case gets; at least one each.
std::vector<int> Shares(const std::vector<const Case*>& cases, int seeds) {
  std::vector<int> counts;
  for (const Case* one : cases) {
    counts.push_back(std::max(1, static_cast<int>(std::floor(one->share * seeds + 1e-9))));
  }
  int sum = 0;
  for (const int count : counts) sum += count;
  if (sum < seeds && !counts.empty()) counts.front() += seeds - sum;
  return counts;
}

}  // namespace

std::vector<LanePlan> PlanLanes(const Task& task, const LaneRequest& request) {
  std::vector<const Case*> cases;
  const auto take = [&](bool live) {
    for (const Case& one : task.cases) {
      const bool asked = !one.serve || request.serve;
      if (one.live == live && asked && ShowsIn(task, one, request.variation)) cases.push_back(&one);
    }
  };
  if (request.live) take(true);
  if (cases.empty()) take(false);
  const std::vector<int> shares = Shares(cases, request.seeds);
  const bool others =
      !request.schedule && request.params.empty() && request.seeds >= kFewestForOthers;
  std::vector<LanePlan> lanes, extra, real;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    LanePlan lane = MakeLane(task, *cases[i], request, request.params);
    int count = shares[i];
    if (cases[i]->procs > 0) {
      lane.schedules = request.schedule ? std::vector<ScheduleName>{*request.schedule}
                                        : FirstSchedules(std::min(count, kInRealTime));
      real.push_back(std::move(lane));
      continue;
    }
    if (i == 0 && others) {
      for (const Parameter& parameter : task.parameters) {
        const auto value = OtherValue(task, parameter);
        if (!value) continue;
        LanePlan other = MakeLane(task, *cases[i], request, {{parameter.name, *value}});
        const int its = std::min(count - 1, std::max(1, request.seeds / kForOthers));
        if (its <= 0) break;
        other.schedules = FirstSchedules(its);
        count -= its;
        extra.push_back(std::move(other));
      }
      LanePlan overrun = lane;
      overrun.overrun = true;
      overrun.schedules = FirstSchedules(1);
      extra.push_back(std::move(overrun));
    }
    lane.schedules =
        request.schedule ? std::vector<ScheduleName>{*request.schedule} : FirstSchedules(count);
    lanes.push_back(std::move(lane));
  }
  lanes.insert(lanes.end(), extra.begin(), extra.end());
  lanes.insert(lanes.end(), real.begin(), real.end());
  return lanes;
}

}  // namespace golab::lab
