#include "lab/explore/search.h"

#include <algorithm>
#include <utility>

namespace golab::lab {
namespace {

bool Contains(const std::vector<std::uint32_t>& threads, std::uint32_t thread) {
  return std::find(threads.begin(), threads.end(), thread) != threads.end();
}

bool ContainsThread(const std::vector<Sleeper>& sleepers, std::uint32_t thread) {
  return std::any_of(sleepers.begin(), sleepers.end(),
                     [thread](const Sleeper& one) { return one.thread == thread; });
}

/// Only what could have gone otherwise is a choice.
void AddChoices(const std::vector<std::uint32_t>& candidates, std::uint32_t chosen,
                const std::vector<CaseTaken>& cases, std::vector<std::uint8_t>* choices) {
  if (candidates.size() > 1) {
    const auto at = std::find(candidates.begin(), candidates.end(), chosen);
    choices->push_back(static_cast<std::uint8_t>(at - candidates.begin()));
  }
  for (const CaseTaken& taken : cases) choices->push_back(static_cast<std::uint8_t>(taken.index));
}

void AddAccesses(const Step& step, Sleeper* to) {
  for (const Access& access : step.accesses) {
    const bool known = std::any_of(to->accesses.begin(), to->accesses.end(),
                                   [&access](const rt::PlannedAccess& one) {
                                     return one.object == access.object && one.mode == access.mode;
                                   });
    if (!known) to->accesses.push_back({access.object, access.mode});
  }
}

}  // namespace

bool Search::Node::Sleeps(std::uint32_t thread) const {
  return ContainsThread(sleep, thread);
}

void Search::Node::Try(std::uint32_t thread) {
  if (!Contains(backtrack, thread)) backtrack.push_back(thread);
}

void Search::GiveUp(std::string why) {
  state_ = State::kGivenUp;
  why_given_up_ = std::move(why);
  nodes_.clear();
}

/// The same steps as last time up to where the plan leads away.
bool Search::Fits(const StepTrace& trace) const {
  if (trace.steps.size() < nodes_.size()) return false;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Step& step = trace.steps[i];
    const Node& node = nodes_[i];
    if (step.thread != node.chosen || step.candidates != node.candidates) return false;
    if (step.cases.size() < node.cases.size()) return false;
    if (!std::equal(node.cases.begin(), node.cases.end(), step.cases.begin())) return false;
  }
  return true;
}

bool Search::Conflicts(const Sleeper& sleeper, const Sleeper& step) const {
  for (const rt::PlannedAccess& a : sleeper.accesses) {
    if (a.object == rt::kEverything) return true;
    for (const rt::PlannedAccess& b : step.accesses) {
      if (b.object == rt::kEverything) return true;
      if (a.object == b.object && rt::Conflict(a.mode, b.mode, counts_commute_)) return true;
    }
  }
  return false;
}

void Search::Extend(const StepTrace& trace) {
  if (!nodes_.empty()) {
    const Step& step = trace.steps[nodes_.size() - 1];
    nodes_.back().cases = step.cases;
    AddAccesses(step, &nodes_.back().step);
  }
  for (std::size_t i = nodes_.size(); i < trace.steps.size(); ++i) {
    const Step& step = trace.steps[i];
    Node node;
    node.candidates = step.candidates;
    node.chosen = step.thread;
    node.step.thread = step.thread;
    node.cases = step.cases;
    AddAccesses(step, &node.step);
    node.backtrack = {step.thread};
    // Whoever goes on now lets the one that was left out go on after: so all of them count.
    if ((step.flags & rt::kStepLeftOut) != 0) node.backtrack = step.candidates;
    if (i > 0) {
      const Node& before = nodes_.back();
      // What this very step did, and not all that it does in other cases.
      Sleeper taken;
      AddAccesses(trace.steps[i - 1], &taken);
      for (const auto* sleepers : {&before.sleep, &before.done}) {
        for (const Sleeper& one : *sleepers) {
          if (!Conflicts(one, taken)) node.sleep.push_back(one);
        }
      }
    }
    nodes_.push_back(std::move(node));
  }
}

void Search::TryOneOf(Node* node, const std::vector<std::uint32_t>& initials,
                      std::uint32_t preferred) {
  for (const std::uint32_t thread : initials) {
    if (Contains(node->backtrack, thread) || node->Sleeps(thread)) return;
  }
  if (Contains(initials, preferred) && Contains(node->candidates, preferred))
    return node->Try(preferred);
  for (const std::uint32_t thread : initials) {
    if (Contains(node->candidates, thread)) return node->Try(thread);
  }
  for (const std::uint32_t thread : node->candidates) node->Try(thread);
}

