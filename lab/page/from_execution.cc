#include "lab/page/from_execution.h"

#include <algorithm>
#include <unordered_map>

namespace golab::lab::page {
namespace {

constexpr std::uint64_t kMost32 = 0xffff'ffff;

State PageState(Phase phase) {
  switch (phase) {
    case Phase::kRunning:
      return State::kRunning;
    case Phase::kWaiting:
      return State::kWaiting;
    case Phase::kSyscall:
      return State::kSyscall;
    default:
      return State::kRunnable;
  }
}

/// Of the program, as far as a name tells: its package is main, or lies below a host's name.
bool IsOwn(std::string_view function) {
  if (function.starts_with("main.")) return true;
  const std::size_t slash = function.find('/');
  return slash != std::string_view::npos && function.substr(0, slash).find('.') < slash;
}

class Builder {
 public:
  Builder(const Execution& execution, const TimeWindow& window) : execution_(execution) {
    const std::uint64_t length = execution.end_ns - execution.begin_ns;
    from_ = execution.begin_ns + std::min(window.from_ns, length);
    to_ = execution.begin_ns + std::min(window.to_ns, length);
  }

  Timeline Build();

 private:
  std::uint64_t Place(std::uint64_t time) const {
    return std::clamp(time, from_, to_) - execution_.begin_ns;
  }

  std::uint32_t StackOf(std::uint32_t number);
  std::string SiteOf(const GoLife& life) const;
  void AddTransitions(const GoLife& life, Goroutine* g);
  void AddRegions();

  const Execution& execution_;
  std::uint64_t from_ = 0, to_ = 0;
  Timeline t_;
  Names names_{&t_.strings}, reasons_{&t_.reasons};
  std::unordered_map<std::uint32_t, std::uint32_t> stacks_;
};

std::uint32_t Builder::StackOf(std::uint32_t number) {
  if (number == 0) return 0;
  const auto [it, added] = stacks_.emplace(number, static_cast<std::uint32_t>(t_.stacks.size()));
  if (!added) return it->second;
  Stack stack;
  for (const GoPlace& place : execution_.Places(number)) {
    const std::string& function = execution_.Text(place.function);
    stack.push_back({names_.Of(function), names_.Of(execution_.Text(place.file)),
                     static_cast<std::uint32_t>(std::min(place.line, kMost32)), IsOwn(function)});
  }
  t_.stacks.push_back(std::move(stack));
  return it->second;
}

/// A goroutine's first stay begins where its creator made it.
std::string Builder::SiteOf(const GoLife& life) const {
  if (!life.created || life.spans.empty()) return "";
  for (const GoPlace& place : execution_.Places(life.spans.front().stack)) {
    if (IsOwn(execution_.Text(place.function)))
      return execution_.Text(place.file) + ":" + std::to_string(place.line);
  }
  return "";
}

void Builder::AddTransitions(const GoLife& life, Goroutine* g) {
  for (const GoSpan& span : life.spans) {
    // What is over when the window begins, or begins behind it.
    if (span.end_ns < from_ || span.begin_ns > to_) continue;
    Transition transition;
    transition.time_ns = Place(span.begin_ns);
    transition.state = PageState(span.phase);
    if (span.phase == Phase::kWaiting)
      transition.reason = reasons_.Of(execution_.Text(span.reason));
    if (span.phase == Phase::kRunning && span.proc != kNoResource)
      transition.p = static_cast<std::uint16_t>(span.proc & 0xffff);
    if (span.waker <= kMost32) transition.waker = static_cast<std::uint32_t>(span.waker);
    transition.stack = StackOf(span.stack);
    g->transitions.push_back(transition);
  }
  if (life.ended && life.end_ns <= to_) {
    Transition end;
    end.time_ns = Place(life.end_ns);
    end.state = State::kEnded;
    g->transitions.push_back(end);
  }
}

/// Regions of a goroutine are nested. One without an end lasts as long as the trace; of an end
/// without a beginning, which was before the trace, the region began with the trace.
void Builder::AddRegions() {
  std::unordered_map<std::uint64_t, std::vector<const GoNote*>> open;
  const auto add = [this](std::uint64_t g, std::uint64_t begin, std::uint64_t end,
                          std::uint32_t name) {
    if (end < from_ || begin > to_) return;
    t_.regions.push_back({g, Place(begin), Place(end), names_.Of(execution_.Text(name))});
  };
  for (const GoNote& note : execution_.notes) {
    if (note.g == kNoResource) continue;
    std::vector<const GoNote*>& stack = open[note.g];
    if (note.kind == GoTraceEvent::Kind::kRegionBegin) stack.push_back(&note);
    if (note.kind != GoTraceEvent::Kind::kRegionEnd) continue;
    if (stack.empty()) {
      add(note.g, execution_.begin_ns, note.time, note.name);
    } else {
      add(note.g, stack.back()->time, note.time, stack.back()->name);
      stack.pop_back();
    }
  }
  for (const auto& [g, stack] : open) {
    for (const GoNote* note : stack) add(g, note->time, execution_.end_ns, note->name);
  }
  std::stable_sort(t_.regions.begin(), t_.regions.end(), [](const Region& a, const Region& b) {
    return std::pair(a.goroutine, a.begin_ns) < std::pair(b.goroutine, b.begin_ns);
  });
}

Timeline Builder::Build() {
  t_.begin_ns = from_ - execution_.begin_ns;
  t_.end_ns = to_ - execution_.begin_ns;
  std::vector<const GoLife*> shown;
  for (const GoLife& life : execution_.lives) {
    if (life.begin_ns <= to_ && life.end_ns >= from_) shown.push_back(&life);
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const GoLife* a, const GoLife* b) { return a->id < b->id; });
  for (const GoLife* life : shown) {
    Goroutine g;
    g.id = life->id;
    if (life->creator != kNoResource) g.creator = life->creator;
    g.function = names_.Of(life->IsMain() ? "main" : life->name);
    g.site = names_.Of(SiteOf(*life));
    g.created = life->created && life->begin_ns >= from_;
    g.system = life->IsSystem();
    AddTransitions(*life, &g);
    if (!g.transitions.empty()) t_.goroutines.push_back(std::move(g));
  }
  AddRegions();
  if (!execution_.summary.cut.empty()) t_.note = "The trace is cut off: " + execution_.summary.cut;
  return std::move(t_);
}

}  // namespace

Timeline FromExecution(const Execution& execution, const TimeWindow& window) {
  return Builder(execution, window).Build();
}

}  // namespace golab::lab::page
