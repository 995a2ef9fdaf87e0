#include "lab/explore/happens_before.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace golab::lab {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  return rt::MixPath(a * 31 + b);
}

/// What was done so far, for finding conflicts.
class Touched {
 public:
  explicit Touched(bool counts_commute) : counts_commute_(counts_commute) {}

  /// Calls visit(earlier step) for each that conflicts with this access.
  template <class Visit>
  void ForEachConflict(const Access& access, const Visit& visit) const {
    const auto it = by_object_.find(access.object);
    if (it == by_object_.end()) return;
    for (const auto& [step, mode] : it->second) {
      if (rt::Conflict(mode, access.mode, counts_commute_)) visit(step);
    }
  }

  /// The steps that took something off a counter.
  std::vector<std::size_t> Downs(std::uint64_t object) const {
    std::vector<std::size_t> downs;
    const auto it = by_object_.find(object);
    if (it == by_object_.end()) return downs;
    for (const auto& [step, mode] : it->second) {
      if (mode == rt::AccessMode::kDown) downs.push_back(step);
    }
    return downs;
  }

  void Add(std::size_t step, const Step& of) {
    for (const Access& access : of.accesses)
      by_object_[access.object].emplace_back(step, access.mode);
  }

 private:
  const bool counts_commute_;
  std::unordered_map<std::uint64_t, std::vector<std::pair<std::size_t, rt::AccessMode>>> by_object_;
};

/// Adds to a counter for which the other waits.
bool AddsWhileWaiting(const Step& a, const Step& b) {
  for (const Access& up : a.accesses) {
    if (up.mode != rt::AccessMode::kUp) continue;
    for (const Access& wait : b.accesses) {
      const bool waits = wait.mode == rt::AccessMode::kParks || wait.mode == rt::AccessMode::kJoins;
      if (waits && wait.object == up.object) return true;
    }
  }
  return false;
}

}  // namespace

HappensBefore::HappensBefore(const StepTrace& trace, bool counts_commute)
    : trace_(trace), counts_commute_(counts_commute) {
  const auto& steps = trace.steps;
  std::unordered_map<std::uint32_t, std::uint32_t> dense;
  for (const Step& step : steps) {
    const auto next = static_cast<std::uint32_t>(dense.size());
    thread_.push_back(dense.emplace(step.thread, next).first->second);
  }
  threads_ = dense.size();
  too_long_ = threads_ * steps.size() > kMostWords;
  if (too_long_) return;
  number_.resize(steps.size());
  clocks_.assign(steps.size() * threads_, 0);

  std::vector<std::size_t> last(threads_, kNone);   // a thread's last step
  std::vector<std::size_t> waker(threads_, kNone);  // who let it go on
  std::vector<std::uint32_t> count(threads_, 0);
  std::vector<std::uint32_t> barrier(threads_, 0);  // counts when the clock last moved
  std::vector<std::size_t> of_everything;
  Touched touched(counts_commute);
  std::uint32_t epoch = 0;
  std::vector<std::size_t> conflicts;
  for (std::size_t j = 0; j < steps.size(); ++j) {
    const Step& step = steps[j];
    const std::size_t me = thread_[j];
    std::uint32_t* const row = clocks_.data() + j * threads_;
    if (step.epoch != epoch) barrier = count;
    epoch = step.epoch;
    std::copy(barrier.begin(), barrier.end(), row);
    if (last[me] != kNone) Join(row, last[me]);
    if (waker[me] != kNone) Join(row, waker[me]);

    for (const Access& access : step.accesses) {
      if (access.mode != rt::AccessMode::kJoins || !counts_commute) continue;
      // It could not have gone on before.
      for (const std::size_t i : touched.Downs(access.object)) Join(row, i);
    }
    conflicts.clear();
    for (const Access& access : step.accesses) {
      touched.ForEachConflict(access, [&](std::size_t i) { conflicts.push_back(i); });
    }
    conflicts.insert(conflicts.end(), of_everything.begin(), of_everything.end());
    if (step.TouchesEverything()) {
      of_everything.push_back(j);
      for (const std::size_t i : last) {
        if (i != kNone) conflicts.push_back(i);
      }
    }
    // Latest first: what is ordered through a later one is no race of its own.
    std::sort(conflicts.begin(), conflicts.end(), std::greater<>());
    for (const std::size_t i : conflicts) {
      if (number_[i] <= row[thread_[i]] || thread_[i] == me) continue;
      races_.push_back({i, j});
      Join(row, i);
    }
    touched.Add(j, step);
    number_[j] = ++count[me];
    row[me] = number_[j];
    last[me] = j;
    for (const std::uint32_t one : step.wakes) {
      const auto woken = dense.find(one);
      if (woken == dense.end()) continue;  // it never ran
      waker[woken->second] = j;
    }
  }
}

