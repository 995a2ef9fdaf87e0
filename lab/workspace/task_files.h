#pragma once
// The files of the tasks, as golab carries them: everything under tasks/<folder>, built in by
// golab_embed (embed.cmake).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

/// One embedded file. Lives as long as golab.
struct TaskFile {
  std::string_view path;  ///< relative to the task's folder: "README.md", "starter/main.cc"
  std::string_view bytes;
};

/// A table made by golab_embed.
struct TaskFileTable {
  const TaskFile* files = nullptr;
  std::size_t count = 0;
};

/// All tasks' files by the task's id. Filled before main by the files that golab_embed makes.
/// Thread safety: read-only after static initialisation.
class TaskFiles {
 public:
  /// Ids are unique; the second of two is refused (returns false).
  static bool Add(const char* task_id, TaskFileTable table);

  /// Everything of a task, in the order of golab_embed; empty if there is no such task.
  static std::vector<TaskFile> Of(std::string_view task_id);

  /// Those below `folder` ("starter", "solution"), paths relative to it.
  static std::vector<TaskFile> In(std::string_view task_id, std::string_view folder);

  /// One file's bytes; data() is null if there is none.
  static std::string_view Bytes(std::string_view task_id, std::string_view path);

  /// Ids, sorted.
  static std::vector<std::string> Ids();
};

}  // namespace golab::lab
