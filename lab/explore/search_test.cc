// The search against a plain one: every schedule of small programs is run by trying all choices one
// after another, and the search must come to the same partial orders and the same outcomes.

#include "lab/explore/search.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"

namespace golab::lab {
namespace {

constexpr int kMostPlain = 1'100;   // runs of the plain search
constexpr int kMostSearch = 2'000;  // of the other

RunnerSpec Small(const std::string& program) {
  RunnerSpec spec;
  spec.image.path = SMALL;
  spec.image.flags = {program};
  return spec;
}

struct Found {
  std::vector<StepTrace> traces;
  std::set<std::string> outcomes;     ///< how it ended, and what it printed
  std::vector<std::uint64_t> series;  ///< hashes, in order
  int runs = 0;
  int redundant = 0;
  bool finished = false;
};

std::string OutcomeOf(const Run& run) {
  return std::to_string(static_cast<int>(run.history.ending().kind)) + " " + run.process.out;
}

/// The partial orders of the runs, all told apart by the same rule.
std::set<std::uint64_t> OrdersOf(const Found& found, bool counts_commute) {
  std::set<std::uint64_t> orders;
  for (const StepTrace& trace : found.traces)
    orders.insert(HappensBefore(trace, counts_commute).Hash());
  return orders;
}

void Note(const Run& run, Found* found) {
  EXPECT_EQ(run.void_because, "");
  EXPECT_EQ(run.trace.damage, "");
  found->traces.push_back(run.trace);
  found->outcomes.insert(OutcomeOf(run));
  found->series.push_back(run.hash);
}

/// Each choice that had a further way to go, the last first.
bool NextChoices(const StepTrace& trace, std::vector<std::uint8_t>* choices) {
  *choices = ChoicesOf(trace);
  std::vector<std::size_t> counts;
  for (const Step& step : trace.steps) {
    if (step.candidates.size() > 1) counts.push_back(step.candidates.size());
    for (const CaseTaken& taken : step.cases) counts.push_back(taken.count);
  }
  while (!choices->empty()) {
    if (choices->back() + 1U < counts[choices->size() - 1]) {
      ++choices->back();
      return true;
    }
    choices->pop_back();
  }
  return false;
}

Found PlainSearch(Runner& runner) {
  Found found;
  std::vector<std::uint8_t> choices;
  do {
    auto run = runner.Do(PlanOf(std::span<const std::uint8_t>(choices)));
    EXPECT_TRUE(run);
    ++found.runs;
    Note(*run, &found);
    if (!NextChoices(run->trace, &choices)) found.finished = true;
  } while (!found.finished && found.runs < kMostPlain);
  return found;
}

Found ReducedSearch(Runner& runner, Search* search) {
  Found found;
  RunPlan first = PlanOf(ScheduleName{}, {});
  first.flags |= rt::kPlanCandidates;
  auto run = runner.Do(first);
  for (;;) {
    EXPECT_TRUE(run);
    if (run->trace.Is(rt::kTraceRedundant)) {
      ++found.redundant;
    } else {
      ++found.runs;
      Note(*run, &found);
    }
    search->Add(std::move(run->trace));
    const auto next = search->Next();
    if (!next || found.runs + found.redundant >= kMostSearch) break;
    RunPlan plan = PlanOf(next->choices);
    plan.sleepers = next->sleepers;
    if (!next->counts_commute) plan.flags |= rt::kPlanCountsConflict;
    run = runner.Do(plan);
  }
  found.finished = search->state() == Search::State::kExhausted;
  return found;
}

class SmallPrograms : public testing::TestWithParam<const char*> {};

TEST_P(SmallPrograms, HaveAsManyPartialOrdersAsAPlainSearchFinds) {
  auto runner = Runner::Start(Small(GetParam()));
  ASSERT_TRUE(runner) << runner.error().Text();
  Search search;
  const Found reduced = ReducedSearch(**runner, &search);
  ASSERT_TRUE(reduced.finished) << reduced.runs << " runs; " << search.why_given_up();
  EXPECT_TRUE(search.Proves());
  const Found plain = PlainSearch(**runner);
  const auto reduced_orders = OrdersOf(reduced, search.counts_commute());
  const auto plain_orders = OrdersOf(plain, search.counts_commute());
  SCOPED_TRACE(std::to_string(plain.runs) + " runs of the plain search, " +
               std::to_string(reduced.runs) + " and " + std::to_string(reduced.redundant) +
               " redundant of the other");
  EXPECT_EQ(search.different(), reduced_orders.size());
  for (const std::uint64_t order : plain_orders)
    EXPECT_EQ(reduced_orders.count(order), 1U) << "a partial order was missed";
  for (const std::string& outcome : plain.outcomes)
    EXPECT_EQ(reduced.outcomes.count(outcome), 1U) << "missed: " << outcome;
  if (!plain.finished) return;
  EXPECT_EQ(reduced_orders.size(), plain_orders.size());
  EXPECT_EQ(reduced.outcomes, plain.outcomes);
}

INSTANTIATE_TEST_SUITE_P(All, SmallPrograms,
                         testing::Values("results", "select_pair", "select_crowd", "default_drop",
                                         "close", "timer_tie", "timeout", "stop_timer", "locks",
                                         "try_locks", "readers", "condition", "groups",
                                         "group_loop", "group_inside", "once", "contexts",
                                         "deadline", "atomics", "yields", "cut_off", "counts",
                                         "prints", "context_error"),
                         [](const auto& one) { return std::string(one.param); });

TEST(Search, ProvesNothingOfAProgramThatSpins) {
  auto runner = Runner::Start(Small("spins"));
  ASSERT_TRUE(runner);
  Search search;
  ReducedSearch(**runner, &search);
  EXPECT_FALSE(search.Proves());
}

TEST(Search, IsTheSameSeriesEachTime) {
  for (const char* program : {"select_crowd", "timer_tie", "group_inside"}) {
    SCOPED_TRACE(program);
    std::vector<std::uint64_t> once;
    for (int i = 0; i < 2; ++i) {
      auto runner = Runner::Start(Small(program));
      ASSERT_TRUE(runner);
      Search search;
      const Found found = ReducedSearch(**runner, &search);
      if (i == 0) once = found.series;
      EXPECT_EQ(found.series, once);
    }
  }
}

}  // namespace
}  // namespace golab::lab
