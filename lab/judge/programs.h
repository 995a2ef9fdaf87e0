#pragma once
// The programs of a subject: the reference's are in golab itself, a submission's are built, one
// image a case.

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/error.h"
#include "lab/explore/runner.h"
#include "lab/program/build.h"

namespace golab::lab {

/// What is judged.
struct JudgedSubject {
  std::string dir;        ///< of the task's files; empty: the reference
  std::string name;       ///< for reports: "reference", or the folder as the user gave it
  std::string in_option;  ///< what a replay needs behind --in; empty where it needs none

  bool IsReference() const { return dir.empty(); }
};

/// Images of one subject for one task, ready to run.
struct Programs {
  std::map<std::string, RunnerSpec> by_case;   ///< by the case's id, without flags
  std::map<std::string, std::string> sources;  ///< bytes by the name that places have
  bool built = true;
  CompileFailure failure;  ///< if not built

  /// The source line, without its newline; empty if it is not at hand.
  std::string LineOf(const std::string& file, int line) const;
};

/// Errors: unreadable sources (usage), no compiler and the like.
Result<Programs> FindPrograms(const Task& task, const JudgedSubject& subject,
                              const std::vector<const Case*>& cases, const Builder* builder,
                              int jobs, const std::atomic<bool>* cancel);

/// A set of sources that is a submission without being a folder: a mutant, an example.
Result<Programs> BuildPrograms(const Task& task, const Sources& sources,
                               const std::vector<const Case*>& cases, const Builder& builder,
                               int jobs, const std::atomic<bool>* cancel);

/// The name under which golab has a case's reference: "task1", or "task3/own" where there are
/// several.
std::string ReferenceName(const Task& task, const Case& of_case);

/// The limits of one run.
RunLimits LimitsOf(const Task& task);

}  // namespace golab::lab
