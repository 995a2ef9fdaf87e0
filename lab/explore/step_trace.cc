#include "lab/explore/step_trace.h"

#include <algorithm>
#include <utility>

namespace golab::lab {

using rt::TraceEntry;
using rt::TraceKind;

namespace {

/// Reads entries one after another; each function returns what is wrong, empty if nothing is.
class Reader {
 public:
  explicit Reader(const std::vector<TraceEntry>& entries) : entries_(entries) {}

  std::string Read(std::vector<Step>* steps);

 private:
  std::string Begin(const TraceEntry& entry);
  std::string Inside(const TraceEntry& entry);

  const std::vector<TraceEntry>& entries_;
  std::vector<Step>* steps_ = nullptr;
  std::size_t at_ = 0;
  std::uint64_t now_ = 0;
  std::uint32_t epoch_ = 0;
};

std::string Reader::Begin(const TraceEntry& entry) {
  if (steps_->size() == rt::kMaxSteps) return "there are too many steps";
  if (entry.thread == 0) return "a step is nobody's";
  if (entry.count > entries_.size() - at_) return "a step has more candidates than follow";
  Step& step = steps_->emplace_back();
  step.thread = entry.thread;
  step.flags = entry.value;
  step.now = now_;
  step.epoch = epoch_;
  for (std::uint16_t i = 0; i < entry.count; ++i) {
    const TraceEntry& candidate = entries_[at_++];
    if (candidate.kind != TraceKind::kCandidate) return "a candidate is missing";
    step.candidates.push_back(candidate.thread);
  }
  auto sorted = step.candidates;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return "somebody is a candidate twice";
  if (!sorted.empty() && !std::binary_search(sorted.begin(), sorted.end(), step.thread))
    return "a step is taken by somebody who was no candidate";
  return "";
}

std::string Reader::Inside(const TraceEntry& entry) {
  if (steps_->empty()) return "something happens before the first step";
  Step& step = steps_->back();
  switch (entry.kind) {
    case TraceKind::kAccess:
      if (static_cast<std::uint8_t>(entry.mode) >= rt::kAccessModes || entry.value == 0)
        return "an access has an unknown mode";
      step.accesses.push_back({entry.value, entry.mode, static_cast<std::int16_t>(entry.count)});
      return "";
    case TraceKind::kWakes:
      if (entry.thread == 0) return "nobody is woken";
      step.wakes.push_back(entry.thread);
      return "";
    case TraceKind::kCase:
      if (entry.count < 2 || entry.value >= entry.count) return "a select takes no case of its own";
      step.cases.push_back({entry.count, static_cast<std::uint16_t>(entry.value)});
      return "";
    default:
      return "there is an entry of an unknown kind";
  }
}

std::string Reader::Read(std::vector<Step>* steps) {
  steps_ = steps;
  while (at_ < entries_.size()) {
    const TraceEntry& entry = entries_[at_++];
    std::string what;
    if (entry.kind == TraceKind::kStep) {
      what = Begin(entry);
    } else if (entry.kind == TraceKind::kClock) {
      if (entry.value < now_) what = "the clock goes back";
      now_ = entry.value;
      ++epoch_;
    } else {
      what = Inside(entry);
    }
    if (!what.empty()) return what;
  }
  return "";
}

/// The recording has each change of the running goroutine: the steps' must be its beginning.
bool Agrees(const std::vector<Step>& steps, const std::vector<rt::Record>& records) {
  std::size_t at = 0;
  std::uint32_t running = 0;
  for (const Step& step : steps) {
    if ((step.thread & rt::kTimerThread) != 0 || step.thread == running) continue;
    const auto is_run = [](const rt::Record& r) {
      const auto type = static_cast<rt::EventType>(r.type);
      return type == rt::EventType::kStart || type == rt::EventType::kRun;
    };
    while (at < records.size() && (!is_run(records[at]) || records[at].g == running)) ++at;
    if (at == records.size() || records[at].g != step.thread) return false;
    running = step.thread;
  }
  return true;
}

}  // namespace

bool Step::TouchesEverything() const {
  return std::any_of(accesses.begin(), accesses.end(),
                     [](const Access& access) { return access.object == rt::kEverything; });
}

StepTrace ReadTrace(const Recording& recording) {
  StepTrace trace;
  trace.flags = recording.trace_flags;
  trace.damage = Reader(recording.trace).Read(&trace.steps);
  const bool whole = (recording.truncated & kTruncatedRecords) == 0;
  if (trace.damage.empty() && whole && !Agrees(trace.steps, recording.records))
    trace.damage = "the steps are not those of the recording";
  if (!trace.damage.empty()) trace.steps.clear();
  return trace;
}

}  // namespace golab::lab
