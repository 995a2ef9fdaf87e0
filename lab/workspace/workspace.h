#pragma once
// A student's folder: one folder a task, the marker golab.toml, and what editors and CMake need.
// `golab init` makes it; run, check, watch, reset and diff find it.
//
// Nothing is ever overwritten without a copy, and nothing appears half-written.

#include <string>
#include <vector>

#include "lab/error.h"
#include "lab/program/sources.h"
#include "lab/workspace/task_files.h"

namespace golab::lab {

inline constexpr char kWorkspaceMarker[] = "golab.toml";

/// What init needs to know of a task.
struct WorkspaceTask {
  std::string id;  ///< "task1"; the folder's name
  std::string title;
};

/// What is written into the files for CMake and editors.
struct WorkspaceSettings {
  std::string golab_version;  ///< "0.1.0"
  std::string include_dir;    ///< golab's public headers, absolute
  std::string prefix;         ///< where find_package(golab) finds it: a prefix or a build tree
  std::string compiler = "g++";
  std::string golab = "golab";  ///< the command to write into editor tasks
};

struct InitOutcome {
  std::string root;               ///< absolute
  std::vector<std::string> made;  ///< relative paths, sorted
  std::vector<std::string> kept;  ///< there before, of the user's own, and left as they are
};

/// Makes a workspace of `dir`: new, empty, or with other things in it (a git clone, say).
/// Errors (usage), and nothing is written: `dir` is a workspace or lies in one; it is no folder; it
/// has a file of a name that init makes, other than .gitignore, .clangd, README.md and .vscode/*.
Result<InitOutcome> InitWorkspace(const std::string& dir, const std::vector<WorkspaceTask>& tasks,
                                  const WorkspaceSettings& settings);

/// The nearest folder at or above `from` that has the marker; empty if there is none.
std::string FindWorkspace(const std::string& from);

/// Where a submission for a task lies.
struct Subject {
  std::string dir;        ///< of the task's files; may not exist
  std::string workspace;  ///< its root, empty if `dir` was named by itself
};

/// What `--in DIR` means for a task: DIR itself if it is the task's own folder, DIR/TASK if DIR is
/// a workspace or has a folder of that name. Errors (usage): no such folder; the folder of another
/// task of a workspace.
Result<Subject> ResolveIn(const std::string& dir, const std::string& task_id);

/// True if every starter file is there, byte for byte, and no source beside them.
bool IsStillStarter(const std::string& task_dir, const std::string& task_id);

struct ResetOutcome {
  std::string backup;  ///< folder with the files as they were; empty: nothing to keep
  std::vector<std::string> restored;  ///< starter files written
};

/// Puts the starter back. What was there is first copied to .golab/backup/TASK-N in the workspace
/// (beside the folder itself where there is no workspace); sources that are no starter files go
/// too.
Result<ResetOutcome> ResetTask(const Subject& subject, const std::string& task_id);

struct DiffOutcome {
  std::string text;  ///< unified diff, from the submission to the reference
  bool same = false;
};

/// How the submission differs from the reference, by diff(1).
/// Errors: diff is not installed; unreadable files.
Result<DiffOutcome> DiffTask(const Subject& subject, const std::string& task_id);

}  // namespace golab::lab
