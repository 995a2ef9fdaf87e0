// golab checklist: what a folder comes to, on one list.

#include "lab/judge/checklist.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "app/command/commands.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/progress.h"
#include "lab/explain/line.h"
#include "lab/explain/width.h"
#include "lab/judge/judge_tasks.h"
#include "lab/program/files.h"
#include "lab/report/text.h"
#include "lab/workspace/progress.h"
#include "lab/workspace/workspace.h"

namespace golab::app {

using lab::Outcome;

namespace {

constexpr char kNotesFile[] = "NOTES.md";
constexpr std::size_t kMostNotes = 1 << 20;

/// The folder that all tasks of the list lie in: never a task's own, never the reference.
lab::Result<std::string> FolderOf(const Context& context) {
  auto subject = context.FilesOf("task1");
  if (!subject) return tl::unexpected(subject.error());
  const std::string root =
      lab::FindWorkspace(context.arguments.Has("in") ? context.arguments.Get("in") : subject->dir);
  if (!root.empty()) return root;
  return lab::Failure({.what = "'" + context.arguments.Get("in") + "' is no workspace",
                       .why = "the list is of all its tasks",
                       .what_to_do = "golab init DIR makes one",
                       .exit_class = lab::ExitClass::kUsage});
}

lab::Notes ReadNotes(const std::string& root) {
  lab::Notes notes;
  notes.file = kNotesFile;
  const auto text = lab::ReadFile(lab::Below(root, kNotesFile), kMostNotes);
  if (!text) return notes;
  notes.there = true;
  notes.words = lab::WordsOfNotes(*text);
  return notes;
}

lab::Result<std::vector<lab::TaskReport>> JudgeAll(Context& context,
                                                   const lab::Catalogue& catalogue,
                                                   const std::string& root, int jobs) {
  Progress progress(context.stderr_shows_progress());
  std::vector<lab::TaskToJudge> begun;
  for (const lab::Task& task : catalogue.tasks) {
    if (!lab::IsBegun(lab::Below(root, task.id), task.id)) continue;
    auto builder = context.TheBuilder();
    if (!builder) return tl::unexpected(builder.error());
    lab::TaskToJudge& one = begun.emplace_back();
    one.task = &task;
    one.subject = {lab::Below(root, task.id), task.id, context.arguments.Get("in")};
    one.builder = *builder;
    one.options.lanes.seeds = IsGrading() ? 300 : 100;
    one.options.all_runs = IsGrading();
    if (IsGrading()) one.options.race_schedules = lab::kGradedRaceSchedules;
    one.options.labs = context.arguments.Get("labs");
    one.options.cancel = &Interrupted();
    one.options.progress = [&progress, id = task.id](const std::string& text) {
      progress.Say(id + "  " + text);
    };
  }
  std::vector<lab::TaskToJudge*> to_judge;
  for (lab::TaskToJudge& one : begun) to_judge.push_back(&one);
  auto judged = lab::JudgeTasks(to_judge, jobs);
  if (!judged) return judged;
  std::vector<lab::TaskReport> reports;
  std::size_t next = 0;
  for (const lab::Task& task : catalogue.tasks) {
    if (next < begun.size() && begun[next].task == &task) {
      reports.push_back(std::move((*judged)[next++]));
      continue;
    }
    lab::TaskReport& starter = reports.emplace_back();
    starter.id = task.id;
    starter.title = task.title;
    starter.required = task.required;
    starter.attempted = false;
  }
  return reports;
}

void Print(const lab::Checklist& list, const lab::Style& style) {
  lab::Lines lines;
  lines.emplace_back("checklist of " + lab::OneLine(list.subject));
  std::size_t done = 0;
  int widest = 0;
  for (const lab::ChecklistRow& row : list.rows) widest = std::max(widest, lab::CellWidth(row.id));
  std::string next;
  for (const lab::ChecklistRow& row : list.rows) {
    const bool good = row.outcome == Outcome::kPass, bad = row.outcome == Outcome::kFail;
    done += good ? 1 : 0;
    if (next.empty() && !good) next = row.next;
    lab::TextLine head("  ");
    head.Add(good  ? "ok  "
             : bad ? "FAIL"
                   : "skip",
             good  ? lab::Tint::kOk
             : bad ? lab::Tint::kFail
                   : lab::Tint::kSkip);
    head.Add("  " + lab::PadTo(row.id, widest) + "  " + row.what);
    lines.push_back(head);
    if (style.detail < 0) continue;
    const std::string indent(static_cast<std::size_t>(widest) + 10, ' ');
    const int room = std::max(30, style.width - widest - 10);
    for (const std::string& line : lab::Wrap(lab::OneLine(row.found), room, room))
      lines.emplace_back(indent + line);
  }
  if (list.begun == 0)
    lines.emplace_back("nothing is begun yet: all " + std::to_string(list.tasks) +
                       " tasks are their starters");
  lines.emplace_back(std::to_string(done) + " of " + std::to_string(list.rows.size()) + " done; " +
                     std::to_string(list.done) + " of " + std::to_string(list.tasks) +
                     " tasks pass." + (next.empty() ? "" : " next: " + next));
  std::fputs(lab::Print(lines, style.colour).c_str(), stdout);
}

}  // namespace

ExitStatus RunChecklist(Context& context) {
  const std::string format = context.arguments.Get("format");
  if (!format.empty() && format != "terminal" && format != "json") {
    return Complain({.what = "no format '" + format + "': terminal or json",
                     .what_to_do = "golab checklist --help",
                     .exit_class = lab::ExitClass::kUsage});
  }
  auto catalogue = context.Catalogue();
  if (!catalogue) return Complain(catalogue.error());
  auto root = FolderOf(context);
  if (!root) return Complain(root.error());
  const long processors = static_cast<long>(std::max(1U, std::thread::hardware_concurrency()));
  auto jobs = context.arguments.Number("jobs", 1, 256, processors);
  if (!jobs) return Complain(jobs.error());
  auto reports = JudgeAll(context, **catalogue, *root, static_cast<int>(*jobs));
  if (Interrupted()) return ExitStatus::kInterrupted;
  if (!reports) return Complain(reports.error());
  for (const lab::TaskReport& report : *reports) {
    if (report.attempted) lab::RememberOutcome(*root, report.id, report.outcome == Outcome::kPass);
  }
  lab::Checklist list = lab::MakeChecklist(**catalogue, *reports, ReadNotes(*root));
  list.subject = *root;
  if (format == "json") {
    std::fputs(lab::WriteJson(list).c_str(), stdout);
  } else {
    Print(list, context.style);
  }
  return list.Complete() ? ExitStatus::kPassed : ExitStatus::kFailed;
}

}  // namespace golab::app
