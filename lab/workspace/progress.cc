#include "lab/workspace/progress.h"

#include <cstdint>
#include <cstdio>
#include <map>
#include <sstream>

#include "lab/program/files.h"
#include "lab/program/sources.h"
#include "lab/workspace/workspace.h"

namespace golab::lab {
namespace {

std::string FileOf(const std::string& workspace) {
  return workspace + "/.golab/done";
}

/// Lines "task1 9f86d081884c7d65".
std::map<std::string, std::string> Read(const std::string& workspace) {
  std::map<std::string, std::string> passed;
  const auto bytes = ReadFile(FileOf(workspace), 1 << 16);
  if (!bytes) return passed;
  std::istringstream lines(*bytes);
  for (std::string task, hash; lines >> task >> hash;) passed[task] = hash;
  return passed;
}

/// FNV-1a over names and bytes; empty if they cannot be read. Tells versions apart, and is no seal.
std::string HashOf(const std::string& task_dir) {
  const auto sources = ReadSources(task_dir);
  if (!sources) return "";
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto take = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ 0x100) * 0x100000001b3;  // no byte: where one text ends
  };
  for (const SourceFile& file : sources->files) {
    take(file.name);
    take(file.bytes);
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace

bool IsBegun(const std::string& task_dir, const std::string& task_id) {
  return ListFolder(task_dir).has_value() && !IsStillStarter(task_dir, task_id);
}

TaskState StateOf(const std::string& workspace, const std::string& task_id) {
  const std::string dir = Below(workspace, task_id);
  if (!IsBegun(dir, task_id)) return TaskState::kStarter;
  const auto passed = Read(workspace);
  const auto it = passed.find(task_id);
  if (it == passed.end()) return TaskState::kBegun;
  return it->second == HashOf(dir) ? TaskState::kDone : TaskState::kChanged;
}

void RememberOutcome(const std::string& workspace, const std::string& task_id, bool passed) {
  const std::string hash = HashOf(Below(workspace, task_id));
  if (hash.empty()) return;
  auto all = Read(workspace);
  const auto it = all.find(task_id);
  const std::string before = it == all.end() ? "" : it->second;
  if (passed) {
    all[task_id] = hash;
  } else if (before == hash) {
    all.erase(it);
  }
  if ((passed && before == hash) || (!passed && before != hash)) return;
  std::string text;
  for (const auto& [id, value] : all) text += id + " " + value + "\n";
  if (!MakeFolders(workspace + "/.golab")) return;
  (void)ReplaceFile(FileOf(workspace), text);
}

}  // namespace golab::lab
