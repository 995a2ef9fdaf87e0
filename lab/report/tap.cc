// TAP, versions 14 and 13: the same lines under another version. prove of Debian 12 fails a stream
// of version 14, and reads a subtest as comments.

#include "lab/report/formats.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostText = 16 << 10;

std::string Point(bool ok, int number, const std::string& description) {
  return std::string(ok ? "ok " : "not ok ") + std::to_string(number) + " - " +
         TapText(description);
}

std::string Skip(const std::string& why) {
  return " # SKIP " + TapText(why);
}

std::string Yaml(const std::string& text) {
  return JsonString(CutText(CleanUtf8(text), kMostText));
}

std::string Diagnostics(const CheckReport& check) {
  const std::string in = "      ";
  std::string text = in + "---\n" + in + "message: " + Yaml(check.message) + "\n" + in +
                     "severity: " + OutcomeName(check.outcome) + "\n";
  if (!check.expected.empty()) text += in + "expected: " + Yaml(check.expected) + "\n";
  if (!check.actual.empty()) text += in + "actual: " + Yaml(check.actual) + "\n";
  if (!check.places.empty()) {
    text += in + "at:\n" + in + "  file: " + Yaml(check.places[0].file) + "\n" + in +
            "  line: " + std::to_string(check.places[0].line) + "\n";
  }
  if (!check.rule.empty()) text += in + "rule: " + Yaml(check.rule) + "\n";
  if (!check.goroutines.empty()) {
    text += in + "evidence:\n";
    for (const auto& g : check.goroutines) {
      std::string line = "goroutine " + std::to_string(g.id) + " [" +
                         (g.wait_reason.empty() ? g.status : g.wait_reason) + "]";
      if (!g.created_at.empty()) line += ", created at " + g.created_at;
      text += in + "  - " + Yaml(line) + "\n";
    }
  }
  if (!check.explanation.empty()) text += in + "explanation: " + Yaml(check.explanation) + "\n";
  if (!check.seed.empty()) text += in + "seed: " + Yaml(check.seed) + "\n";
  if (!check.replay.empty()) text += in + "replay: " + Yaml(check.replay) + "\n";
  return text + in + "...\n";
}

bool IsOk(Outcome outcome) {
  return outcome == Outcome::kPass || outcome == Outcome::kSkip;
}

std::string WhyNot(const TaskReport& task) {
  if (!task.attempted) return task.required ? "not attempted" : "optional, not attempted";
  return "not judged";
}

std::string Subtest(const TaskReport& task, int number) {
  if (task.checks.empty() && task.outcome == Outcome::kSkip) {
    return Point(true, number, task.id) + Skip(WhyNot(task)) + "\n";
  }
  std::string text = "# Subtest: " + TapText(task.id) + "\n";
  text += "    1.." + std::to_string(task.checks.size());
  text += task.checks.empty() ? " # SKIP no checks\n" : "\n";
  if (task.schedules > 0) text += "    # " + RunsInWords(task) + "\n";
  if (const std::string proof = ProofInWords(task); !proof.empty()) text += "    # " + proof + "\n";
  int check_number = 0;
  for (const auto& check : task.checks) {
    text += "    " + Point(IsOk(check.outcome), ++check_number, check.id);
    if (check.outcome == Outcome::kSkip) text += Skip(check.message);
    text += "\n";
    if (!IsOk(check.outcome)) text += Diagnostics(check);
  }
  return text + Point(IsOk(task.outcome), number, task.id) + "\n";
}

std::string Body(const Report& report) {
  if (report.tasks.empty()) return "1..0 # SKIP no tasks\n";
  std::string text = "1.." + std::to_string(report.tasks.size()) + "\n";
  int number = 0;
  for (const auto& task : report.tasks) text += Subtest(task, ++number);
  return text;
}

}  // namespace

std::string WriteTap(const Report& report) {
  return "TAP version 14\n" + Body(report);
}

std::string WriteTap13(const Report& report) {
  return "TAP version 13\n" + Body(report);
}

}  // namespace golab::lab
