#pragma once
// What of a workspace is done: which tasks passed, with which files. Kept in .golab/done, a plain
// file, and worth nothing as a mark: who needs one runs golab check.

#include <string>

namespace golab::lab {

enum class TaskState {
  kStarter,  ///< nothing of it was begun, or it has no folder here
  kBegun,
  kChanged,  ///< passed once; its files are others now
  kDone,     ///< passed, with the files that are there
};

TaskState StateOf(const std::string& workspace, const std::string& task_id);

/// The task's folder is there, and is not the starter any more.
bool IsBegun(const std::string& task_dir, const std::string& task_id);

/// Remembers that the files as they are passed, or that they did not. A file that cannot be written
/// costs this memory, nothing else.
void RememberOutcome(const std::string& workspace, const std::string& task_id, bool passed);

}  // namespace golab::lab
