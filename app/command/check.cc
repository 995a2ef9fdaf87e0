// golab check: judges tasks under many schedules.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <thread>

#include "app/command/commands.h"
#include "app/command/html_output.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/progress.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/block.h"
#include "lab/judge/judge_tasks.h"
#include "lab/program/files.h"
#include "lab/report/formats.h"
#include "lab/trace/go_trace_of.h"
#include "lab/workspace/progress.h"
#include "lab/workspace/workspace.h"

namespace golab::app {

using lab::ExitClass;
using lab::Failure;
using lab::Outcome;

namespace {

constexpr long kMostSeeds = 1'000'000;

struct CheckRequest {
  std::vector<const lab::Task*> tasks;
  lab::JudgeOptions judge;
  const lab::Format* format = nullptr;  ///< null: for people
};

lab::Result<const lab::Format*> FormatOf(const std::string& name) {
  if (name.empty() || name == "terminal") return nullptr;
  if (const lab::Format* format = lab::FindFormat(name)) return format;
  std::vector<std::string> names = {"terminal"};
  for (const lab::Format& format : lab::Formats()) names.emplace_back(format.name);
  return Failure({.what = "no format '" + name + "'" + lab::DidYouMean(name, names),
                  .what_to_do = "golab check --help lists them",
                  .exit_class = ExitClass::kUsage});
}

/// --variation and --only name something of each task, or of one at least.
lab::Result<void> CheckNames(const CheckRequest& request) {
  const std::string& variation = request.judge.lanes.variation;
  const std::string& only = request.judge.only;
  std::vector<std::string> variations, checks;
  bool has_variation = variation.empty(), has_check = only.empty();
  for (const lab::Task* task : request.tasks) {
    for (const lab::Variation& one : task->variations) variations.push_back(one.id);
    has_variation |= task->FindVariation(variation) != nullptr;
    for (const lab::CheckInfo* info : lab::ChecksOf(*task)) {
      checks.emplace_back(info->ShortId());
      has_check |= !info->advice && lab::IsSelected(*info, only);
    }
  }
  const std::string of = request.tasks.size() == 1 ? " of " + request.tasks.front()->id : "";
  if (!has_variation) {
    return Failure(
        {.what = "no variation '" + variation + "'" + of + lab::DidYouMean(variation, variations),
         .what_to_do = "golab show TASK names them",
         .exit_class = ExitClass::kUsage});
  }
  if (!has_check) {
    return Failure({.what = "no check '" + only + "'" + of + lab::DidYouMean(only, checks),
                    .exit_class = ExitClass::kUsage});
  }
  return {};
}

lab::Result<CheckRequest> ReadRequest(Context& context) {
  const Arguments& arguments = context.arguments;
  CheckRequest request;
  auto tasks = context.Tasks(arguments.positional);
  if (!tasks) return tl::unexpected(tasks.error());
  request.tasks = std::move(*tasks);
  if (arguments.Has("trace") && request.tasks.size() != 1) {
    return Failure({.what = "--trace takes the run of one task, not of " +
                            std::to_string(request.tasks.size()),
                    .what_to_do = "golab check TASK --trace FILE",
                    .exit_class = lab::ExitClass::kUsage});
  }
  auto format = FormatOf(arguments.Get("format"));
  if (!format) return tl::unexpected(format.error());
  request.format = *format;
  request.judge.all_runs = IsGrading();
  auto seeds = arguments.Number("seeds", 1, kMostSeeds, IsGrading() ? 300 : 100);
  if (!seeds) return tl::unexpected(seeds.error());
  request.judge.lanes.seeds = static_cast<int>(*seeds);
  if (arguments.Has("seed")) {
    auto name = lab::ParseScheduleName(arguments.Get("seed"));
    if (!name) return tl::unexpected(name.error());
    request.judge.lanes.schedule = *name;
  }
  const long processors = static_cast<long>(std::max(1U, std::thread::hardware_concurrency()));
  auto jobs = arguments.Number("jobs", 1, 256, processors);
  if (!jobs) return tl::unexpected(jobs.error());
  request.judge.jobs = static_cast<int>(*jobs);
  request.judge.lanes.variation = arguments.Get("variation");
  request.judge.only = arguments.Get("only");
  request.judge.labs = arguments.Get("labs");
  request.judge.cancel = &Interrupted();
  if (arguments.Has("race")) request.judge.race = lab::RaceMode::kAll;
  if (arguments.Has("race") || IsGrading())
    request.judge.race_schedules = lab::kGradedRaceSchedules;
  if (arguments.Has("no-race")) request.judge.race = lab::RaceMode::kNone;
  if (auto good = CheckNames(request); !good) return tl::unexpected(good.error());
  return request;
}

/// One task with what is asked beside its report.
struct TaskRequest {
  lab::TaskToJudge judge;
  std::optional<lab::page::Timeline> page;
  lab::Result<void> traced = {};
};

lab::Result<TaskRequest> ReadTask(Context& context, const CheckRequest& request,
                                  const lab::Task& task) {
  TaskRequest one;
  auto subject = context.SubjectFor(task.id);
  if (!subject) return tl::unexpected(subject.error());
  if (!subject->IsReference() || request.judge.race == lab::RaceMode::kAll) {
    auto found = context.TheBuilder();
    if (!found) return tl::unexpected(found.error());
    one.judge.builder = *found;
  }
  auto params = ParamsFor(task, context.arguments);
  if (!params) return tl::unexpected(params.error());
  one.judge.task = &task;
  one.judge.subject = std::move(*subject);
  lab::JudgeOptions& options = one.judge.options = request.judge;
  options.lanes.params = std::move(*params);
  if (task.FindVariation(options.lanes.variation) == nullptr) options.lanes.variation.clear();
  return one;
}

/// Where the pages and the trace go that are asked for, and what is said meanwhile. `one` stays
/// where it is.
void Connect(Context& context, const HtmlOutput& html, Progress& progress, TaskRequest* one) {
  const lab::Task& task = *one->judge.task;
  lab::JudgeOptions& options = one->judge.options;
  options.page = html.Taker(&one->page);
  const std::string trace_file = context.arguments.Get("trace");
  if (!trace_file.empty()) {
    one->traced = lab::Failure({.what = "no trace of " + task.id,
                                .why = "it was not run",
                                .exit_class = lab::ExitClass::kUsage});
    options.show_run = [one, trace_file](const lab::History& history) {
      one->traced = lab::WriteOutput(trace_file, lab::GoTraceOf(history));
    };
  }
  options.progress = [&progress, &task](const std::string& text) {
    progress.Say(task.id + "  " + text);
  };
}

/// For golab list. A part of the checks, or one schedule, says nothing of the task.
void Remember(const lab::TaskToJudge& judged, const lab::TaskReport& report) {
  const lab::LaneRequest& lanes = judged.options.lanes;
  if (judged.subject.IsReference() || !report.attempted || !judged.options.only.empty() ||
      !lanes.variation.empty() || lanes.schedule)
    return;
  const std::string workspace = lab::FindWorkspace(judged.subject.dir);
  if (!workspace.empty() && lab::Below(workspace, judged.task->id) == judged.subject.dir)
    lab::RememberOutcome(workspace, judged.task->id, report.outcome == Outcome::kPass);
}

/// To the file under its own name at once, or to stdout.
ExitStatus Deliver(const std::string& text, const std::string& output) {
  if (!output.empty()) {
    auto written = lab::WriteOutput(output, text);
    return written ? ExitStatus::kPassed : Complain(written.error());
  }
  const bool good =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (good) return ExitStatus::kPassed;
  std::fprintf(stderr, "golab: cannot write to stdout: %s\n", strerrordesc_np(errno));
  return ExitStatus::kInternal;
}

std::string NextTask(Context& context, const lab::Task& task) {
  const auto catalogue = context.Catalogue();
  if (!catalogue) return "";
  for (std::size_t i = 0; i + 1 < (*catalogue)->tasks.size(); ++i) {
    const lab::Task& next = (*catalogue)->tasks[i + 1];
    if ((*catalogue)->tasks[i].id == task.id) return next.id + "  " + next.title;
  }
  return "";
}

std::string TextFor(Context& context, const CheckRequest& request, const lab::Report& report) {
  if (request.format != nullptr) return request.format->write(report);
  lab::Style style = context.style;
  if (context.arguments.Has("output")) style.colour = false;
  if (report.tasks.size() != 1 || report.outcome != Outcome::kPass)
    return lab::ReportText(report, style);
  const lab::Task& task = *request.tasks.front();
  lab::Success success;
  if (report.subject != "reference")
    success.look.push_back({"golab diff " + task.id, "beside the reference"});
  for (const lab::Variation& variation : task.variations) {
    success.look.push_back(
        {"golab run " + task.id + " --variation " + variation.id, variation.title});
  }
  success.next = NextTask(context, task);
  // Who stands beside the workspace must not take golab's own solution for the one judged.
  if (report.subject == "reference")
    success.shown = "golab's own solution; yours is judged in a folder that golab init makes";
  return lab::ReportText(report, style, &success);
}

/// Judges what is asked for into `report`.
lab::Result<void> JudgeAll(Context& context, const CheckRequest& request, lab::Report* report) {
  Progress progress(context.stderr_shows_progress());
  HtmlOutput html(context.arguments, request.tasks.size() > 1);
  std::vector<TaskRequest> all;
  for (const lab::Task* task : request.tasks) {
    auto one = ReadTask(context, request, *task);
    if (!one) return tl::unexpected(one.error());
    const lab::JudgedSubject& subject = one->judge.subject;
    if (subject.IsReference() || !subject.in_option.empty()) report->subject = subject.name;
    all.push_back(std::move(*one));
  }
  std::vector<lab::TaskToJudge*> to_judge;
  for (TaskRequest& one : all) {
    Connect(context, html, progress, &one);
    to_judge.push_back(&one.judge);
  }
  auto reports = lab::JudgeTasks(to_judge, request.judge.jobs);
  if (!reports) return tl::unexpected(reports.error());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Remember(all[i].judge, (*reports)[i]);
    if (!all[i].traced) return all[i].traced;
    if (auto written = html.Write(std::move(all[i].page), &(*reports)[i]); !written) return written;
  }
  report->tasks = std::move(*reports);
  return {};
}

}  // namespace

ExitStatus RunCheck(Context& context) {
  auto request = ReadRequest(context);
  if (!request) return Complain(request.error());
  const auto start = std::chrono::steady_clock::now();
  lab::Report report;
  report.golab_version = Version();
  report.seed = context.arguments.Get("seed");
  report.seeds = report.seed.empty() ? request->judge.lanes.seeds : 1;
  report.started = std::time(nullptr);
  report.reproducible = context.arguments.Has("reproducible");
  report.subject = ".";
  const auto judged = JudgeAll(context, *request, &report);
  if (Interrupted()) return SayInterrupted();
  if (!judged) return Complain(judged.error());
  lab::SumUp(&report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const ExitStatus delivered =
      Deliver(TextFor(context, *request, report), context.arguments.Get("output"));
  if (delivered != ExitStatus::kPassed) return delivered;
  return context.arguments.Has("exit-zero") ? ExitStatus::kPassed : StatusOf(report);
}

}  // namespace golab::app
