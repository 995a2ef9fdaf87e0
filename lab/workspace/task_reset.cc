#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "lab/program/files.h"
#include "lab/workspace/workspace.h"

namespace golab::lab {
namespace {

bool Exists(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0;
}

// A new folder of the first free number.
Result<std::string> MakeBackupFolder(const Subject& subject, const std::string& task_id) {
  std::string stem = subject.dir + ".backup-";
  if (!subject.workspace.empty()) {
    const std::string folder = subject.workspace + "/.golab/backup";
    if (auto made = MakeFolders(folder); !made) return tl::unexpected(made.error());
    stem = folder + "/" + task_id + "-";
  }
  for (int n = 1; n < 100'000; ++n) {
    const std::string path = stem + std::to_string(n);
    if (::mkdir(path.c_str(), 0755) == 0) return path;
    if (errno != EEXIST) return SystemFailure("cannot make the folder '" + path + "'", errno);
  }
  return Failure(
      {.what = "there are too many backups '" + stem + "N'", .what_to_do = "remove some"});
}

// Names in the task's folder that reset takes away: starter files that were changed, further
// sources.
std::vector<std::string> ChangedFiles(const std::string& dir,
                                      const std::vector<TaskFile>& starter) {
  std::vector<std::string> changed;
  for (const TaskFile& file : starter) {
    const std::string path(file.path);
    if (!Exists(Below(dir, path))) continue;
    auto bytes = ReadFile(Below(dir, path), file.bytes.size());
    if (!bytes || *bytes != file.bytes) changed.push_back(path);
  }
  auto names = ListFolder(dir);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    const bool from_starter = std::any_of(starter.begin(), starter.end(),
                                          [&](const TaskFile& f) { return f.path == name; });
    if (IsSource(name) && name[0] != '.' && !from_starter) changed.push_back(name);
  }
  return changed;
}

// Moved, not copied: at no moment is there no file with the student's text.
Result<void> MoveToBackup(const std::string& dir, const std::vector<std::string>& names,
                          const std::string& backup) {
  for (const std::string& name : names) {
    const std::string source = Below(dir, name), target = Below(backup, name);
    if (auto made = MakeFolders(target.substr(0, target.rfind('/'))); !made) return made;
    if (::rename(source.c_str(), target.c_str()) != 0) {
      return SystemFailure("cannot move to '" + target + "'", errno);
    }
  }
  return {};
}

Result<bool> RestoreMissing(const std::string& path, std::string_view bytes) {
  if (Exists(path)) return false;
  if (auto made = MakeFolders(path.substr(0, path.rfind('/'))); !made)
    return tl::unexpected(made.error());
  if (auto written = ReplaceFile(path, bytes); !written) return tl::unexpected(written.error());
  return true;
}

}  // namespace

Result<ResetOutcome> ResetTask(const Subject& subject, const std::string& task_id) {
  const std::vector<TaskFile> starter = TaskFiles::In(task_id, "starter");
  if (starter.empty()) {
    return Failure(
        {.what = "there is no starter for '" + task_id + "'", .exit_class = ExitClass::kUsage});
  }
  ResetOutcome outcome;
  if (auto made = MakeFolders(subject.dir); !made) return tl::unexpected(made.error());
  if (const auto changed = ChangedFiles(subject.dir, starter); !changed.empty()) {
    auto backup = MakeBackupFolder(subject, task_id);
    if (!backup) return tl::unexpected(backup.error());
    if (auto moved = MoveToBackup(subject.dir, changed, *backup); !moved)
      return tl::unexpected(moved.error());
    outcome.backup = *backup;
  }
  for (const TaskFile& file : starter) {
    auto restored = RestoreMissing(subject.dir + "/" + std::string(file.path), file.bytes);
    if (!restored) return tl::unexpected(restored.error());
    if (*restored) outcome.restored.emplace_back(file.path);
  }
  if (const std::string_view readme = TaskFiles::Bytes(task_id, "README.md");
      readme.data() != nullptr) {
    auto restored = RestoreMissing(subject.dir + "/README.md", readme);
    if (!restored) return tl::unexpected(restored.error());
    if (*restored) outcome.restored.emplace_back("README.md");
  }
  std::sort(outcome.restored.begin(), outcome.restored.end());
  return outcome;
}

}  // namespace golab::lab
