#include "lab/judge/check_report.h"

#include <algorithm>

#include "lab/check/story.h"
#include "lab/explain/timeline.h"
#include "lab/history/questions.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostGoroutines = 100;  // in a report
constexpr std::size_t kMostFrames = 50;
constexpr std::size_t kMostRows = 64;

/// The stack that says where a goroutine is after event `m`; 0 if none does.
std::uint64_t StackAt(const History& h, const GoroutineLife& g, Moment m) {
  if (const Wait* wait = g.WaitAt(m)) return wait->stack;
  std::uint64_t stack = 0;
  for (const Stretch& stretch : g.stretches) {
    if (stretch.end == kNever || stretch.end > m) break;
    stack = h.events()[stretch.end].stack;
  }
  return stack;
}

const char* StateName(State state) {
  switch (state) {
    case State::kNotYet:
      return "not created";
    case State::kRunnable:
      return "runnable";
    case State::kRunning:
      return "running";
    case State::kWaiting:
      return "waiting";
    case State::kEnded:
      return "ended";
    case State::kSyscall:
      return "syscall";
  }
  return "";
}

GoroutineReport DescribeGoroutine(const History& h, const GoroutineLife& g, Moment m) {
  GoroutineReport report;
  report.id = g.id;
  if (g.start_pc != 0) {
    const auto frames = h.symbols().Lookup(g.start_pc, true);
    if (!frames.empty()) report.function = frames.back().function;
  }
  if (g.IsMain()) {
    report.function = "main.main";
  } else if (g.creation_stack != 0) {
    report.created_at = PlaceText(h.OwnFrame(g.creation_stack));
  }
  const State state = g.At(m);
  report.status = StateName(state);
  if (const Wait* wait = g.WaitAt(m); wait != nullptr && state == State::kWaiting) {
    report.wait_reason = rt::WaitReasonText(wait->reason);
  }
  if (state == State::kEnded) return report;
  for (const Frame& frame : h.Stack(StackAt(h, g, m))) {
    if (!frame.own || report.stack.size() == kMostFrames) continue;
    report.stack.push_back(frame.function + " " + PlaceText(frame));
  }
  return report;
}

/// g++ points at the parenthesis of a call; readers look for the beginning of "out.Send(".
int BeginOfCall(const std::string& source, int column) {
  if (column <= 1 || static_cast<std::size_t>(column) > source.size() ||
      source[static_cast<std::size_t>(column) - 1] != '(') {
    return column;
  }
  const auto part_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':' || c == '.';
  };
  int begin = column;
  while (begin > 1 && part_of_name(source[static_cast<std::size_t>(begin) - 2])) --begin;
  return begin;
}

void FillGoroutines(const Finding& finding, const History& h, CheckReport* report) {
  const Moment m = finding.at == kNever ? h.last() : std::min(finding.at, h.last());
  for (const std::uint32_t id : finding.goroutines) {
    if (report->goroutines.size() == kMostGoroutines) break;
    if (const GoroutineLife* g = h.Find(id))
      report->goroutines.push_back(DescribeGoroutine(h, *g, m));
  }
}

/// All goroutines of the program that are there at that moment, for -v.
void FillEveryone(const Finding& finding, const History& h, CheckReport* report) {
  if (h.events().empty()) return;
  const Moment m = finding.at == kNever ? h.last() : std::min(finding.at, h.last());
  for (const Alike& group : GroupAlike(h, m)) {
    if (report->everyone.size() == kMostGoroutines) break;
    if (group.state == State::kEnded || group.state == State::kNotYet) continue;
    const GoroutineLife* first = h.Find(group.goroutines.front());
    if (first == nullptr) continue;
    report->everyone.push_back(DescribeGoroutine(h, *first, m));
    report->everyone.back().alike = static_cast<int>(group.goroutines.size());
  }
}

Story MadeStory(const Finding& finding, const History& h) {
  const Moment to = finding.at == kNever ? h.last() : std::min(finding.at, h.last());
  return StoryOf(h, StepsOf(h, finding.goroutines, 0, to));
}

Sites MadeSites(const Finding& finding, const History& h) {
  std::vector<const GoroutineLife*> among;
  for (const std::uint32_t id : finding.goroutines) {
    if (const GoroutineLife* g = h.Find(id)) among.push_back(g);
  }
  Sites sites;
  for (const Alike& alike : GroupAlike(h, among, finding.at == kNever ? h.last() : finding.at)) {
    sites.push_back({static_cast<int>(alike.goroutines.size()), PlaceText(alike.created_at)});
  }
  return sites;
}

void FillPicture(const Finding& finding, const History& h, CheckReport* report) {
  report->timeline = finding.timeline;
  report->story = finding.story;
  report->sites = finding.sites;
  switch (finding.picture) {
    case Picture::kNone:
      break;
    case Picture::kTimeline:
      if (report->timeline.rows.empty()) {
        auto among = finding.goroutines;
        if (among.size() > kMostRows) among.resize(kMostRows);
        report->timeline = TimelineOf(h, among);
      }
      break;
    case Picture::kStory:
      if (report->story.empty()) report->story = MadeStory(finding, h);
      break;
    case Picture::kSites:
      if (report->sites.empty()) report->sites = MadeSites(finding, h);
      break;
  }
  // Where only some schedules fail, the order is the reason: it is shown if nothing else is.
  const bool nothing =
      report->timeline.rows.empty() && report->story.empty() && report->sites.empty();
  if (nothing && !DeviationsFromGo(h).empty()) report->story = MadeStory(finding, h);
}

}  // namespace

std::string PlaceText(const Frame& frame) {
  return frame.line == 0 ? "" : frame.file + ":" + std::to_string(frame.line);
}

Words WordsOfJudged(const JudgedCheck& judged) {
  if (judged.void_because.empty()) return WordsOf(*judged.info, judged.finding);
  Words words;
  words.line_one = judged.void_because;
  words.rule =
      "only a run that was recorded as it happened can be judged (golab explain recording)";
  return words;
}

void FillReport(const JudgedCheck& judged, const History& h, const Programs& programs,
                CheckReport* report) {
  const Finding& finding = judged.finding;
  Words words = WordsOfJudged(judged);
  report->outcome = finding.outcome;
  report->message = std::move(words.line_one);
  report->rule = std::move(words.rule);
  report->ask = std::move(words.ask);
  report->cause = finding.cause;
  report->expected = finding.expected;
  report->actual = finding.actual;
  report->context = finding.context;
  report->note = finding.note;
  report->go_says = finding.go_says;
  report->compiler = finding.compiler;
  report->places = finding.places;
  for (Place& place : report->places) {
    if (place.source.empty()) place.source = programs.LineOf(place.file, place.line);
    place.column = BeginOfCall(place.source, place.column);
  }
  FillGoroutines(finding, h, report);
  FillEveryone(finding, h, report);
  FillPicture(finding, h, report);
}

}  // namespace golab::lab
