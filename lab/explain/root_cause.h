#pragma once
// Which failure is shown. One fault, one message: what depends on a failed check is not judged, and
// of the rest one is the root cause.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lab/history/history.h"
#include "lab/report/report.h"

namespace golab::lab {

/// True for the checks that every task has: builds flags ends no-leak no-crash no-race no-dangling.
bool IsCommonCheck(std::string_view short_id);

/// "hold" of "task1.hold".
std::string ShortCheckId(std::string_view id);

/// A check's outcome, with what decides whether it is the root.
struct Candidate {
  /// What kind of end a failure of `ends` or `no-crash` reports.
  enum class Kind : std::uint8_t {
    kPlain,
    kCrash,      ///< no-crash: a signal or a panic
    kDeadlock,   ///< no-crash: all goroutines are asleep
    kEarlyExit,  ///< ends: exit(0) in place of an end
  };

  std::string id;     ///< "task1.hold"
  std::string needs;  ///< ids without the task, separated by spaces; all need `builds`
  Outcome outcome = Outcome::kPass;
  Moment at = kNever;  ///< earliest evidence
  Kind kind = Kind::kPlain;
};

struct RootCause {
  std::string root;  ///< id, empty if nothing failed
  /// Checks that are not judged, with the need that failed ("hold"). Whatever their outcome was, it
  /// becomes skip.
  std::map<std::string, std::string> not_judged;
};

/// Candidates come in the order of the task; of equals the first is the root. Needs that are not
/// among the candidates, and circles of needs, are ignored.
RootCause ChooseRoot(const std::vector<Candidate>& candidates);

/// The reason of a check that is not judged: "not judged: it needs hold".
std::string NotJudged(const std::string& need);

}  // namespace golab::lab
