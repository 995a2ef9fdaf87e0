// golab init, reset, diff: a student's folder.

#include <cstdio>

#include "app/command/commands.h"
#include "lab/judge/replay.h"
#include "lab/workspace/workspace.h"

namespace golab::app {

namespace {

std::string ParentOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

lab::Subject AsSubject(const lab::JudgedSubject& judged) {
  return {judged.dir, lab::FindWorkspace(judged.dir)};
}

}  // namespace

ExitStatus RunInit(Context& context) {
  auto catalogue = context.Catalogue();
  if (!catalogue) return Complain(catalogue.error());
  auto builder = context.TheBuilder();
  if (!builder) return Complain(builder.error());
  const lab::Toolchain& toolchain = (*builder)->toolchain();
  lab::WorkspaceSettings settings;
  settings.golab_version = Version();
  settings.include_dir = toolchain.include_dir;
  settings.prefix = ParentOf(ParentOf(toolchain.plain.library));
  settings.compiler = toolchain.compiler;
  std::vector<lab::WorkspaceTask> tasks;
  for (const lab::Task& task : (*catalogue)->tasks) {
    if (!lab::TaskFiles::In(task.id, "starter").empty()) tasks.push_back({task.id, task.title});
  }
  const std::string dir = context.arguments.positional.front();
  auto made = lab::InitWorkspace(dir, tasks, settings);
  if (!made) return Complain(made.error());
  if (context.style.detail < 0) return ExitStatus::kPassed;
  std::printf("'%s' is ready: %zu tasks, %zu files\n", dir.c_str(), tasks.size(),
              made->made.size());
  for (const std::string& kept : made->kept) std::printf("  kept your own %s\n", kept.c_str());
  const std::string first = tasks.empty() ? "task1" : tasks.front().id;
  std::printf("next: cd %s; golab show %s; golab check %s\n", lab::ShellWord(dir).c_str(),
              first.c_str(), first.c_str());
  return ExitStatus::kPassed;
}

ExitStatus RunReset(Context& context) {
  auto task = context.Task(context.arguments.positional.front());
  if (!task) return Complain(task.error());
  auto subject = context.FilesOf((*task)->id);
  if (!subject) return Complain(subject.error());
  auto reset = lab::ResetTask(AsSubject(*subject), (*task)->id);
  if (!reset) return Complain(reset.error());
  std::printf("%s is the starter again", (*task)->id.c_str());
  if (!reset->backup.empty()) std::printf("; what was there is in '%s'", reset->backup.c_str());
  std::printf("\n");
  return ExitStatus::kPassed;
}

ExitStatus RunDiff(Context& context) {
  auto task = context.Task(context.arguments.positional.front());
  if (!task) return Complain(task.error());
  auto subject = context.FilesOf((*task)->id);
  if (!subject) return Complain(subject.error());
  auto diff = lab::DiffTask(AsSubject(*subject), (*task)->id);
  if (!diff) return Complain(diff.error());
  if (diff->same) {
    std::printf("%s is the reference\n", (*task)->id.c_str());
  } else {
    std::fputs(diff->text.c_str(), stdout);
  }
  return ExitStatus::kPassed;
}

}  // namespace golab::app
