#include "lab/explain/timeline.h"

#include <algorithm>

namespace golab::lab {
namespace {

bool Alike(const TimelineRow& a, const TimelineRow& b) {
  const auto same = [](const Segment& x, const Segment& y) {
    return x.phase == y.phase && x.begin_ns == y.begin_ns && x.end_ns == y.end_ns;
  };
  return a.created_ns == b.created_ns && a.end_ns == b.end_ns && a.end == b.end &&
         a.tail == b.tail && a.fault_ns == b.fault_ns &&
         std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    same);
}

// The stretches between waiting and running: ready, waiting for a turn.
void FillGaps(std::vector<Segment>* segments, std::uint64_t created, std::uint64_t end) {
  std::vector<Segment> gaps;
  std::uint64_t at = created;
  for (const auto& segment : *segments) {
    if (segment.begin_ns > at) gaps.push_back({Phase::kReady, at, segment.begin_ns});
    at = std::max(at, segment.end_ns);
  }
  if (end > at) gaps.push_back({Phase::kReady, at, end});
  segments->insert(segments->end(), gaps.begin(), gaps.end());
  std::stable_sort(segments->begin(), segments->end(),
                   [](const Segment& a, const Segment& b) { return a.begin_ns < b.begin_ns; });
}

}  // namespace

TimelineRow RowOf(const GoroutineLife& life, std::string label, std::uint64_t end_ns,
                  bool cut_off) {
  TimelineRow row;
  row.label = std::move(label);
  row.created_ns = life.created_time;
  const bool ended = life.ended != kNever && life.ended_time <= end_ns;
  row.end = ended     ? TimelineRow::End::kEnded
            : cut_off ? TimelineRow::End::kCutOff
                      : TimelineRow::End::kGoesOn;
  row.end_ns = ended ? life.ended_time : end_ns;
  for (const auto& stretch : life.stretches) {
    if (stretch.begin_time > row.end_ns) continue;
    const std::uint64_t stop = stretch.end == kNever ? row.end_ns : stretch.end_time;
    row.segments.push_back({Phase::kRunning, stretch.begin_time, std::min(stop, row.end_ns)});
  }
  for (const auto& wait : life.waits) {
    if (wait.begin_time > row.end_ns) continue;
    if (wait.reason == rt::WaitReason::kNone) continue;  // main, while the others come to rest
    const bool over = wait.end != kNever && wait.end_time <= row.end_ns;
    row.segments.push_back({Phase::kWaiting, wait.begin_time, over ? wait.end_time : row.end_ns});
    if (!over && !ended) row.tail = std::string("[") + rt::WaitReasonText(wait.reason) + "]";
  }
  std::stable_sort(row.segments.begin(), row.segments.end(),
                   [](const Segment& a, const Segment& b) { return a.begin_ns < b.begin_ns; });
  FillGaps(&row.segments, row.created_ns, row.end_ns);
  return row;
}

std::string ShortFunction(const std::string& go_name) {
  const auto dot = go_name.rfind('.');
  std::string last = dot == std::string::npos ? go_name : go_name.substr(dot + 1);
  if (last.rfind("func", 0) == 0 && last.size() > 4 &&
      std::all_of(last.begin() + 4, last.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return "";
  }
  return last;
}

std::vector<TimelineRow> MergeAlike(std::vector<TimelineRow> rows,
                                    const std::vector<std::string>& names) {
  std::vector<TimelineRow> merged;
  std::vector<std::string> merged_names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t j = 0;
    while (j < merged.size() && !(Alike(merged[j], rows[i]) && merged_names[j] == names[i])) ++j;
    if (j == merged.size() || rows[i].label == "main") {
      merged.push_back(std::move(rows[i]));
      merged_names.push_back(names[i]);
    } else {
      merged[j].count += rows[i].count;
    }
  }
  for (std::size_t j = 0; j < merged.size(); ++j) {
    if (merged[j].count == 1) continue;
    merged[j].label = std::to_string(merged[j].count) +
                      (merged_names[j].empty() ? " goroutines" : " x " + merged_names[j]);
  }
  return merged;
}

Timeline TimelineOf(const History& history, std::vector<std::uint32_t> goroutines) {
  Timeline timeline;
  const bool returned = history.main_return() != kNever;
  timeline.begin_ns = history.main().created_time;
  timeline.end_ns = history.TimeAt(returned ? history.main_return() : history.last());
  std::sort(goroutines.begin(), goroutines.end());
  goroutines.erase(std::unique(goroutines.begin(), goroutines.end()), goroutines.end());

  std::vector<TimelineRow> rows = {RowOf(history.main(), "main", timeline.end_ns, false)};
  if (returned) rows[0].end = TimelineRow::End::kEnded;
  std::vector<std::string> names = {"main"};
  for (const auto& life : history.goroutines()) {
    if (life.id == history.main().id || life.created_time > timeline.end_ns) continue;
    if (!std::binary_search(goroutines.begin(), goroutines.end(), life.id)) continue;
    const std::vector<Frame> frames = history.symbols().Lookup(life.start_pc, true);
    names.push_back(frames.empty() ? "" : ShortFunction(frames.back().function));
    rows.push_back(RowOf(life, "goroutine " + std::to_string(life.id), timeline.end_ns, returned));
  }
  timeline.rows = MergeAlike(std::move(rows), names);
  return timeline;
}

}  // namespace golab::lab
