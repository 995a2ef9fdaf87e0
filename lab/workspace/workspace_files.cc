#include "lab/workspace/workspace_files.h"

#include <cstdio>
#include <string_view>

namespace golab::lab {
namespace {

// As JSON and as TOML: both read "...", with the same escapes for what can be in a path.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// A CMake bracket argument: nothing in it is special.
std::string Bracketed(const std::string& text) {
  return "[==[" + text + "]==]";
}

std::string Replaced(std::string_view text,
                     const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string result;
  while (!text.empty()) {
    const std::size_t at = text.find('@');
    result += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    std::string_view name = "@";
    std::string value = "@";
    for (const auto& [key, replacement] : values) {
      if (text.substr(0, key.size()) == key) {
        name = key;
        value = replacement;
      }
    }
    result += value;
    text.remove_prefix(name.size());
  }
  return result;
}

constexpr std::string_view kMarker =
    R"(# This folder is a golab workspace: golab finds it from every folder inside.
format = 1
golab = @VERSION@
)";

constexpr std::string_view kReadme = R"(# Goroutine lab

One folder a task. Its README.md says what to do; the other files are yours.

    golab show task1      what the task asks
    golab run task1       watch it happen
    golab check task1     is it right, and if not, why
    golab hint task1      one hint at a time, three in all
    golab explain join    a word of a verdict
    golab reset task1     start again; your files are kept in .golab/backup
    golab diff task1      how yours differs from the reference

To step through a program: `cmake -B build && cmake --build build`, then `gdb build/task1`. In it, `info goroutines`
lists the goroutines, `goroutine 6 bt` shows where number 6 is, `goroutine all bt` where all are. gdb loads these
commands once ~/.config/gdb/gdbinit has the line `add-auto-load-safe-path @PREFIX@`.

| task | |
|---|---|
@TASKS@)";

constexpr std::string_view kGitignore = R"(/build/
/.golab/
/compile_commands.json
)";

constexpr std::string_view kClangd = R"(CompileFlags:
  CompilationDatabase: .
Diagnostics:
  # clang before 16 refuses [=] of names from auto [a, b] = ..., which is right in C++20.
  Suppress: [reference_to_local_in_enclosing_context]
)";

constexpr std::string_view kCMakeLists =
    R"(# Builds each task's folder into a program of its own, without golab's checks:
#   cmake -B build && cmake --build build && gdb build/task1
cmake_minimum_required(VERSION 3.18)
project(golab_workspace LANGUAGES CXX)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug)
endif()

# Where golab is, if it moved: cmake -B build -DGOLAB_PREFIX=...
if(DEFINED ENV{GOLAB_PREFIX})
  set(GOLAB_PREFIX "$ENV{GOLAB_PREFIX}" CACHE PATH "Where golab is installed or built")
endif()
set(GOLAB_PREFIX @PREFIX@ CACHE PATH "Where golab is installed or built")
find_package(golab QUIET CONFIG PATHS "${GOLAB_PREFIX}")
if(NOT TARGET golab::runtime)
  find_path(GOLAB_INCLUDE_DIR golab/golab.h HINTS "${GOLAB_PREFIX}/include" @INCLUDE@)
  find_library(GOLAB_LIBRARY golab HINTS "${GOLAB_PREFIX}/lib" "${GOLAB_PREFIX}")
  if(NOT GOLAB_INCLUDE_DIR OR NOT GOLAB_LIBRARY)
    message(FATAL_ERROR "golab is not in '${GOLAB_PREFIX}': cmake -B build -DGOLAB_PREFIX=...")
  endif()
  add_library(golab::runtime SHARED IMPORTED)
  set_target_properties(golab::runtime PROPERTIES IMPORTED_LOCATION "${GOLAB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${GOLAB_INCLUDE_DIR}" INTERFACE_COMPILE_OPTIONS -fno-omit-frame-pointer)
endif()

