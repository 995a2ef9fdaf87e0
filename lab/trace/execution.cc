#include "lab/trace/execution.h"

#include <algorithm>

#include "lab/explain/timeline.h"

namespace golab::lab {

bool GoLife::IsSystem() const {
  return name.starts_with("runtime.") && name != "runtime.main";
}

const GoLife* Execution::Find(std::uint64_t id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &lives[it->second];
}

/// One pass over the events.
class ExecutionBuilder final : public GoTraceVisitor {
 public:
  explicit ExecutionBuilder(Execution* out) : out_(*out) {}

  void Visit(const GoTraceEvent& event) override;
  void Finish();

 private:
  GoLife& LifeOf(const GoTraceEvent& event);
  void Close(GoLife& life, std::uint64_t time);
  void Name(GoLife& life, const std::vector<GoFrame>* stack);
  std::uint32_t Number(std::string_view text, std::vector<std::string>* table,
                       std::unordered_map<std::string, std::uint32_t>* index);
  std::uint32_t StackNumber(const std::vector<GoFrame>* stack);

  Execution& out_;
  std::unordered_map<std::string, std::uint32_t> text_index_, stack_index_;
};

std::uint32_t ExecutionBuilder::Number(std::string_view text, std::vector<std::string>* table,
                                       std::unordered_map<std::string, std::uint32_t>* index) {
  if (text.empty()) return 0;
  const auto [it, is_new] =
      index->try_emplace(std::string(text), static_cast<std::uint32_t>(table->size()));
  if (is_new) table->emplace_back(text);
  return it->second;
}

std::uint32_t ExecutionBuilder::StackNumber(const std::vector<GoFrame>* stack) {
  if (stack == nullptr) return 0;
  const auto base_name = [](const GoFrame& frame) {
    return frame.file.substr(frame.file.rfind('/') + 1);  // npos + 1 is 0
  };
  std::string text;
  for (const GoFrame& frame : *stack) {
    text += (text.empty() ? "" : ";") + std::string(frame.function) + " " +
            std::string(base_name(frame)) + ":" + std::to_string(frame.line);
  }
  const std::uint32_t number = Number(text, &out_.stacks_, &stack_index_);
  if (number != out_.places_.size()) return number;
  std::vector<GoPlace>& places = out_.places_.emplace_back();
  for (const GoFrame& frame : *stack) {
    places.push_back({Number(frame.function, &out_.texts_, &text_index_),
                      Number(base_name(frame), &out_.texts_, &text_index_), frame.line});
  }
  return number;
}

GoLife& ExecutionBuilder::LifeOf(const GoTraceEvent& event) {
  const auto [it, is_new] = out_.by_id_.try_emplace(event.id, out_.lives.size());
  // A number may be given again after its goroutine's end: a life of its own.
  if (!is_new && event.from == GoState::kNotExist) it->second = out_.lives.size();
  if (is_new || event.from == GoState::kNotExist) {
    GoLife life;
    life.id = event.id;
    life.created = event.from == GoState::kNotExist;
    if (life.created) life.creator = event.g;
    life.begin_ns = life.created ? event.time : out_.begin_ns;
    out_.lives.push_back(std::move(life));
  }
  return out_.lives[it->second];
}

/// A goroutine is called after the function that it began with: the outermost frame of any of its
/// stacks.
void ExecutionBuilder::Name(GoLife& life, const std::vector<GoFrame>* stack) {
  if (life.name.empty() && stack != nullptr && !stack->empty()) life.name = stack->back().function;
}

void ExecutionBuilder::Close(GoLife& life, std::uint64_t time) {
  if (!life.spans.empty() && life.spans.back().end_ns == 0) life.spans.back().end_ns = time;
}

void ExecutionBuilder::Visit(const GoTraceEvent& event) {
  if (out_.begin_ns == 0) out_.begin_ns = event.time;
  out_.end_ns = event.time;
  if (event.kind == GoTraceEvent::Kind::kProc) return;
  if (event.kind != GoTraceEvent::Kind::kGoroutine) {
    out_.notes.push_back({event.kind, event.time, event.g, event.id,
                          Number(event.reason, &out_.texts_, &text_index_),
                          Number(event.message, &out_.texts_, &text_index_)});
    return;
  }
  GoLife& life = LifeOf(event);
  const bool created = event.from == GoState::kNotExist;
  Name(life, created ? event.start : event.from == GoState::kRunning ? event.stack : nullptr);
  if (event.from == GoState::kUndetermined) Name(life, event.stack);
  const bool wakes = event.from == GoState::kWaiting && event.to == GoState::kRunnable;
  if (created || (wakes && event.g != kNoResource)) {
    const std::uint32_t reason = wakes && !life.spans.empty() ? life.spans.back().reason : 0;
    out_.arrows.push_back({event.g, event.id, event.time, created, reason});
  }
  Close(life, event.time);
  if (event.to == GoState::kNotExist) {
    life.ended = true;
    life.end_ns = event.time;
    return;
  }
  GoSpan span;
  span.phase = event.to == GoState::kRunning   ? Phase::kRunning
               : event.to == GoState::kWaiting ? Phase::kWaiting
               : event.to == GoState::kSyscall ? Phase::kSyscall
                                               : Phase::kReady;
  span.begin_ns = event.from == GoState::kUndetermined ? out_.begin_ns : event.time;
  span.reason = Number(event.reason, &out_.texts_, &text_index_);
  span.stack = StackNumber(event.stack);
  if (wakes) span.waker = event.g;
  if (span.phase == Phase::kRunning) span.proc = event.p;
  life.spans.push_back(span);
}

void ExecutionBuilder::Finish() {
  for (GoLife& life : out_.lives) {
    Close(life, out_.end_ns);
    if (!life.ended) life.end_ns = out_.end_ns;
  }
}

Result<Execution> ReadExecution(std::string_view trace) {
  Execution execution;
  ExecutionBuilder builder(&execution);
  auto summary = ReadGoTrace(trace, builder);
  if (!summary) return tl::unexpected(summary.error());
  builder.Finish();
  execution.summary = *summary;
  return execution;
}

namespace {

TimelineRow RowOfLife(const Execution& execution, const GoLife& life, std::uint64_t from,
                      std::uint64_t to) {
  TimelineRow row;
  const auto place = [&](std::uint64_t time) {
    return std::clamp(time, from, to) - execution.begin_ns;
  };
  row.label = life.IsMain() ? "main" : "goroutine " + std::to_string(life.id);
  row.created_ns = place(life.begin_ns);
  const bool ended = life.ended && life.end_ns <= to;
  row.end = ended ? TimelineRow::End::kEnded : TimelineRow::End::kGoesOn;
  row.end_ns = place(life.end_ns);
  for (const GoSpan& span : life.spans) {
    if (span.end_ns < from || span.begin_ns > to) continue;
    row.segments.push_back({span.phase, place(span.begin_ns), place(span.end_ns)});
  }
  if (!ended && !life.spans.empty() && life.spans.back().phase == Phase::kWaiting &&
      life.end_ns <= to && life.spans.back().reason != 0) {
    row.tail = "[" + execution.Text(life.spans.back().reason) + "]";
  }
  return row;
}

}  // namespace

Timeline TimelineOfExecution(const Execution& execution, const TimeWindow& window, bool all) {
  const std::uint64_t length = execution.end_ns - execution.begin_ns;
  const std::uint64_t from = execution.begin_ns + std::min(window.from_ns, length);
  const std::uint64_t to = execution.begin_ns + std::min(window.to_ns, length);
  Timeline timeline;
  timeline.begin_ns = from - execution.begin_ns;
  timeline.end_ns = to - execution.begin_ns;
  std::vector<const GoLife*> shown;
  for (const GoLife& life : execution.lives) {
    if (life.begin_ns > to || life.end_ns < from || (life.IsSystem() && !all)) continue;
    shown.push_back(&life);
  }
  std::stable_sort(shown.begin(), shown.end(), [](const GoLife* a, const GoLife* b) {
    return std::pair(!a->IsMain(), a->id) < std::pair(!b->IsMain(), b->id);
  });
  std::vector<TimelineRow> rows;
  std::vector<std::string> names;
  for (const GoLife* life : shown) {
    rows.push_back(RowOfLife(execution, *life, from, to));
    names.push_back(ShortFunction(life->name));
    if (!life->IsMain() && !names.back().empty())
      rows.back().label = "G" + std::to_string(life->id) + " " + names.back();
  }
  timeline.rows = MergeAlike(std::move(rows), names);
  return timeline;
}

}  // namespace golab::lab
