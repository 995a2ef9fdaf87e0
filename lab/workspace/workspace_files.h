#pragma once
// The text of the files that init writes beside the tasks.

#include <string>
#include <vector>

#include "lab/workspace/workspace.h"

namespace golab::lab {

struct WorkspaceFile {
  std::string path;  ///< relative to the workspace
  std::string bytes;
  bool yields;  ///< the user's own file of that name, if there is one, stays
};

/// All of them, the tasks' files included, for a workspace at the absolute path `root`. The marker
/// is the last one.
std::vector<WorkspaceFile> WorkspaceFilesFor(const std::string& root,
                                             const std::vector<WorkspaceTask>& tasks,
                                             const WorkspaceSettings& settings);

}  // namespace golab::lab
