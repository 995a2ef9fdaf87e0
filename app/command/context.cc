#include "app/command/context.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "lab/workspace/workspace.h"

namespace golab::app {

using lab::ExitClass;
using lab::Failure;

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread yet
  return value == nullptr ? "" : value;
}

std::string Locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (std::string value = Environment(name); !value.empty()) return value;
  }
  return "";
}

lab::Style StyleOf(const Arguments& arguments) {
  lab::Terminal terminal;
  terminal.is_terminal = ::isatty(STDOUT_FILENO) != 0;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.columns = size.ws_col;
  terminal.term = Environment("TERM");
  terminal.locale = Locale();
  terminal.no_color = !Environment("NO_COLOR").empty();
  terminal.plain = arguments.Has("plain") || Environment("GOLAB_PLAIN") == "1";
  terminal.ascii = arguments.Has("ascii");
  terminal.detail = arguments.Has("quiet") ? -1 : arguments.Has("verbose") ? 1 : 0;
  return lab::StyleFor(terminal);
}

std::string CurrentFolder() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

}  // namespace

bool IsGrading() {
  return Environment("GOLAB_GRADING") == "1";
}

Context::Context(const Arguments& the_arguments)
    : arguments(the_arguments), style(StyleOf(the_arguments)) {}

bool Context::stderr_shows_progress() const {
  return ::isatty(STDERR_FILENO) != 0 && style.detail >= 0 && !style.plain;
}

lab::Result<const lab::Catalogue*> Context::Catalogue() {
  if (!catalogue_) {
    auto catalogue = lab::LoadCatalogue(arguments.Get("labs"));
    if (!catalogue) return tl::unexpected(catalogue.error());
    catalogue_ = std::move(*catalogue);
  }
  return &*catalogue_;
}

lab::Result<const lab::Task*> Context::Task(const std::string& id) {
  auto catalogue = Catalogue();
  if (!catalogue) return tl::unexpected(catalogue.error());
  return (*catalogue)->Get(TaskWord(id));
}

lab::Result<std::vector<const lab::Task*>> Context::Tasks(const std::vector<std::string>& words) {
  auto catalogue = Catalogue();
  if (!catalogue) return tl::unexpected(catalogue.error());
  std::vector<const lab::Task*> wanted;
  for (const std::string& word : words) {
    if (word == "all" || word == "required") {
      for (const lab::Task& task : (*catalogue)->tasks) {
        if (word == "all" || task.required) wanted.push_back(&task);
      }
      continue;
    }
    auto task = (*catalogue)->Get(TaskWord(word));
    if (!task) return tl::unexpected(task.error());
    wanted.push_back(*task);
  }
  std::vector<const lab::Task*> tasks;
  for (const lab::Task& task : (*catalogue)->tasks) {
    if (std::find(wanted.begin(), wanted.end(), &task) != wanted.end()) tasks.push_back(&task);
  }
  return tasks;
}

lab::Result<lab::JudgedSubject> Context::SubjectFor(const std::string& task_id) const {
  if (arguments.Has("in")) {
    const std::string in = arguments.Get("in");
    auto subject = lab::ResolveIn(in, task_id);
    if (!subject) return tl::unexpected(subject.error());
    return lab::JudgedSubject{subject->dir, in, in};
  }
  const std::string workspace = lab::FindWorkspace(CurrentFolder());
  if (!workspace.empty()) {
    auto subject = lab::ResolveIn(workspace, task_id);
    if (!subject) return tl::unexpected(subject.error());
    return lab::JudgedSubject{subject->dir, task_id, ""};
  }
  if (IsGrading()) {
    return Failure({.what = "no submission to judge",
                    .why = "GOLAB_GRADING=1 asks for one, and this is no workspace",
                    .what_to_do = "--in DIR names one",
                    .exit_class = ExitClass::kUsage});
  }
  return lab::JudgedSubject{"", "reference", ""};
}

