#include "lab/explain/root_cause.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace golab::lab {
namespace {

bool Failed(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kError;
}

std::vector<std::string> NeedsOf(const Candidate& candidate) {
  std::vector<std::string> needs;
  std::istringstream words(candidate.needs);
  for (std::string word; words >> word;) needs.push_back(word);
  if (ShortCheckId(candidate.id) != "builds") needs.emplace_back("builds");
  return needs;
}

// Lower is shown first. A dangling reference explains everything after it, a crash most things; a
// deadlock or an early exit is what a broken rule of the task looks like from outside.
int Rank(const Candidate& candidate, bool own_check_failed) {
  if (ShortCheckId(candidate.id) == "no-dangling") return 0;
  switch (candidate.kind) {
    case Candidate::Kind::kCrash:
      return 1;
    case Candidate::Kind::kDeadlock:
    case Candidate::Kind::kEarlyExit:
      return own_check_failed ? 3 : 2;
    case Candidate::Kind::kPlain:
      break;
  }
  return 2;
}

}  // namespace

bool IsCommonCheck(std::string_view short_id) {
  static constexpr std::array<std::string_view, 7> kCommon = {
      "builds", "flags", "ends", "no-leak", "no-crash", "no-race", "no-dangling"};
  return std::find(kCommon.begin(), kCommon.end(), short_id) != kCommon.end();
}

std::string ShortCheckId(std::string_view id) {
  const auto dot = id.find('.');
  return std::string(dot == std::string_view::npos ? id : id.substr(dot + 1));
}

RootCause ChooseRoot(const std::vector<Candidate>& candidates) {
  RootCause result;
  const auto find = [&](const std::string& short_id) -> const Candidate* {
    for (const auto& candidate : candidates) {
      if (ShortCheckId(candidate.id) == short_id) return &candidate;
    }
    return nullptr;
  };
  // A need that is not judged itself passes its own reason on: the reader looks at the cause.
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& candidate : candidates) {
      if (result.not_judged.count(candidate.id) != 0) continue;
      for (const auto& need : NeedsOf(candidate)) {
        const Candidate* needed = find(need);
        if (needed == nullptr || needed == &candidate) continue;
        const auto inherited = result.not_judged.find(needed->id);
        const bool passed_on = inherited != result.not_judged.end();
        if (!passed_on && !Failed(needed->outcome)) continue;
        const std::string reason = passed_on ? inherited->second : need;
        if (reason == ShortCheckId(candidate.id)) continue;  // a circle
        result.not_judged[candidate.id] = reason;
        changed = true;
        break;
      }
    }
  }
  const auto counts = [&](const Candidate& candidate) {
    return Failed(candidate.outcome) && result.not_judged.count(candidate.id) == 0;
  };
  const bool own = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) {
    return counts(c) && !IsCommonCheck(ShortCheckId(c.id));
  });
  const Candidate* root = nullptr;
  for (const auto& candidate : candidates) {
    if (!counts(candidate)) continue;
    const int rank = Rank(candidate, own);
    const int best = root == nullptr ? 4 : Rank(*root, own);
    if (rank < best || (rank == best && candidate.at < root->at)) root = &candidate;
  }
  if (root != nullptr) result.root = root->id;
  return result;
}

std::string NotJudged(const std::string& need) {
  return "not judged: it needs " + need;
}

}  // namespace golab::lab
