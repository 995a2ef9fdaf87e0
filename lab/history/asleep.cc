#include <algorithm>

#include "lab/history/questions.h"

namespace golab::lab {
namespace {

bool OfProgram(const GoroutineLife& g) {
  return !g.system;
}

/// A count that changes by `step` at `at`.
struct Change {
  Moment at;
  int step;
};

void SortChanges(std::vector<Change>* changes) {
  std::stable_sort(changes->begin(), changes->end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
}

Peak PeakOf(const History& h, std::vector<Change> changes) {
  SortChanges(&changes);
  Peak peak;
  int count = 0;
  for (const Change& change : changes) {
    if (change.at > h.main_return()) break;
    count += change.step;
    if (count > peak.count) peak = {count, change.at, h.TimeAt(change.at)};
  }
  return peak;
}

std::vector<Change> Lives(const History& h) {
  std::vector<Change> changes;
  for (const GoroutineLife& g : h.goroutines()) {
    if (!OfProgram(g)) continue;
    changes.push_back({g.created, 1});
    if (g.ended != kNever) changes.push_back({g.ended, -1});
  }
  return changes;
}

}  // namespace

bool IsAsleepFor(const Wait& wait, std::uint64_t length_ns) {
  if (!wait.until || *wait.until < wait.begin_time) return false;
  const std::uint64_t length = *wait.until - wait.begin_time;
  const std::uint64_t slack = std::min(kLate, length_ns / 2);
  return length + slack >= length_ns && length <= length_ns + slack;
}

std::vector<const GoroutineLife*> AsleepAt(const History& h, Moment m, std::uint64_t length_ns) {
  std::vector<const GoroutineLife*> asleep;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || !OfProgram(g)) continue;
    const Wait* wait = g.WaitAt(m);
    if (wait != nullptr && IsAsleepFor(*wait, length_ns)) asleep.push_back(&g);
  }
  return asleep;
}

Peak MostAsleep(const History& h, std::uint64_t length_ns) {
  std::vector<Change> changes;
  for (const GoroutineLife& g : h.goroutines()) {
    if (g.IsMain() || !OfProgram(g)) continue;
    for (const Wait& wait : g.waits) {
      if (!IsAsleepFor(wait, length_ns)) continue;
      changes.push_back({wait.begin, 1});
      if (wait.end != kNever) changes.push_back({wait.end, -1});
    }
  }
  return PeakOf(h, std::move(changes));
}

Peak MostAlive(const History& h) {
  return PeakOf(h, Lives(h));
}

std::vector<LiveCount> LiveCounts(const History& h) {
  std::vector<Change> changes = Lives(h);
  SortChanges(&changes);
  std::vector<LiveCount> counts;
  int count = 0;
  for (const Change& change : changes) {
    count += change.step;
    counts.push_back({change.at, h.TimeAt(change.at), count});
  }
  return counts;
}

}  // namespace golab::lab
