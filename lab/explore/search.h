#pragma once
// The search through all schedules of a program that differ: dynamic partial-order reduction
// (Flanagan and Godefroid 2005) with source sets (Abdulla et al. 2014) and sleep sets (Godefroid
// 1996), depth first from Go's order. Two schedules differ if two steps that conflict come in
// another order; of those that do not differ about one is run.
//
//     Search search;
//     search.Add(trace of Go's order);
//     while (auto plan = search.Next()) search.Add(trace of the run with that plan);
//
// The end of a search is a proof for programs that pass all of it: a run that fails is cut short,
// and what would have come after is not looked at.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lab/explore/happens_before.h"
#include "lab/explore/step_trace.h"
#include "lab/recording/recording_map.h"

namespace golab::lab {

/// What a systematic run is told.
struct SearchPlan {
  std::vector<std::uint8_t> choices;
  std::vector<Sleeper> sleepers;
  bool counts_commute = true;
};

class Search {
 public:
  enum class State {
    kOpen,       ///< there may be more
    kExhausted,  ///< all were tried
    kGivenUp,    ///< see why_given_up
  };

  /// Takes in a run: the first in Go's order, then each that Next asked for.
  void Add(StepTrace trace);

  /// The next run; nothing if the search is over.
  std::optional<SearchPlan> Next();

  State state() const { return state_; }

  /// "longer than 2,000 steps".
  const std::string& why_given_up() const { return why_given_up_; }

  /// All schedules with exact timers and switches at runtime calls were tried. A program that
  /// spins, is forced to give way, or goes on for a while after main's return, is not covered.
  bool Proves() const { return state_ == State::kExhausted && !uncovered_; }

  /// A walk could do what the search does not: let a timer overtake.
  bool late_timers() const { return late_timers_; }

  /// See HappensBefore::CountsCommute: whether they do in all runs so far.
  bool counts_commute() const { return counts_commute_; }

  /// Different schedules among those tried.
  std::size_t different() const { return hashes_.size(); }

 private:
  /// The state before a step, on the way that was taken last.
  struct Node {
    std::vector<std::uint32_t> candidates;
    std::vector<Sleeper> sleep;            // tried on the way here
    std::vector<Sleeper> done;             // tried from here
    std::vector<std::uint32_t> backtrack;  // to be tried from here, or tried
    std::uint32_t chosen = 0;
    Sleeper step;                  // of `chosen`; in all the cases that it took so far
    std::vector<CaseTaken> cases;  // now

    bool Sleeps(std::uint32_t thread) const;
    void Try(std::uint32_t thread);
  };

  void GiveUp(std::string why);
  bool Fits(const StepTrace& trace) const;
  void Extend(const StepTrace& trace);
  void AddRaces(const StepTrace& trace, const HappensBefore& order);
  void TryOneOf(Node* node, const std::vector<std::uint32_t>& initials, std::uint32_t preferred);
  bool Conflicts(const Sleeper& sleeper, const Sleeper& step) const;
  bool TakeNextCase(Node* node) const;
  SearchPlan PlanTo(const Node& last) const;

  State state_ = State::kOpen;
  std::string why_given_up_;
  bool uncovered_ = false;
  bool late_timers_ = false;
  bool counts_commute_ = true;
  std::vector<Node> nodes_;
  std::optional<StepTrace> first_;
  std::set<std::uint64_t> hashes_;
};

/// The choices that lead the same way again.
std::vector<std::uint8_t> ChoicesOf(const StepTrace& trace);

/// The partial order of a run as a number, for telling schedules apart.
std::uint64_t PartialOrderHash(const StepTrace& trace);

}  // namespace golab::lab
