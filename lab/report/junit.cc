// JUnit XML. The schema is that of Jenkins; GitLab ignores `message`, so the text of a failure
// repeats all that matters.

#include <algorithm>
#include <ctime>

#include "lab/report/formats.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostMessage = 500, kMostText = 16 << 10, kMostOutput = 64 << 10;

struct Counts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;

  void Add(Outcome outcome) {
    ++tests;
    failures += outcome == Outcome::kFail;
    errors += outcome == Outcome::kError;
    skipped += outcome == Outcome::kSkip;
  }

  void Add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

std::string Attribute(const char* name, std::string_view value) {
  return std::string(" ") + name + "=\"" + XmlText(CutText(CleanUtf8(value), kMostMessage), true) +
         "\"";
}

std::string Attribute(const char* name, int value) {
  return Attribute(name, std::to_string(value));
}

std::string Element(std::string_view text, std::size_t most) {
  return XmlText(CutText(CleanUtf8(text), most));
}

std::string TimeStamp(const Report& report) {
  const std::time_t t = report.reproducible ? 0 : static_cast<std::time_t>(report.started);
  std::tm utc{};
  char buffer[40] = "1970-01-01T00:00:00";
  if (gmtime_r(&t, &utc) != nullptr)
    std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &utc);
  return buffer;
}

// The explanation holds expected, actual, rule and evidence; a check without one lists them.
std::string FailureText(const CheckReport& check) {
  std::string text = check.explanation;
  if (text.empty()) {
    if (!check.expected.empty()) text += "expected: " + check.expected + "\n";
    if (!check.actual.empty()) text += "actual:   " + check.actual + "\n";
    if (!check.rule.empty()) text += "rule:     " + check.rule + "\n";
    for (const auto& place : check.places) {
      text += "at:       " + place.file + ":" + std::to_string(place.line) + "\n";
    }
  }
  text = CutText(CleanUtf8(text), kMostText);  // before the replay line, which is never lost
  if (!text.empty() && text.back() != '\n') text += '\n';
  return check.replay.empty() ? text : text + "replay: " + check.replay;
}

std::string ShortId(const CheckReport& check, const TaskReport& task) {
  const std::string prefix = task.id + ".";
  return check.id.rfind(prefix, 0) == 0 ? check.id.substr(prefix.size()) : check.id;
}

std::string Case(const CheckReport& check, const TaskReport& task, double seconds) {
  std::string xml = "    <testcase" + Attribute("classname", "golab." + task.id) +
                    Attribute("name", ShortId(check, task)) + Attribute("time", Seconds(seconds));
  if (check.outcome == Outcome::kPass) return xml + "/>\n";
  xml += ">\n";
  if (check.outcome == Outcome::kSkip) {
    xml += "      <skipped>" + Element(check.message, kMostMessage) + "</skipped>\n";
  } else {
    const std::string tag = check.outcome == Outcome::kFail ? "failure" : "error";
    xml += "      <" + tag + Attribute("type", check.id) +
           Attribute("message", OneLine(check.message)) + ">" + XmlText(FailureText(check)) + "</" +
           tag + ">\n";
  }
  return xml + "    </testcase>\n";
}

std::string Property(const char* name, std::string_view value) {
  return std::string("      <property") + Attribute("name", name) + Attribute("value", value) +
         "/>\n";
}

// The checks, or one that stands for a task without any: every suite has a case.
std::vector<CheckReport> ChecksOf(const TaskReport& task) {
  if (!task.checks.empty()) return task.checks;
  CheckReport only;
  only.id = task.id + ".attempted";
  only.outcome = task.outcome;
  only.message = task.attempted ? "no checks" : "not attempted: still the starter";
  return {only};
}

std::string Suite(const TaskReport& task, const Report& report, int id, Counts* all) {
  const std::vector<CheckReport> checks = ChecksOf(task);
  Counts counts;
  std::string seed = report.seed, replay;
  for (const auto& check : checks) {
    counts.Add(check.outcome);
    if (check.id == task.root) {
      replay = check.replay;
      if (seed.empty()) seed = check.seed;
    }
  }
  all->Add(counts);
  const double seconds = report.reproducible ? 0 : task.seconds;
  std::string xml = "  <testsuite" + Attribute("name", task.id) + Attribute("tests", counts.tests) +
                    Attribute("failures", counts.failures) + Attribute("errors", counts.errors) +
                    Attribute("skipped", counts.skipped) + Attribute("time", Seconds(seconds)) +
                    Attribute("timestamp", TimeStamp(report)) + Attribute("hostname", "localhost") +
                    Attribute("id", id) + Attribute("package", "golab") + ">\n    <properties>\n";
  xml += Property("golab.version", report.golab_version);
  if (!seed.empty()) xml += Property("seed", seed);
  if (!replay.empty()) xml += Property("replay", replay);
  xml +=
      Property("points", Decimal(task.points)) + Property("max_points", Decimal(task.max_points));
  xml += Property("runs", std::to_string(std::max(task.schedules, 0))) +
         Property("different_schedules", std::to_string(std::max(task.distinct_schedules, 0)));
  if (const std::string proof = ProofInWords(task); !proof.empty()) xml += Property("proof", proof);
  xml += "    </properties>\n";
  // Runs judge all checks together: each case has an equal part of the task's time, and sums agree.
  for (const auto& check : checks) xml += Case(check, task, seconds / counts.tests);
  return xml + "    <system-out>" + Element(task.output, kMostOutput) +
         "</system-out>\n    <system-err></system-err>\n  </testsuite>\n";
}

}  // namespace

std::string WriteJunit(const Report& report) {
  Counts all;
  std::string suites;
  int id = 0;
  for (const auto& task : report.tasks) suites += Suite(task, report, id++, &all);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
         Attribute("name", "golab check") + Attribute("tests", all.tests) +
         Attribute("failures", all.failures) + Attribute("errors", all.errors) +
         Attribute("disabled", 0) +
         Attribute("time", Seconds(report.reproducible ? 0 : report.seconds)) + ">\n" + suites +
         "</testsuites>\n";
}

}  // namespace golab::lab
