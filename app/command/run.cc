// golab run: one run in real time, watched while it goes on, then judged by what real time allows.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>

#include "app/command/commands.h"
#include "app/command/html_output.h"
#include "app/terminal/interrupt.h"
#include "app/terminal/live_count.h"
#include "lab/catalogue/suggest.h"
#include "lab/explain/block.h"
#include "lab/explain/draw.h"
#include "lab/explain/event_lines.h"
#include "lab/explain/timeline.h"
#include "lab/judge/judge.h"
#include "lab/profile/fetched_lines.h"
#include "lab/program/files.h"
#include "lab/trace/go_trace_of.h"

namespace golab::app {

namespace {

constexpr long kMostProcs = 64;

struct RealRun {
  const lab::Task* task = nullptr;
  lab::JudgedSubject subject;
  lab::Programs programs;
  lab::LanePlan lane;
  lab::JudgeOptions options;
  std::uint32_t procs = 1;
};

lab::Result<RealRun> Prepare(Context& context) {
  const Arguments& arguments = context.arguments;
  RealRun real;
  auto task = context.Task(arguments.positional.front());
  if (!task) return tl::unexpected(task.error());
  real.task = *task;
  const std::string variation = arguments.Get("variation");
  if (!variation.empty() && (*task)->FindVariation(variation) == nullptr) {
    std::vector<std::string> variations;
    for (const lab::Variation& one : (*task)->variations) variations.push_back(one.id);
    return lab::Failure({.what = "no variation '" + variation + "' of " + (*task)->id +
                                 lab::DidYouMean(variation, variations),
                         .what_to_do = "golab show -v " + (*task)->id,
                         .exit_class = lab::ExitClass::kUsage});
  }
  auto subject = context.SubjectFor((*task)->id);
  if (!subject) return tl::unexpected(subject.error());
  real.subject = *subject;
  auto params = ParamsFor(**task, arguments);
  if (!params) return tl::unexpected(params.error());
  real.options.lanes.seeds = 1;
  real.options.lanes.variation = variation;
  real.options.lanes.params = std::move(*params);
  real.options.lanes.live = true;
  real.options.lanes.serve = arguments.Has("serve");
  real.options.labs = arguments.Get("labs");
  real.options.cancel = &Interrupted();
  // A case that is one of the real world is what there is to see.
  auto lanes = lab::PlanLanes(**task, real.options.lanes);
  real.lane = std::move(lanes.back().InRealTime() ? lanes.back() : lanes.front());
  if (arguments.Has("serve") && !real.lane.of_case->live) {
    return lab::Failure({.what = "--serve: " + (*task)->id + " does not serve",
                         .what_to_do = "golab run " + (*task)->id + " --help",
                         .exit_class = lab::ExitClass::kUsage});
  }
  auto procs = arguments.Number("procs", 1, kMostProcs, std::max(1, real.lane.of_case->procs));
  if (!procs) return tl::unexpected(procs.error());
  real.procs = static_cast<std::uint32_t>(*procs);
  const lab::Builder* builder = nullptr;
  if (!real.subject.IsReference()) {
    auto found = context.TheBuilder();
    if (!found) return tl::unexpected(found.error());
    builder = *found;
  }
  auto programs =
      lab::FindPrograms(**task, real.subject, {real.lane.of_case}, builder, 1, &Interrupted());
  if (!programs) return tl::unexpected(programs.error());
  real.programs = std::move(*programs);
  return real;
}

/// A program that traces itself is about the picture that this gives.
void ShowTraced(const lab::History& history, const lab::Style& style) {
  const bool traced = !history.EventsOf(rt::EventType::kTraceStart).empty();
  if (!traced || style.detail < 0) return;
  std::vector<std::uint32_t> all;
  for (const lab::GoroutineLife& life : history.goroutines()) {
    if (!life.system && !life.IsMain()) all.push_back(life.id);
  }
  const lab::Timeline timeline = lab::TimelineOf(history, all);
  const lab::Lines lines =
      style.plain ? lab::TellTimeline(timeline) : lab::DrawTimeline(timeline, style);
  std::printf("\n%s", lab::Print(lines, style.colour).c_str());
}

/// A program whose profiles golab has fetched is about how to read them.
void ShowProfiles(const lab::History& history, const lab::Style& style) {
  if (style.detail < 0) return;
  const lab::Lines lines = lab::FetchedLines(history, style);
  if (!lines.empty()) std::printf("\n%s", lab::Print(lines, style.colour).c_str());
}

/// Ctrl-C ended it. Where a program serves, that is how it is told to end, and what it did until
/// then is judged; elsewhere there is nothing to say of a run that was cut off.
bool IsCutOff(const RealRun& real, const lab::Run& run) {
  const lab::Ending& ending = run.history.ending();
  return InterruptsForTheProgram() > 0 && ending.kind == lab::Ending::Kind::kSignal &&
         ending.signal == SIGINT && !real.lane.common.contains(lab::Exemption::kServes);
}

/// The program's output as it comes, the count of goroutines under or between it. With `events` the
/// list of what happened, after the program has ended: its output is in there.
lab::Result<lab::TaskReport> Watch(const RealRun& real, const lab::Style& style, bool events,
                                   const std::string& trace_file, bool* cut_off) {
  lab::RunnerSpec spec = real.programs.by_case.at(real.lane.of_case->id);
  spec.image.flags = real.lane.flags;
  spec.world = rt::World::kReal;
  spec.flags |= real.procs << rt::kPlanProcsShift;
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  // A person can press Ctrl-C, and has said so with --serve.
  spec.limits.unlimited_time = terminal || real.options.lanes.serve;
  auto runner = lab::Runner::Start(std::move(spec));
  if (!runner) return tl::unexpected(runner.error());
  LiveCount live(terminal && !style.plain && style.detail >= 0 && !events, style);
  LeaveInterruptsToTheProgram();
  int passed_on = 0;
  auto run = (*runner)->DoWatched(lab::PlanOf(lab::ScheduleName{}, {}),
                                  [&](const lab::Progress& progress, lab::Runner& the_runner) {
                                    for (; passed_on < InterruptsForTheProgram(); ++passed_on)
                                      the_runner.process().Signal(SIGINT);
                                    live.Take(the_runner.NewRecords());
                                    if (!events) live.Print(progress.out, progress.err);
                                    return !Interrupted();
                                  });
  if (!events) live.End();
  if (run && !events) {
    ShowTraced(run->history, style);
    ShowProfiles(run->history, style);
  }
  if (!run) return tl::unexpected(run.error());
  *cut_off = IsCutOff(real, *run);
  if (events) std::fputs(lab::EventLines(run->history).c_str(), stdout);
  if (!trace_file.empty()) {
    if (!run->void_because.empty()) {
      return lab::Failure({.what = "no trace of this run", .why = run->void_because});
    }
    auto written = lab::WriteOutput(trace_file, lab::GoTraceOf(run->history));
    if (!written) return tl::unexpected(written.error());
  }
  return lab::JudgeRealRun(*real.task, real.subject, real.programs, real.lane, *run, real.options);
}

}  // namespace

ExitStatus RunRun(Context& context) {
  auto real = Prepare(context);
  if (!real) return Complain(real.error());
  if (real->subject.IsReference() && context.style.detail >= 0) std::printf("subject: reference\n");
  HtmlOutput html(context.arguments, false);
  std::optional<lab::page::Timeline> page;
  real->options.page = html.Taker(&page);
  const auto start = std::chrono::steady_clock::now();
  bool cut_off = false;
  auto judged = real->programs.built
                    ? Watch(*real, context.style, context.arguments.Has("events"),
                            context.arguments.Get("trace"), &cut_off)
                    : lab::JudgePrograms(*real->task, real->subject, real->programs, real->options);
  // An interrupted run has a page, too: Ctrl-C is how programs end that serve.
  if (judged) {
    if (auto written = html.Write(std::move(page), &*judged); !written)
      return Complain(written.error());
  }
  if (cut_off || Interrupted()) return SayInterrupted();
  if (!judged) return Complain(judged.error());
  judged->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  lab::Report report;
  report.golab_version = Version();
  report.subject = real->subject.name;
  report.seeds = 1;
  report.started = std::time(nullptr);
  report.tasks.push_back(std::move(*judged));
  lab::SumUp(&report);
  lab::Success success;
  success.next = "golab check " + real->task->id + "    under many schedules, in virtual time";
  std::printf("\n%s", lab::ReportText(report, context.style, &success).c_str());
  if (context.arguments.Has("exit-zero")) return ExitStatus::kPassed;
  return StatusOf(report);
}

}  // namespace golab::app
