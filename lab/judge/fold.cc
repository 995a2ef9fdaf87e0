#include "lab/judge/fold.h"

#include <algorithm>
#include <utility>

#include "lab/check/common_checks.h"

namespace golab::lab {
namespace {

bool Failed(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kError;
}

/// A run that is void proves nothing: `ends` says so, nobody else looks.
std::vector<JudgedCheck> JudgeVoid(const std::vector<const CheckInfo*>& checks,
                                   const Evidence& evidence, const std::string& why) {
  std::vector<JudgedCheck> judged;
  for (const CheckInfo* info : checks) {
    if (info->advice || !info->AppliesTo(evidence.case_id, evidence.variation)) continue;
    JudgedCheck& one = judged.emplace_back();
    one.info = info;
    if (info->ShortId() == "ends") {
      one.finding = Error(kVoidCause).At(0);
      one.void_because = why;
    } else {
      one.finding = Skip(NotJudged("ends"));
    }
  }
  return judged;
}

}  // namespace

Candidate::Kind KindOf(const CheckInfo& info, const Finding& finding) {
  if (!Failed(finding.outcome)) return Candidate::Kind::kPlain;
  if (info.ShortId() == "no-crash") {
    return IsDeadlock(finding.cause) ? Candidate::Kind::kDeadlock : Candidate::Kind::kCrash;
  }
  if (info.ShortId() == "ends" && IsEarlyExit(finding.cause)) return Candidate::Kind::kEarlyExit;
  return Candidate::Kind::kPlain;
}

std::vector<JudgedCheck> JudgeRun(const std::vector<const CheckInfo*>& checks,
                                  const Evidence& evidence, const std::string& void_because) {
  if (!void_because.empty()) return JudgeVoid(checks, evidence, void_because);
  std::vector<JudgedCheck> judged;
  std::vector<Candidate> candidates;
  for (const CheckInfo* info : checks) {
    if (!info->AppliesTo(evidence.case_id, evidence.variation)) continue;
    JudgedCheck& one = judged.emplace_back();
    one.info = info;
    one.finding = Judge(*info, evidence);
    if (info->advice) continue;
    candidates.push_back(
        {info->id, info->needs, one.finding.outcome, one.finding.at, KindOf(*info, one.finding)});
  }
  const RootCause cause = ChooseRoot(candidates);
  for (JudgedCheck& one : judged) {
    const auto need = cause.not_judged.find(one.info->id);
    if (need != cause.not_judged.end()) one.finding = Skip(NotJudged(need->second));
  }
  return judged;
}

Fold::Fold(const std::vector<const CheckInfo*>& checks) {
  for (const CheckInfo* info : checks) {
    index_[info] = checks_.size();
    checks_.emplace_back().info = info;
  }
}

void Fold::Add(const RunPlace& at, std::uint64_t hash, std::vector<JudgedCheck> judged,
               bool only_advice) {
  const std::lock_guard lock(mutex_);
  if (!only_advice) {
    ++runs_;
    hashes_[at.lane].insert(hash);
  }
  AddLocked(at, std::move(judged), only_advice);
}

void Fold::AddJudged(const RunPlace& at, std::vector<JudgedCheck> judged) {
  const std::lock_guard lock(mutex_);
  AddLocked(at, std::move(judged), false);
}

void Fold::AddLocked(const RunPlace& at, std::vector<JudgedCheck> judged, bool only_advice) {
  for (JudgedCheck& one : judged) {
    if (only_advice && !one.info->advice) continue;
    CheckFold& fold = checks_[index_.at(one.info)];
    const Outcome outcome = one.finding.outcome;
    if (outcome == Outcome::kSkip) {
      if (fold.reason_at.Exists() && fold.reason_at < at) continue;
      fold.reason = one.finding.fact;
      fold.reason_at = at;
      continue;
    }
    ++fold.judged;
    if (outcome == Outcome::kPass) {
      if (fold.outcome == Outcome::kSkip) fold.outcome = Outcome::kPass;
      // The first run's, of those that have something to say.
      const bool says = !one.finding.fact.empty();
      if (fold.fact_at.Exists() && (says == fold.fact.empty() ? !says : fold.fact_at < at))
        continue;
      fold.fact = one.finding.fact;
      fold.fact_at = at;
      continue;
    }
    ++fold.failed;
    fold.failures.push_back(at);
    if (fold.at.Exists() && fold.at < at) continue;
    fold.outcome = outcome;
    fold.at = at;
    fold.worst = std::move(one);
  }
}

int Fold::distinct() const {
  std::size_t count = 0;
  for (const auto& [lane, hashes] : hashes_) count += hashes.size();
  return static_cast<int>(count);
}

}  // namespace golab::lab
