#include "app/command/hint_state.h"

#include <cstdlib>
#include <map>
#include <sstream>

#include "lab/program/files.h"

namespace golab::app {
namespace {

/// Lines "task1 2".
std::map<std::string, int> Read(const std::string& file) {
  std::map<std::string, int> shown;
  const auto bytes = lab::ReadFile(file, 1 << 16);
  if (!bytes) return shown;
  std::istringstream lines(*bytes);
  std::string task;
  for (int count; lines >> task >> count;) shown[task] = count;
  return shown;
}

std::string StateFolder() {
  const char* state =
      std::getenv("XDG_STATE_HOME");  // NOLINT(concurrency-mt-unsafe): one thread yet
  if (state != nullptr && state[0] == '/') return std::string(state) + "/golab";
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): one thread yet
  return std::string(home == nullptr ? "/tmp" : home) + "/.local/state/golab";
}

}  // namespace

std::string HintFile(const std::string& workspace) {
  return (workspace.empty() ? StateFolder() : workspace + "/.golab") + "/hints";
}

int HintsShown(const std::string& file, const std::string& task) {
  const auto shown = Read(file);
  const auto it = shown.find(task);
  return it == shown.end() || it->second < 0 ? 0 : it->second;
}

void SetHintsShown(const std::string& file, const std::string& task, int count) {
  auto shown = Read(file);
  shown[task] = count;
  std::string text;
  for (const auto& [id, number] : shown) text += id + " " + std::to_string(number) + "\n";
  if (!lab::MakeFolders(file.substr(0, file.rfind('/')))) return;
  (void)lab::ReplaceFile(file, text);
}

}  // namespace golab::app
