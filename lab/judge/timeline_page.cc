#include "lab/judge/timeline_page.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "lab/explain/root_cause.h"
#include "lab/page/alive.h"
#include "lab/page/from_history.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostEvidence = 200;

bool Failed(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kError;
}

const JudgedCheck* FindJudged(const PageRun* run, const std::string& id) {
  if (run == nullptr) return nullptr;
  for (const JudgedCheck& judged : run->judged) {
    if (judged.info->id == id) return &judged;
  }
  return nullptr;
}

/// The key under which the program's sources have a file that a frame names; else the name as it
/// is.
std::string SourceName(const Programs& programs, const std::string& file) {
  if (programs.sources.contains(file)) return file;
  const std::string base = std::filesystem::path(file).filename().string();
  return programs.sources.contains(base) ? base : file;
}

std::vector<page::Evidence> EvidenceOf(const History& h, const Finding& finding) {
  std::vector<page::Evidence> evidence;
  if (h.events().empty()) return evidence;
  const Moment at = finding.at == kNever ? h.last() : std::min(finding.at, h.last());
  for (const std::uint32_t id : finding.goroutines) {
    const GoroutineLife* g = h.Find(id);
    if (g == nullptr || evidence.size() == kMostEvidence) continue;
    evidence.push_back({id, h.TimeAt(at), at, page::EvidenceNote(h, *g, at)});
  }
  if (evidence.empty() && finding.at != kNever)
    evidence.push_back({h.events()[at].g, h.TimeAt(at), at, "the moment"});
  return evidence;
}

void AddFinding(const PageRun& run, const Finding& finding, const page::Timeline& t,
                page::Check* check) {
  check->evidence = EvidenceOf(run.history, finding);
  check->expected_list = finding.expected_list;
  check->actual_list = finding.actual_list;
  if (!finding.alive || run.history.events().empty()) return;
  const Moment at = std::min(finding.alive->at, run.history.last());
  check->expected_count = finding.alive->count;
  check->count_at_ns = run.history.TimeAt(at);
  check->count_at_order = at;
  check->actual_curve = page::AliveCurve(t, at);
  check->expected_curve =
      page::ExpectedCurve(check->actual_curve, check->count_at_ns, finding.alive->count);
}

page::Check CheckOf(const CheckReport& report, const PageRun* run, const page::Timeline& t) {
  page::Check check;
  check.id = ShortCheckId(report.id);
  check.outcome = OutcomeName(report.outcome);
  check.sentence = report.sentence;
  check.message = report.message;
  check.rule = report.rule;
  check.ask = report.ask;
  check.note = report.note;
  check.go_says = report.go_says;
  check.expected = report.expected;
  check.actual = report.actual;
  for (const StoryStep& step : report.story) {
    std::string what = step.when.empty() ? "" : step.when + "  ";
    what += step.what + (step.where.empty() ? "" : "  " + step.where);
    check.story.emplace_back(step.who, std::move(what));
  }
  const JudgedCheck* judged = FindJudged(run, report.id);
  const bool here = judged != nullptr && judged->finding.outcome == report.outcome &&
                    (!Failed(report.outcome) || judged->finding.cause == report.cause);
  if (here) {
    AddFinding(*run, judged->finding, t, &check);
  } else if (Failed(report.outcome) && run != nullptr && !report.replay.empty()) {
    check.elsewhere = report.replay + " --html FILE";
  }
  return check;
}

}  // namespace

page::Timeline PageOf(const TaskReport& report, const std::string& subject, const PageRun* run,
                      const Programs& programs) {
  page::Timeline t;
  if (run != nullptr) {
    t = page::FromHistory(run->history,
                          [&](const std::string& file) { return SourceName(programs, file); });
    for (const auto& [name, text] : programs.sources) t.sources[name] = text;
  }
  t.title = report.id;
  t.subtitle = report.title;
  t.facts.push_back(subject);
  if (run != nullptr) {
    t.facts.emplace_back(t.is_virtual ? "virtual time" : "real time");
    if (!run->schedule.empty()) t.facts.push_back(run->schedule);
    if (run->plan.variation != nullptr) t.facts.push_back("variation " + run->plan.variation->id);
    for (const auto& [name, value] : run->plan.changed)
      t.facts.push_back("--" + name + " " + value);
    if (run->plan.of_case != nullptr && run->plan.of_case->title != report.title)
      t.facts.push_back(run->plan.of_case->title);
  }
  for (const CheckReport& check : report.checks) t.checks.push_back(CheckOf(check, run, t));
  // The root cause is what a page opens with: first among equals.
  std::stable_partition(t.checks.begin(), t.checks.end(), [&](const page::Check& check) {
    return check.id == ShortCheckId(report.root);
  });
  return t;
}

std::string PageLink(const std::string& path, const TaskReport& report) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  std::string link = "file://";
  for (const char c : error ? path : absolute) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_' || c == '~';
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
    link += plain ? std::string(1, c) : escaped;
  }
  if (!report.root.empty()) link += "#check=" + report.root;
  return link;
}

}  // namespace golab::lab
