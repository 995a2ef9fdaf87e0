#pragma once
// The checks that every task has: builds flags ends no-leak no-crash no-race no-dangling, and the
// advice foreign-sleep and goexit-swallowed. Each is registered under the task's own id
// ("task1.ends").
//
// What a task, a variation or a case sets aside comes with the evidence (Exemption). A task that
// needs more registers a check of its own under the same id, and may call the function here from
// it.

#include <string>
#include <string_view>
#include <vector>

#include "lab/check/check.h"

namespace golab::lab {

/// Registers, for this task, each common check that the task has not registered itself. Calling it
/// again changes nothing. Not thread safe: golab calls it once a task, before any check runs.
void EnsureCommonChecks(std::string_view task);

/// "builds flags ends ...", in the order of a status list, advice last.
std::vector<std::string_view> CommonCheckIds();

/// What kind of end a cause of `no-crash` or `ends` tells of: such a failure is the root only where
/// no check of the task itself failed.
inline bool IsDeadlock(std::string_view cause) {
  return cause.starts_with("asleep");
}

inline bool IsEarlyExit(std::string_view cause) {
  return cause.starts_with("exit-zero");
}

/// The image in which a check is judged: no-race and no-dangling each have one of their own.
Flavour ImageOf(const CheckInfo& info);

/// What the judge knows of a program that did not build, for the check `builds`.
struct BuildFailure {
  std::string message =
      {};  ///< line one: "the lambda at main.cc:12 uses 'wg' but does not capture it"
  std::string rule = {}, ask = {};
  std::vector<Place> places = {};
  std::string compiler =
      {};  ///< "g++: main.cc:12:11: error: 'wg' is not captured   (all 3 messages: -v)"
};

namespace common {

Finding BuildFailed(const BuildFailure& failure);
Finding Flags(const Evidence& evidence);
Finding Ends(const Evidence& evidence);
Finding NoLeak(const Evidence& evidence);
Finding NoCrash(const Evidence& evidence);
Finding ForeignSleep(const Evidence& evidence);
Finding GoexitSwallowed(const Evidence& evidence);
/// Over a run of a TSan image, of an ASan image; of any other: skip.
Finding NoRace(const Evidence& evidence);
Finding NoDangling(const Evidence& evidence);

extern const CauseText kBuildsCauses[];
extern const CauseText kFlagsCauses[];
extern const CauseText kEndsCauses[];
extern const CauseText kNoLeakCauses[];
extern const CauseText kNoCrashCauses[];
extern const CauseText kForeignSleepCauses[];
extern const CauseText kGoexitSwallowedCauses[];
extern const CauseText kNoRaceCauses[];
extern const CauseText kNoDanglingCauses[];

}  // namespace common
}  // namespace golab::lab
