#pragma once
// Which steps of a run come before which in every run that does the same: the partial order of the
// run (Mazurkiewicz, "trace"), as vector clocks. A step comes after those of its own goroutine or
// timer, after what let it go on, after those that it conflicts with, and after all that came
// before the clock last moved.

#include <cstdint>
#include <vector>

#include "lab/explore/step_trace.h"

namespace golab::lab {

/// Two steps that conflict with nothing between them that orders them already: they could have come
/// the other way round.
struct StepRace {
  std::size_t first = 0;
  std::size_t second = 0;

  friend bool operator==(const StepRace&, const StepRace&) = default;
};

class HappensBefore {
 public:
  /// Beyond so many words of clocks a run is too long to be looked at.
  static constexpr std::size_t kMostWords = std::size_t{1} << 20;

  /// `counts_commute`: see rt::Conflict. The trace must outlive this.
  HappensBefore(const StepTrace& trace, bool counts_commute);

  bool too_long() const { return too_long_; }

  /// i < j.
  bool Before(std::size_t i, std::size_t j) const;

  /// By the second, then the later first.
  const std::vector<StepRace>& races() const { return races_; }

  /// Who may go first, at the state before race.first, on a way to a run in which race.second comes
  /// before race.first (Abdulla et al. 2014, "initials").
  std::vector<std::uint32_t> Initials(const StepRace& race) const;

  /// Whether counts commute in this run (rt::Conflict). Only of use where the clocks were made as
  /// if they did.
  bool CountsCommute() const;

  /// Equal for two runs with the same partial order, whatever else differs.
  std::uint64_t Hash() const;

 private:
  void Join(std::uint32_t* row, std::size_t with) const;

  const std::uint32_t* Row(std::size_t step) const { return clocks_.data() + step * threads_; }

  const StepTrace& trace_;
  const bool counts_commute_;
  bool too_long_ = false;
  std::size_t threads_ = 0;
  std::vector<std::uint32_t> thread_;  // by step, dense
  std::vector<std::uint32_t> number_;  // by step: which of its thread's, from 1
  std::vector<std::uint32_t> clocks_;  // by step and thread: how many of that thread's come before
  std::vector<StepRace> races_;
};

}  // namespace golab::lab
