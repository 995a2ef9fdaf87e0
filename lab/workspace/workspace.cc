#include "lab/workspace/workspace.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "lab/program/files.h"
#include "lab/workspace/workspace_files.h"

namespace golab::lab {
namespace {

bool Exists(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0;
}

bool IsFolder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

bool HasMarker(const std::string& folder) {
  struct stat st;
  return ::lstat((folder + "/" + kWorkspaceMarker).c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

std::string Resolved(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) != nullptr ? resolved : "";
}

std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string BaseOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

tl::unexpected<struct Error> Usage(std::string what, std::string why = "",
                                   std::string what_to_do = "") {
  return Failure({.what = std::move(what),
                  .why = std::move(why),
                  .what_to_do = std::move(what_to_do),
                  .exit_class = ExitClass::kUsage});
}

// `dir` as an absolute path, whether it is there or not; what is above it is made.
Result<std::string> RootOf(const std::string& dir) {
  std::string path = dir;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path.empty()) return Usage("init needs the name of a folder");
  if (const std::string resolved = Resolved(path); !resolved.empty()) return resolved;
  if (Exists(path)) return Usage("'" + path + "' is a link to nowhere");
  if (path[0] != '/') path.insert(0, "./");
  const std::string parent = ParentOf(path);
  if (auto made = MakeFolders(parent); !made) return tl::unexpected(made.error());
  const std::string above = Resolved(parent);
  return (above == "/" ? above : above + "/") + BaseOf(path);
}

Result<void> CheckPlace(const std::string& root) {
  if (Exists(root) && !IsFolder(root)) return Usage("'" + root + "' is not a folder");
  const std::string above = FindWorkspace(IsFolder(root) ? root : ParentOf(root));
  if (above == root) {
    return Usage("'" + root + "' is a golab workspace already", "",
                 "golab reset TASK puts one task back");
  }
  if (!above.empty()) return Usage("'" + root + "' lies in the golab workspace '" + above + "'");
  return {};
}

// The entry of the workspace's folder that a file lies in or is.
std::string EntryOf(const std::string& path) {
  return path.substr(0, path.find('/'));
}

// What would be overwritten. A file that yields stays; of another entry not even the folder may be
// there.
Result<void> CheckConflicts(const std::string& root, const std::vector<WorkspaceFile>& files) {
  std::vector<std::string> conflicts;
  for (const WorkspaceFile& file : files) {
    const std::string entry = EntryOf(file.path);
    if (!file.yields && Exists(Below(root, entry)) &&
        std::find(conflicts.begin(), conflicts.end(), entry) == conflicts.end()) {
      conflicts.push_back(entry);
    }
  }
  if (conflicts.empty()) return {};
  std::string list;
  for (std::size_t i = 0; i < conflicts.size() && i < 3; ++i)
    list += (i == 0 ? "'" : ", '") + conflicts[i] + "'";
  if (conflicts.size() > 3) list += " and " + std::to_string(conflicts.size() - 3) + " more";
  return Usage("golab init overwrites nothing", "'" + root + "' has " + list,
               "choose another folder");
}

Result<void> WriteAll(const std::string& folder, const std::vector<WorkspaceFile>& files) {
  for (const WorkspaceFile& file : files) {
    const std::string path = folder + "/" + file.path;
    if (auto made = MakeFolders(ParentOf(path)); !made) return made;
    if (auto written = WriteNewFile(path, file.bytes); !written) return written;
  }
  return {};
}

Result<void> MoveNew(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  // Some file systems cannot promise it; nothing was there a moment ago.
  if (errno == EINVAL && !Exists(to) && ::rename(from.c_str(), to.c_str()) == 0) return {};
  return SystemFailure("cannot make '" + to + "'", errno);
}

// Moves what lies in `staging` into `root`, entry by entry, the marker last: until that is there,
// it is no workspace. Takes back what it moved if one step fails.
Result<void> MoveIn(const std::string& staging, const std::string& root,
                    const std::vector<WorkspaceFile>& files) {
  std::vector<std::string> moved;
  for (const WorkspaceFile& file : files) {
    // Files that yield go one by one, since their folder may be the user's.
    const std::string path = file.yields ? file.path : EntryOf(file.path);
    const std::string source = Below(staging, path), target = Below(root, path);
    if (!Exists(source)) continue;  // went with its folder
    const std::string folder = ParentOf(target);
    if (!Exists(folder) && ::mkdir(folder.c_str(), 0755) == 0) moved.push_back(folder);
    auto done = MoveNew(source, target);
    if (!done) {
      for (auto it = moved.rbegin(); it != moved.rend(); ++it) RemoveTree(*it);
      return done;
    }
    moved.push_back(target);
  }
  return {};
}

}  // namespace

Result<InitOutcome> InitWorkspace(const std::string& dir, const std::vector<WorkspaceTask>& tasks,
                                  const WorkspaceSettings& settings) {
  auto root = RootOf(dir);
  if (!root) return tl::unexpected(root.error());
  if (auto ok = CheckPlace(*root); !ok) return tl::unexpected(ok.error());
  std::vector<WorkspaceFile> files = WorkspaceFilesFor(*root, tasks, settings);
  if (auto ok = CheckConflicts(*root, files); !ok) return tl::unexpected(ok.error());

  InitOutcome outcome;
  outcome.root = *root;
  const auto stays = [&](const WorkspaceFile& file) {
    return file.yields && Exists(*root + "/" + file.path);
  };
  for (const WorkspaceFile& file : files)
    (stays(file) ? outcome.kept : outcome.made).push_back(file.path);
  files.erase(std::remove_if(files.begin(), files.end(), stays), files.end());
  std::sort(outcome.made.begin(), outcome.made.end());
  std::sort(outcome.kept.begin(), outcome.kept.end());

  // A new folder appears whole, by one rename; one that is there is filled entry by entry.
  const bool fresh = !Exists(*root);
  auto staging = PrivateFolder::Make(fresh ? ParentOf(*root) : *root, ".golab-init-");
  if (!staging) return tl::unexpected(staging.error());
  if (auto written = WriteAll(staging->path(), files); !written)
    return tl::unexpected(written.error());
  if (!fresh) {
    if (auto moved = MoveIn(staging->path(), *root, files); !moved)
      return tl::unexpected(moved.error());
    return outcome;
  }
  ::chmod(staging->path().c_str(), 0755);
  if (auto moved = MoveNew(staging->path(), *root); !moved) return tl::unexpected(moved.error());
  staging->Release();
  return outcome;
}

std::string FindWorkspace(const std::string& from) {
  std::string folder = Resolved(from);
  while (!folder.empty()) {
    if (HasMarker(folder)) return folder;
    if (folder == "/") break;
    folder = ParentOf(folder);
  }
  return "";
}

Result<Subject> ResolveIn(const std::string& dir, const std::string& task_id) {
  const std::string folder = Resolved(dir);
  if (folder.empty() || !IsFolder(folder)) {
    return Usage("'" + dir + "' is " + (folder.empty() ? "not there" : "not a folder"));
  }
  if (HasMarker(folder)) return Subject{folder + "/" + task_id, folder};
  if (IsFolder(folder + "/" + task_id)) return Subject{folder + "/" + task_id, ""};
  const std::string parent = ParentOf(folder), name = BaseOf(folder);
  const bool in_workspace = HasMarker(parent);
  const std::vector<std::string> ids = TaskFiles::Ids();
  if (in_workspace && name != task_id && std::binary_search(ids.begin(), ids.end(), name)) {
    return Usage("'" + dir + "' is the folder of " + name + ", not of " + task_id);
  }
  return Subject{folder, in_workspace && name == task_id ? parent : ""};
}

bool IsStillStarter(const std::string& task_dir, const std::string& task_id) {
  const std::vector<TaskFile> starter = TaskFiles::In(task_id, "starter");
  for (const TaskFile& file : starter) {
    auto bytes = ReadFile(task_dir + "/" + std::string(file.path), file.bytes.size());
    if (!bytes || *bytes != file.bytes) return false;
  }
  auto names = ListFolder(task_dir);
  if (!names) return false;
  return std::all_of(names->begin(), names->end(), [&](const std::string& name) {
    return !IsSource(name) || name[0] == '.' ||
           std::any_of(starter.begin(), starter.end(),
                       [&](const TaskFile& file) { return file.path == name; });
  });
}

}  // namespace golab::lab
