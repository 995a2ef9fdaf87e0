#pragma once
// What every command stands on: how to print, which catalogue, whose files.

#include <optional>
#include <string>
#include <vector>

#include "app/command/arguments.h"
#include "app/exit_status.h"
#include "lab/catalogue/catalogue.h"
#include "lab/error.h"
#include "lab/explain/style.h"
#include "lab/judge/programs.h"
#include "lab/program/build.h"
#include "lab/report/report.h"

namespace golab::app {

/// GOLAB_GRADING=1: submissions are marked, none is the reference by mistake, and races are looked
/// for under more schedules.
bool IsGrading();

class Context {
 public:
  explicit Context(const Arguments& arguments);

  const Arguments& arguments;
  lab::Style style;

  bool stderr_shows_progress() const;

  /// Read once. Errors name the file and line.
  lab::Result<const lab::Catalogue*> Catalogue();
  /// A task by its id, near misses suggested.
  lab::Result<const lab::Task*> Task(const std::string& id);
  /// "task3", "all", "required": in the order of the catalogue, each once.
  lab::Result<std::vector<const lab::Task*>> Tasks(const std::vector<std::string>& words);

  /// Whose program: --in, else the workspace around the current folder, else the reference (an
  /// error where GOLAB_GRADING=1).
  lab::Result<lab::JudgedSubject> SubjectFor(const std::string& task_id) const;
  /// The folder of a task's files, for commands that need one. Errors (usage): there is no
  /// workspace.
  lab::Result<lab::JudgedSubject> FilesOf(const std::string& task_id) const;

  /// Made when first needed: looks for the compiler.
  lab::Result<const lab::Builder*> TheBuilder();

 private:
  std::optional<lab::Catalogue> catalogue_;
  std::optional<lab::Builder> builder_;
};

/// golab's own, "0.1.0".
const char* Version();

/// Prints "golab: ..." on stderr and gives the status of its class.
ExitStatus Complain(const lab::Error& error);

/// Says that golab was interrupted, and gives the status of that.
ExitStatus SayInterrupted();

/// A task as it was typed: a shell completes the name of its folder to "task1/".
std::string TaskWord(const std::string& word);

/// The task in whose folder of a workspace golab was started; empty if in none.
std::string TaskHere();

/// What a report means for the exit status.
ExitStatus StatusOf(const lab::Report& report);

/// The parameters' values that were given for a task, checked against their ranges.
lab::Result<std::map<std::string, std::string>> ParamsFor(const lab::Task& task,
                                                          const Arguments& arguments);

/// Options for the parameters of these tasks, each name once.
std::vector<Option> ParameterOptions(const std::vector<const lab::Task*>& tasks);

}  // namespace golab::app
