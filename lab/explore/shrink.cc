#include "lab/explore/shrink.h"

#include <algorithm>
#include <utility>

namespace golab::lab {
namespace {

using Deviations = std::vector<rt::Deviation>;

constexpr std::size_t kMostKept = 1 << 20;  // decisions of trials that the search may go on from

class Shrinker {
 public:
  Shrinker(const TryDeviations& attempt, const ShrinkLimits& limits)
      : attempt_(attempt), limits_(limits) {}

  Result<Shrunk> Do(Deviations failing);

 private:
  /// Runs it. A failing run becomes the best one if it has fewer deviations than the best so far:
  /// what never matched is gone from it by itself.
  Result<Trial> Attempt(const Deviations& deviations);
  Result<void> CutTail();
  Result<void> RemoveBlocks();
  Result<void> Search();
  Result<bool> SearchFrom(const Deviations& prefix, const std::vector<Decision>& decisions,
                          std::size_t begin, std::vector<std::pair<Deviations, Trial>>* next);

  const TryDeviations& attempt_;
  const ShrinkLimits& limits_;
  Deviations best_;
  int runs_ = 0;
  int search_runs_ = 0;
  std::size_t kept_ = 0;
};

Result<Trial> Shrinker::Attempt(const Deviations& deviations) {
  ++runs_;
  auto trial = attempt_(deviations);
  if (!trial) return trial;
  if (trial->fails && trial->deviations.size() < best_.size()) best_ = trial->deviations;
  return trial;
}

Result<void> Shrinker::CutTail() {
  std::size_t fails = best_.size(), passes = 0;  // lengths of prefixes
  const Deviations whole = best_;
  while (passes + 1 < fails) {
    const std::size_t middle = passes + (fails - passes) / 2;
    auto trial =
        Attempt(Deviations(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(middle)));
    if (!trial) return tl::unexpected(trial.error());
    (trial->fails ? fails : passes) = middle;
  }
  return {};
}

Result<void> Shrinker::RemoveBlocks() {
  for (std::size_t block = std::max<std::size_t>(1, best_.size() / 2);;) {
    for (std::size_t at = 0; at < best_.size() && runs_ < limits_.ddmin_runs;) {
      Deviations fewer = best_;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(block, fewer.size() - at)));
      const std::size_t before = best_.size();
      auto trial = Attempt(fewer);
      if (!trial) return tl::unexpected(trial.error());
      if (best_.size() == before) at += block;
    }
    if (block == 1) return {};
    block = std::max<std::size_t>(1, block / 2);
  }
}

/// Tries every other way to go at each decision from `begin` on.
Result<bool> Shrinker::SearchFrom(const Deviations& prefix, const std::vector<Decision>& decisions,
                                  std::size_t begin,
                                  std::vector<std::pair<Deviations, Trial>>* next) {
  for (std::size_t i = begin; i < decisions.size(); ++i) {
    for (std::uint8_t index = 1; index < decisions[i].candidates; ++index) {
      if (search_runs_ >= limits_.search_runs) return true;
      ++search_runs_;
      Deviations deviations = prefix;
      deviations.push_back(decisions[i].taken);
      deviations.back().choice = index;
      deviations.back().late_timer = 0;
      const std::size_t before = best_.size();
      auto trial = Attempt(deviations);
      if (!trial) return tl::unexpected(trial.error());
      if (best_.size() < before) return true;
      if (next == nullptr || kept_ + trial->decisions.size() > kMostKept) continue;
      kept_ += trial->decisions.size();
      next->emplace_back(std::move(deviations), std::move(*trial));
    }
  }
  return false;
}

Result<void> Shrinker::Search() {
  if (best_.size() < 2) return {};
  const std::size_t deepest = std::min<std::size_t>(2, best_.size() - 1);
  auto go_order = Attempt({});
  if (!go_order) return tl::unexpected(go_order.error());
  std::vector<std::pair<Deviations, Trial>> level, next;
  level.emplace_back(Deviations{}, std::move(*go_order));
  for (std::size_t depth = 1; depth <= deepest; ++depth) {
    next.clear();
    for (const auto& [deviations, trial] : level) {
      // Behind the last deviation: the others were tried in another order.
      std::size_t begin = 0;
      for (std::size_t i = 0; i < trial.decisions.size(); ++i) {
        if (trial.decisions[i].index != 0) begin = i + 1;
      }
      auto done = SearchFrom(deviations, trial.decisions, begin, depth < deepest ? &next : nullptr);
      if (!done) return tl::unexpected(done.error());
      if (*done) return {};
    }
    std::swap(level, next);
  }
  return {};
}

Result<Shrunk> Shrinker::Do(Deviations failing) {
  Shrunk shrunk;
  shrunk.from = failing.size();
  shrunk.deviations = failing;
  if (failing.empty()) {
    shrunk.reproduced = true;
    return shrunk;
  }
  auto again = attempt_(failing);
  ++runs_;
  if (!again) return tl::unexpected(again.error());
  shrunk.runs = runs_;
  if (!again->fails) return shrunk;
  shrunk.reproduced = true;
  best_ = again->deviations.size() <= failing.size() ? again->deviations : failing;

  auto none = Attempt({});
  if (!none) return tl::unexpected(none.error());
  if (!best_.empty()) {
    if (auto cut = CutTail(); !cut) return tl::unexpected(cut.error());
    if (auto removed = RemoveBlocks(); !removed) return tl::unexpected(removed.error());
    if (auto searched = Search(); !searched) return tl::unexpected(searched.error());
  }
  shrunk.deviations = best_;
  shrunk.runs = runs_;
  return shrunk;
}

}  // namespace

Result<Shrunk> Shrink(std::vector<rt::Deviation> failing, const TryDeviations& attempt,
                      const ShrinkLimits& limits) {
  return Shrinker(attempt, limits).Do(std::move(failing));
}

}  // namespace golab::lab
