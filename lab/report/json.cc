// golab's own JSON. The schema beside this file says which keys there are.

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "lab/report/formats.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostText = 64 << 10;  // bytes of one text

std::string Text(const std::string& text) {
  return CutText(CleanUtf8(text), kMostText);
}

Json Number(double value) {
  if (!std::isfinite(value)) return 0;
  if (value == std::floor(value) && std::fabs(value) < 1e15)
    return static_cast<std::int64_t>(value);
  return std::round(value * 1e6) / 1e6;
}

Json PlaceJson(const Place& place) {
  return {{"role", Text(place.role)},
          {"file", Text(place.file)},
          {"line", place.line},
          {"column", place.column},
          {"goroutine", place.goroutine}};
}

Json GoroutineJson(const GoroutineReport& g) {
  Json stack = Json::array();
  for (const auto& frame : g.stack) stack.push_back(Text(frame));
  return {{"id", g.id},
          {"function", Text(g.function)},
          {"created_at", Text(g.created_at)},
          {"status", Text(g.status)},
          {"wait_reason", Text(g.wait_reason)},
          {"stack", std::move(stack)}};
}

Json CheckJson(const CheckReport& check) {
  Json parameters = Json::object();
  for (const auto& [name, value] : check.parameters) parameters[Text(name)] = Text(value);
  Json places = Json::array(), goroutines = Json::array();
  for (const auto& place : check.places) places.push_back(PlaceJson(place));
  for (const auto& g : check.goroutines) goroutines.push_back(GoroutineJson(g));
  return {{"id", Text(check.id)},
          {"sentence", Text(check.sentence)},
          {"outcome", OutcomeName(check.outcome)},
          {"message", Text(check.message)},
          {"cause", Text(check.cause)},
          {"expected", Text(check.expected)},
          {"actual", Text(check.actual)},
          {"rule", Text(check.rule)},
          {"explanation", Text(check.explanation)},
          {"seed", Text(check.seed)},
          {"variation", Text(check.variation)},
          {"parameters", std::move(parameters)},
          {"replay", Text(check.replay)},
          {"places", std::move(places)},
          {"goroutines", std::move(goroutines)}};
}

Json TaskJson(const TaskReport& task, bool reproducible) {
  Json checks = Json::array(), advice = Json::array();
  for (const auto& check : task.checks) checks.push_back(CheckJson(check));
  for (const auto& one : task.advice) {
    advice.push_back({{"id", Text(one.id)}, {"message", Text(one.message)}});
  }
  return {{"id", Text(task.id)},
          {"title", Text(task.title)},
          {"required", task.required},
          {"outcome", OutcomeName(task.outcome)},
          {"root", task.root.empty() ? Json(nullptr) : Json(Text(task.root))},
          {"points", Number(task.points)},
          {"max_points", Number(task.max_points)},
          {"seconds", Number(reproducible ? 0 : task.seconds)},
          {"runs", std::max(task.schedules, 0)},
          {"different_schedules", std::max(task.distinct_schedules, 0)},
          {"proved_schedules", std::max(task.proved_schedules, 0)},
          {"checks", std::move(checks)},
          {"advice", std::move(advice)}};
}

}  // namespace

std::string WriteJson(const Report& report) {
  Json tasks = Json::array();
  for (const auto& task : report.tasks) tasks.push_back(TaskJson(task, report.reproducible));
  const Json root = {{"schema", "golab.report/1"},
                     {"golab", Text(report.golab_version)},
                     {"subject", Text(report.subject)},
                     {"seed", report.seed.empty() ? Json(nullptr) : Json(Text(report.seed))},
                     {"seeds", report.seeds},
                     {"outcome", OutcomeName(report.outcome)},
                     {"points", Number(report.points)},
                     {"max_points", Number(report.max_points)},
                     {"tasks", std::move(tasks)}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace golab::lab