file(GLOB folders LIST_DIRECTORIES true RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" [a-zA-Z]*)
foreach(task IN LISTS folders)
  file(GLOB sources CONFIGURE_DEPENDS ${task}/*.cc ${task}/*.cpp ${task}/*.cxx)
  if(sources AND EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${task}/README.md")
    add_executable(${task} ${sources})
    target_compile_options(${task} PRIVATE -Wall)
    target_link_libraries(${task} PRIVATE golab::runtime)
  endif()
endforeach()
)";

// golab's report names a place as "  main.cc:12 | source"; the line above it, or the one above
// that, is the verdict.
constexpr std::string_view kTasksJson = R"({
  "version": "2.0.0",
  "tasks": [
    {
      "label": "golab: check this task",
      "type": "process",
      "command": @GOLAB@,
      "args": ["check", "${fileDirnameBasename}", "--plain"],
      "options": {"cwd": "${workspaceFolder}"},
      "group": {"kind": "test", "isDefault": true},
      "presentation": {"clear": true},
      "problemMatcher": [@MATCHERS@]
    },
    {
      "label": "golab: run this task",
      "type": "process",
      "command": @GOLAB@,
      "args": ["run", "${fileDirnameBasename}"],
      "options": {"cwd": "${workspaceFolder}"},
      "problemMatcher": []
    },
    {
      "label": "build this task for gdb",
      "type": "shell",
      "command": "cmake -B build && cmake --build build --target ${fileDirnameBasename}",
      "options": {"cwd": "${workspaceFolder}"},
      "group": {"kind": "build", "isDefault": true},
      "problemMatcher": ["$gcc"]
    }
  ]
}
)";

constexpr std::string_view kMatcher = R"(
        {
          "owner": "golab@N@",
          "source": "golab",
          "severity": "error",
          "fileLocation": ["relative", "${fileDirname}"],
          "pattern": [
            {"regexp": "^(?:FAIL|ERROR) +(\\S+): (.*)$", "code": 1, "message": 2},@BETWEEN@
            {"regexp": "^  ([\\w.-]+):(\\d+) +\\|", "file": 1, "line": 2}
          ]
        })";

constexpr std::string_view kLaunchJson = R"({
  "version": "0.2.0",
  "configurations": [
    {
      "name": "this task under gdb",
      "type": "cppdbg",
      "request": "launch",
      "program": "${workspaceFolder}/build/${fileDirnameBasename}",
      "cwd": "${fileDirname}",
      "preLaunchTask": "build this task for gdb",
      "MIMode": "gdb",
      "setupCommands": [
        {"text": @SAFE_PATH@},
        {"text": "-enable-pretty-printing"},
        {"text": "-interpreter-exec console \"handle SIGURG nostop noprint pass\""}
      ]
    }
  ]
}
)";

std::string TasksJson(const WorkspaceSettings& settings) {
  const std::string adjacent = Replaced(kMatcher, {{"@N@", ""}, {"@BETWEEN@", ""}});
  const std::string one_between = Replaced(
      kMatcher, {{"@N@", "-2"},
                 {"@BETWEEN@", "\n            {\"regexp\": \"^  (?![\\\\w.-]+:\\\\d+ ).*$\"},"}});
  return Replaced(kTasksJson, {{"@GOLAB@", Quoted(settings.golab)},
                               {"@MATCHERS@", adjacent + "," + one_between + "\n      "}});
}

std::string CompileCommands(const std::string& root, const std::vector<WorkspaceFile>& files,
                            const WorkspaceSettings& settings) {
  std::string text = "[";
  for (const WorkspaceFile& file : files) {
    const std::size_t slash = file.path.find('/');
    if (slash == std::string::npos || !IsUnit(file.path)) continue;
    text += text.size() == 1 ? "\n" : ",\n";
    text += "  {\"directory\": " + Quoted(root + "/" + file.path.substr(0, slash)) +
            ", \"file\": " + Quoted(file.path.substr(slash + 1)) + ", \"arguments\": [" +
            Quoted(settings.compiler) + ", \"-std=c++20\", \"-Wall\", \"-I\", " +
            Quoted(settings.include_dir) + ", \"-c\", " + Quoted(file.path.substr(slash + 1)) +
            "]}";
  }
  return text + "\n]\n";
}

}  // namespace

std::vector<WorkspaceFile> WorkspaceFilesFor(const std::string& root,
                                             const std::vector<WorkspaceTask>& tasks,
                                             const WorkspaceSettings& settings) {
  std::vector<WorkspaceFile> files;
  std::string table;
  for (const WorkspaceTask& task : tasks) {
    table += "| `" + task.id + "` | " + task.title + " |\n";
    const std::string_view readme = TaskFiles::Bytes(task.id, "README.md");
    files.push_back({task.id + "/README.md", std::string(readme), false});
    for (const TaskFile& file : TaskFiles::In(task.id, "starter")) {
      files.push_back({task.id + "/" + std::string(file.path), std::string(file.bytes), false});
    }
  }
  const std::string commands = CompileCommands(root, files, settings);
  files.push_back(
      {"README.md", Replaced(kReadme, {{"@TASKS@", table}, {"@PREFIX@", settings.prefix}}), true});
  files.push_back({".gitignore", std::string(kGitignore), true});
  files.push_back({".clangd", std::string(kClangd), true});
  files.push_back({"CMakeLists.txt",
                   Replaced(kCMakeLists, {{"@PREFIX@", Bracketed(settings.prefix)},
                                          {"@INCLUDE@", Bracketed(settings.include_dir)}}),
                   false});
  files.push_back({".vscode/tasks.json", TasksJson(settings), true});
  const std::string safe_path = Quoted("add-auto-load-safe-path " + settings.prefix);
  files.push_back(
      {".vscode/launch.json", Replaced(kLaunchJson, {{"@SAFE_PATH@", safe_path}}), true});
  files.push_back({"compile_commands.json", commands, true});
  files.push_back({kWorkspaceMarker,
                   Replaced(kMarker, {{"@VERSION@", Quoted(settings.golab_version)}}), false});
  return files;
}

}  // namespace golab::lab