void HappensBefore::Join(std::uint32_t* row, std::size_t with) const {
  const std::uint32_t* const other = Row(with);
  for (std::size_t t = 0; t < threads_; ++t) row[t] = std::max(row[t], other[t]);
}

bool HappensBefore::Before(std::size_t i, std::size_t j) const {
  return number_[i] <= Row(j)[thread_[i]];
}

std::vector<std::uint32_t> HappensBefore::Initials(const StepRace& race) const {
  std::vector<std::uint32_t> initials;
  std::vector<std::size_t> firsts;  // of each thread, among the steps that need not race.first
  std::vector<char> seen(threads_, 0);
  const auto look = [&](std::size_t k) {
    if (seen[thread_[k]] != 0) return;
    seen[thread_[k]] = 1;
    const bool after_another = std::any_of(firsts.begin(), firsts.end(),
                                           [&](std::size_t first) { return Before(first, k); });
    firsts.push_back(k);
    if (!after_another) initials.push_back(trace_.steps[k].thread);
  };
  for (std::size_t k = race.first + 1; k < race.second; ++k) {
    if (!Before(race.first, k)) look(k);
  }
  look(race.second);
  return initials;
}

bool HappensBefore::CountsCommute() const {
  for (const StepRace& race : races_) {
    const Step& a = trace_.steps[race.first];
    const Step& b = trace_.steps[race.second];
    if (AddsWhileWaiting(a, b) || AddsWhileWaiting(b, a)) return false;
  }

  struct Unit {
    std::size_t step;
    int left;
  };

  std::unordered_map<std::uint64_t, std::vector<Unit>> added;
  for (std::size_t j = 0; j < trace_.steps.size(); ++j) {
    for (const Access& access : trace_.steps[j].accesses) {
      if (access.added > 0) added[access.object].push_back({j, access.added});
      if (access.added >= 0) continue;
      int wanted = -access.added;
      auto& units = added[access.object];
      // The latest that will do: an earlier one may do for somebody who has only that.
      for (auto unit = units.rbegin(); unit != units.rend() && wanted > 0; ++unit) {
        if (unit->step != j && !Before(unit->step, j)) continue;
        const int taken = std::min(unit->left, wanted);
        unit->left -= taken;
        wanted -= taken;
      }
      if (wanted > 0) return false;
    }
  }
  return true;
}

std::uint64_t HappensBefore::Hash() const {
  // Where counts commute, that somebody began to wait tells nothing: it is the going on that
  // counts.
  const auto is_told = [this](const Step& step) {
    return !counts_commute_ ||
           std::none_of(step.accesses.begin(), step.accesses.end(),
                        [](const Access& access) { return access.mode == rt::AccessMode::kParks; });
  };
  std::vector<std::uint64_t> ids;  // by step: the same in all runs with this partial order
  std::vector<std::uint64_t> names(threads_);
  std::vector<std::uint32_t> count(threads_, 0);
  std::unordered_map<std::uint32_t, std::uint64_t>
      woken;  // by thread: its name by who let it go on
  std::uint64_t hash = 0, all = 0, everything = 0;
  Touched touched(counts_commute_);
  for (std::size_t j = 0; j < trace_.steps.size(); ++j) {
    const Step& step = trace_.steps[j];
    const std::size_t me = thread_[j];
    if (number_[j] == 1) {
      const auto named = woken.find(step.thread);
      names[me] = named == woken.end() ? rt::MixPath(step.thread) : named->second;
    }
    count[me] += is_told(step) ? 1 : 0;
    ids.push_back(rt::MixPath(Mix(names[me], count[me])));
    for (std::size_t k = 0; k < step.wakes.size(); ++k)
      woken.emplace(step.wakes[k], Mix(ids.back(), k));
    if (!is_told(step)) continue;
    std::uint64_t mine = Mix(Mix(ids.back(), step.now), everything);
    for (const Access& access : step.accesses) {
      std::uint64_t before = 0;  // a sum: in no order
      touched.ForEachConflict(access, [&](std::size_t i) { before += ids[i]; });
      mine = Mix(Mix(mine, static_cast<std::uint64_t>(access.mode)), before);
    }
    for (const CaseTaken& taken : step.cases) mine = Mix(mine, taken.index + 1);
    if (step.TouchesEverything()) {
      mine = Mix(mine, all);
      everything += ids.back();
    }
    all += ids.back();
    hash += rt::MixPath(mine);
    touched.Add(j, step);
  }
  return rt::MixPath(hash);
}

}  // namespace golab::lab
