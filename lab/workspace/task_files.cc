#include "lab/workspace/task_files.h"

#include <map>

namespace golab::lab {
namespace {

// Made at its first use, which may be in an initialiser of another file.
std::map<std::string, TaskFileTable, std::less<>>& Tables() {
  static std::map<std::string, TaskFileTable, std::less<>> tables;
  return tables;
}

}  // namespace

bool TaskFiles::Add(const char* task_id, TaskFileTable table) {
  return Tables().emplace(task_id, table).second;
}

std::vector<TaskFile> TaskFiles::Of(std::string_view task_id) {
  const auto it = Tables().find(task_id);
  if (it == Tables().end()) return {};
  return {it->second.files, it->second.files + it->second.count};
}

std::vector<TaskFile> TaskFiles::In(std::string_view task_id, std::string_view folder) {
  const std::string prefix = std::string(folder) + "/";
  std::vector<TaskFile> files;
  for (TaskFile file : Of(task_id)) {
    if (file.path.substr(0, prefix.size()) != prefix) continue;
    file.path.remove_prefix(prefix.size());
    files.push_back(file);
  }
  return files;
}

std::string_view TaskFiles::Bytes(std::string_view task_id, std::string_view path) {
  for (const TaskFile& file : Of(task_id)) {
    if (file.path == path) return file.bytes;
  }
  return {};
}

std::vector<std::string> TaskFiles::Ids() {
  std::vector<std::string> ids;
  for (const auto& [id, table] : Tables()) ids.push_back(id);
  return ids;
}

}  // namespace golab::lab