lab::Result<lab::JudgedSubject> Context::FilesOf(const std::string& task_id) const {
  auto subject = SubjectFor(task_id);
  if (!subject || !subject->IsReference()) return subject;
  return Failure({.what = "this is no workspace",
                  .what_to_do = "golab init DIR makes one, --in DIR names one",
                  .exit_class = ExitClass::kUsage});
}

lab::Result<const lab::Builder*> Context::TheBuilder() {
  if (!builder_) {
    auto toolchain = lab::FindToolchain();
    if (!toolchain) return tl::unexpected(toolchain.error());
    builder_.emplace(std::move(*toolchain));
  }
  return &*builder_;
}

const char* Version() {
  return GOLAB_VERSION;
}

ExitStatus Complain(const lab::Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "golab: %s\n", error.Text().c_str());
  switch (error.exit_class) {
    case ExitClass::kUsage:
      return ExitStatus::kUsage;
    case ExitClass::kBuild:
      return ExitStatus::kNotBuilt;
    case ExitClass::kInternal:
      return ExitStatus::kInternal;
  }
  return ExitStatus::kInternal;
}

ExitStatus SayInterrupted() {
  std::fflush(stdout);
  std::fputs("golab: interrupted; nothing is judged\n", stderr);
  return ExitStatus::kInterrupted;
}

std::string TaskWord(const std::string& word) {
  return word.size() > 1 && word.ends_with('/') ? word.substr(0, word.size() - 1) : word;
}

std::string TaskHere() {
  const std::string here = CurrentFolder();
  const std::string workspace = lab::FindWorkspace(here);
  if (workspace.empty()) return "";
  const auto below = std::filesystem::path(here).lexically_relative(workspace);
  const std::string first = below.empty() ? "" : below.begin()->string();
  std::error_code error;
  const bool is_task =
      !first.empty() && first != "." && first != ".." &&
      std::filesystem::exists(std::filesystem::path(workspace) / first / "README.md", error);
  return is_task ? first : "";
}

ExitStatus StatusOf(const lab::Report& report) {
  bool failed = false, not_built = false;
  for (const lab::TaskReport& task : report.tasks) {
    failed |= task.outcome == lab::Outcome::kFail || task.outcome == lab::Outcome::kError ||
              (task.outcome == lab::Outcome::kSkip && (task.attempted || task.required));
    not_built |= task.root == task.id + ".builds";
  }
  return not_built ? ExitStatus::kNotBuilt : failed ? ExitStatus::kFailed : ExitStatus::kPassed;
}

lab::Result<std::map<std::string, std::string>> ParamsFor(const lab::Task& task,
                                                          const Arguments& arguments) {
  std::map<std::string, std::string> params;
  for (const lab::Parameter& parameter : task.parameters) {
    if (!arguments.Has(parameter.name)) continue;
    const std::string value = arguments.Get(parameter.name);
    const std::string complaint = parameter.Complaint(value);
    if (!complaint.empty()) {
      return Failure({.what = "--" + parameter.name + " " + complaint,
                      .what_to_do = "golab run " + task.id + " --help",
                      .exit_class = ExitClass::kUsage});
    }
    params[parameter.name] = value;
  }
  return params;
}

std::vector<Option> ParameterOptions(const std::vector<const lab::Task*>& tasks) {
  std::vector<Option> options;
  for (const lab::Task* task : tasks) {
    for (const lab::Parameter& parameter : task->parameters) {
      const bool known = std::any_of(options.begin(), options.end(), [&](const Option& option) {
        return option.name == parameter.name;
      });
      if (known) continue;
      const bool is_switch = parameter.type == lab::Parameter::Type::kBool;
      std::string help = parameter.help;
      if (!is_switch) help += " (" + parameter.default_value + ")";
      const char* value = is_switch                                           ? ""
                          : parameter.type == lab::Parameter::Type::kDuration ? "D"
                                                                              : "N";
      options.push_back({parameter.name, value, std::move(help)});
    }
  }
  return options;
}

}  // namespace golab::app