void Search::AddRaces(const StepTrace& trace, const HappensBefore& order) {
  for (const StepRace& race : order.races()) {
    TryOneOf(&nodes_[race.first], order.Initials(race), trace.steps[race.second].thread);
  }
  // A timer that was due and is gone without having fired races with the step that disarmed it.
  for (std::size_t i = 0; i + 1 < nodes_.size(); ++i) {
    for (const std::uint32_t thread : nodes_[i].candidates) {
      if ((thread & rt::kTimerThread) != 0 && thread != nodes_[i].chosen &&
          !Contains(nodes_[i + 1].candidates, thread)) {
        TryOneOf(&nodes_[i], {thread}, thread);
      }
    }
  }
  // So does whoever could have gone on with the step that ended the program.
  if (!nodes_.empty() && trace.steps.back().TouchesEverything()) {
    Node& last = nodes_.back();
    for (const std::uint32_t thread : last.candidates) {
      if (thread != last.chosen) TryOneOf(&last, {thread}, thread);
    }
  }
}

void Search::Add(StepTrace trace) {
  if (state_ != State::kOpen) return;
  if (!trace.damage.empty()) return GiveUp(trace.damage);
  if (trace.Is(rt::kTraceCut)) return GiveUp("longer than 2,000 steps");
  if (trace.Is(rt::kTraceDiverged) || !Fits(trace)) return GiveUp("not repeatable");
  const bool crowded = std::any_of(trace.steps.begin(), trace.steps.end(), [](const Step& step) {
    return (step.flags & rt::kStepCut) != 0;
  });
  if (crowded) return GiveUp("too many can go on at once");
  const HappensBefore order(trace, counts_commute_);
  if (order.too_long()) return GiveUp("longer than 2,000 steps");
  if (!first_) first_ = trace;
  if (counts_commute_ && !order.CountsCommute()) {
    // From the start, with more that conflicts.
    counts_commute_ = false;
    nodes_.clear();
    hashes_.clear();
    return Add(*first_);
  }
  uncovered_ |=
      trace.Is(rt::kTracePreempted) || trace.Is(rt::kTraceTail) || trace.Is(rt::kTraceUntold);
  for (const Step& step : trace.steps) {
    late_timers_ |= (step.flags & rt::kStepLate) != 0;
    uncovered_ |= (step.flags & rt::kStepLeftOut) != 0;
  }
  Extend(trace);
  AddRaces(trace, order);
  if (!trace.Is(rt::kTraceRedundant)) hashes_.insert(order.Hash());
}

/// Whether the step of `node` can be taken with another case of its selects.
bool Search::TakeNextCase(Node* node) const {
  while (!node->cases.empty()) {
    CaseTaken& last = node->cases.back();
    if (last.index + 1 < last.count) {
      ++last.index;
      return true;
    }
    node->cases.pop_back();
  }
  return false;
}

SearchPlan Search::PlanTo(const Node& last) const {
  SearchPlan plan;
  plan.counts_commute = counts_commute_;
  for (const Node& node : nodes_)
    AddChoices(node.candidates, node.chosen, node.cases, &plan.choices);
  plan.sleepers = last.sleep;
  plan.sleepers.insert(plan.sleepers.end(), last.done.begin(), last.done.end());
  return plan;
}

std::optional<SearchPlan> Search::Next() {
  if (state_ != State::kOpen || nodes_.empty()) return std::nullopt;
  for (; !nodes_.empty(); nodes_.pop_back()) {
    Node& node = nodes_.back();
    if (TakeNextCase(&node)) break;
    node.done.push_back(std::move(node.step));
    const auto next =
        std::find_if(node.backtrack.begin(), node.backtrack.end(), [&node](std::uint32_t thread) {
          return !ContainsThread(node.done, thread) && !node.Sleeps(thread);
        });
    if (next == node.backtrack.end()) continue;
    node.chosen = *next;
    node.step = Sleeper{*next, {}};
    node.cases.clear();
    break;
  }
  if (nodes_.empty()) {
    state_ = State::kExhausted;
    return std::nullopt;
  }
  SearchPlan plan = PlanTo(nodes_.back());
  if (plan.choices.size() <= rt::kMaxChoices) return plan;
  GiveUp("longer than 2,000 steps");
  return std::nullopt;
}

std::vector<std::uint8_t> ChoicesOf(const StepTrace& trace) {
  std::vector<std::uint8_t> choices;
  for (const Step& step : trace.steps)
    AddChoices(step.candidates, step.thread, step.cases, &choices);
  return choices;
}

std::uint64_t PartialOrderHash(const StepTrace& trace) {
  const HappensBefore order(trace, true);
  if (order.too_long()) return 0;
  return order.CountsCommute() ? order.Hash() : HappensBefore(trace, false).Hash();
}

}  // namespace golab::lab
