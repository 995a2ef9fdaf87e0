#include "lab/report/report.h"

#include <algorithm>

namespace golab::lab {

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "pass";
    case Outcome::kFail:
      return "fail";
    case Outcome::kError:
      return "error";
    case Outcome::kSkip:
      return "skip";
  }
  return "error";
}

std::string RunsInWords(const TaskReport& task) {
  const int runs = std::max(task.schedules, 0), different = std::max(task.distinct_schedules, 0);
  std::string text = std::to_string(runs) + (runs == 1 ? " run" : " runs");
  if (runs <= 1 || different == 0) return text;
  return text + ", " + std::to_string(different) + " different " +
         (different == 1 ? "schedule" : "schedules");
}

std::string ProofInWords(const TaskReport& task) {
  if (task.proved_schedules <= 0) return "";
  const std::string within = " (this input, exact timers, switches at runtime calls) ";
  if (task.proved_schedules == 1) return "proved: the one schedule there is" + within + "passes";
  return "proved: all " + std::to_string(task.proved_schedules) + " schedules that differ" +
         within + "pass";
}

}  // namespace golab::lab
