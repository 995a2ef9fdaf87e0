#include "lab/page/alive.h"

#include <algorithm>
#include <map>

namespace golab::lab::page {

Curve AliveCurve(const Timeline& t, std::uint64_t last_order) {
  std::map<std::uint64_t, std::int64_t> changes;
  std::uint64_t last = 0;
  for (const Goroutine& g : t.goroutines) {
    if (g.system || g.transitions.empty()) continue;
    const Transition& first = g.transitions.front();
    const Transition& end = g.transitions.back();
    if (first.order <= last_order) ++changes[first.time_ns];
    if (end.state == State::kEnded && end.order <= last_order) --changes[end.time_ns];
    for (const Transition& one : g.transitions) {
      if (one.order <= last_order) last = std::max(last, one.time_ns);
    }
  }
  Curve curve;
  std::int64_t alive = 0;
  for (const auto& [time, change] : changes) curve.emplace_back(time, alive += change);
  if (!curve.empty() && curve.back().first < last) curve.emplace_back(last, alive);
  return curve;
}

Curve ExpectedCurve(const Curve& actual, std::uint64_t at_ns, std::int64_t count) {
  Curve curve;
  for (const auto& [time, alive] : actual) {
    if (time < at_ns) curve.emplace_back(time, alive);
  }
  curve.emplace_back(at_ns, count);
  if (!actual.empty() && actual.back().first > at_ns)
    curve.emplace_back(actual.back().first, count);
  return curve;
}

}  // namespace golab::lab::page
