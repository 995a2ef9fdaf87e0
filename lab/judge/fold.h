#pragma once
// Many runs' findings folded into one outcome a check. The fold is by lane and place in it, so that
// the order in which runs come in says nothing.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "lab/check/check.h"
#include "lab/explain/root_cause.h"
#include "lab/explore/schedule.h"

namespace golab::lab {

/// Which run.
struct RunPlace {
  std::size_t lane = static_cast<std::size_t>(-1);
  std::size_t place = 0;
  ScheduleName schedule = {};

  bool Exists() const { return lane != static_cast<std::size_t>(-1); }

  friend bool operator<(const RunPlace& a, const RunPlace& b) {
    return a.lane != b.lane ? a.lane < b.lane : a.place < b.place;
  }
};

/// One check over one run.
struct JudgedCheck {
  const CheckInfo* info = nullptr;
  Finding finding;
  std::string void_because;  ///< the run itself cannot be judged: what `ends` says of it
};

/// All checks of one run. What needs a failed check is skipped. Checks that the case and variation
/// do not have are left out. `void_because`: see Run.
std::vector<JudgedCheck> JudgeRun(const std::vector<const CheckInfo*>& checks,
                                  const Evidence& evidence, const std::string& void_because);

/// "not possible to judge" as a finding of `ends`.
inline constexpr char kVoidCause[] = "void-recording";

Candidate::Kind KindOf(const CheckInfo& info, const Finding& finding);

/// One check over all runs so far.
struct CheckFold {
  const CheckInfo* info = nullptr;
  int judged = 0;
  int failed = 0;  ///< failed, or error
  Outcome outcome = Outcome::kSkip;
  JudgedCheck worst = {};  ///< of the first run that failed
  RunPlace at = {};        ///< that run
  std::vector<RunPlace> failures = {};  ///< every run that failed; in no order
  std::string fact;        ///< of the first run that passed
  RunPlace fact_at = {};
  std::string reason;  ///< of the first run that skipped it
  RunPlace reason_at = {};
};

/// Thread safety: any thread may Add.
class Fold {
 public:
  explicit Fold(const std::vector<const CheckInfo*>& checks);

  void Add(const RunPlace& at, std::uint64_t hash, std::vector<JudgedCheck> judged,
           bool only_advice);

  /// A further run of a race image: of its own check, no schedule of the count.
  void AddJudged(const RunPlace& at, std::vector<JudgedCheck> judged);

  /// After the last Add.
  const std::vector<CheckFold>& checks() const { return checks_; }

  int runs() const { return runs_; }

  int distinct() const;

 private:
  void AddLocked(const RunPlace& at, std::vector<JudgedCheck> judged, bool only_advice);

  std::mutex mutex_;
  std::vector<CheckFold> checks_;
  std::map<const CheckInfo*, std::size_t> index_;
  std::map<std::size_t, std::unordered_set<std::uint64_t>> hashes_;  // by lane
  int runs_ = 0;
};

}  // namespace golab::lab
