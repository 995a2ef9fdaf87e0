#include <sys/wait.h>

#include <algorithm>
#include <set>

#include "lab/program/command.h"
#include "lab/program/files.h"
#include "lab/workspace/workspace.h"

namespace golab::lab {
namespace {

constexpr char kFolders[] = "/usr/local/bin:/usr/bin:/bin";

// One file of each side; /dev/null where a side has none.
Result<std::string> DiffFile(const std::string& diff, const std::string& folder,
                             const std::string& name, bool in_submission, bool in_reference) {
  SpawnSpec spec;
  spec.path = diff;
  spec.argv = {"diff",
               "-u",
               "--label",
               in_submission ? "yours/" + name : "/dev/null",
               "--label",
               in_reference ? "reference/" + name : "/dev/null",
               "--",
               in_submission ? "yours/" + name : "/dev/null",
               in_reference ? "reference/" + name : "/dev/null"};
  spec.folder = folder;
  spec.environment = {"LC_ALL=C.UTF-8"};
  CommandLimits limits;
  limits.output_bytes = 8 << 20;
  auto result = RunCommand(std::move(spec), limits);
  if (!result) return tl::unexpected(result.error());
  // 0: the same; 1: different; 2: trouble.
  if (!WIFEXITED(result->wait_status) || WEXITSTATUS(result->wait_status) > 1) {
    return Failure({.what = "diff failed", .why = result->output});
  }
  return std::move(result->output);
}

}  // namespace

Result<DiffOutcome> DiffTask(const Subject& subject, const std::string& task_id) {
  Sources reference;
  for (const TaskFile& file : TaskFiles::In(task_id, "solution")) {
    if (IsPlainName(file.path)) reference.Put({std::string(file.path), std::string(file.bytes)});
  }
  if (reference.files.empty()) {
    return Failure(
        {.what = "there is no reference for '" + task_id + "'", .exit_class = ExitClass::kUsage});
  }
  auto submission = ReadSources(subject.dir);
  if (!submission) return tl::unexpected(submission.error());
  const std::string diff = FindExecutable("diff", kFolders);
  if (diff.empty()) {
    return Failure(
        {.what = "diff is not installed", .what_to_do = "on Debian: apt-get install diffutils"});
  }
  auto folder = PrivateFolder::Make("", "golab-diff-");
  if (!folder) return tl::unexpected(folder.error());
  for (const auto& [name, sources] :
       {std::pair<const char*, const Sources*>{"/yours", &*submission},
        {"/reference", &reference}}) {
    if (auto made = MakeFolders(folder->path() + name); !made) return tl::unexpected(made.error());
    if (auto written = WriteSources(*sources, folder->path() + name); !written)
      return tl::unexpected(written.error());
  }
  std::set<std::string> names;
  for (const SourceFile& file : submission->files) names.insert(file.name);
  for (const SourceFile& file : reference.files) names.insert(file.name);
  DiffOutcome outcome;
  for (const std::string& name : names) {
    auto text = DiffFile(diff, folder->path(), name, submission->Find(name) != nullptr,
                         reference.Find(name) != nullptr);
    if (!text) return tl::unexpected(text.error());
    outcome.text += *text;
  }
  outcome.same = outcome.text.empty();
  return outcome;
}

}  // namespace golab::lab
