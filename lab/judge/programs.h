#pragma once
// The programs of a subject: the reference's are in golab itself, a submission's are built, one
// image a case.

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/error.h"
#include "lab/explore/runner.h"
#include "lab/explore/seats.h"
#include "lab/program/build.h"

namespace golab::lab {

/// What is judged.
struct JudgedSubject {
  std::string dir;        ///< of the task's files; empty: the reference
  std::string name;       ///< for reports: "reference", or the folder as the user gave it
  std::string in_option;  ///< what a replay needs behind --in; empty where it needs none

  bool IsReference() const { return dir.empty(); }
};

class RaceImages;

/// Images of one subject for one task, ready to run.
struct Programs {
  /// Why the sources could not be taken in; then nothing was built.
  std::optional<struct Error> unreadable = {};
  std::map<std::string, RunnerSpec> by_case;   ///< by the case's id, without flags
  std::map<std::string, std::string> sources;  ///< bytes by the name that places have
  bool built = true;
  CompileFailure failure;  ///< if not built
  std::shared_ptr<RaceImages> race;  ///< null: none are asked for
  std::string no_race_because;       ///< the reason of a skip, if there are none

  /// The source line, without its newline; empty if it is not at hand.
  std::string LineOf(const std::string& file, int line) const;
};

/// Errors: no compiler and the like. Sources that cannot be taken in make programs that are not
/// built.
Result<Programs> FindPrograms(const Task& task, const JudgedSubject& subject,
                              const std::vector<const Case*>& cases, const Builder* builder,
                              int jobs, const std::atomic<bool>* cancel, Seats* seats = nullptr);

/// What a subject is built from: its folder's files, or the reference's own.
Result<Sources> SourcesToBuild(const Task& task, const JudgedSubject& subject);

/// A set of sources that is a submission without being a folder: a mutant, an example.
Result<Programs> BuildPrograms(const Task& task, const Sources& sources,
                               const std::vector<const Case*>& cases, const Builder& builder,
                               int jobs, const std::atomic<bool>* cancel, Seats* seats = nullptr);

/// The name under which golab has a case's reference: "task1", or "task3/own" where there are
/// several.
std::string ReferenceName(const Task& task, const Case& of_case);

/// The sources of one case: the submission's, without some, with some of golab's own.
Result<Sources> SourcesOf(const Task& task, const Sources& submission, const Case& of_case);

/// The limits of one run.
RunLimits LimitsOf(const Task& task);

/// How a task's programs are run; the image is still to be named.
RunnerSpec SpecFor(const Task& task);

}  // namespace golab::lab
