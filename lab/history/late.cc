#include <algorithm>

#include "lab/history/questions.h"

namespace golab::lab {

std::uint64_t SlackBetween(const History& h, Moment from, Moment to) {
  std::uint64_t on_the_way = 0;
  for (const GoroutineLife& g : h.goroutines()) {
    for (const Wait& wait : g.waits)
      on_the_way += wait.until && wait.end != kNever && wait.end > from && wait.end <= to ? 1 : 0;
    on_the_way += static_cast<std::uint64_t>(std::count_if(
        g.preemptions.begin(), g.preemptions.end(), [&](Moment m) { return m > from && m <= to; }));
  }
  return kLate + (on_the_way > 1 ? (on_the_way - 1) * kLateEach : 0);
}

}  // namespace golab::lab
