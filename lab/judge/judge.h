#pragma once
// Ties the lab together: a task and a subject go in, a report comes out.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/check/check.h"
#include "lab/error.h"
#include "lab/explore/explorer.h"
#include "lab/explore/seats.h"
#include "lab/judge/lanes.h"
#include "lab/judge/programs.h"
#include "lab/page/timeline.h"
#include "lab/program/build.h"
#include "lab/report/report.h"

namespace golab::lab {

/// Whose race images are built and judged.
enum class RaceMode { kSubmissions, kAll, kNone };

/// Schedules of each race image where it is graded, and of references.
inline constexpr int kGradedRaceSchedules = 3;

struct JudgeOptions {
  LaneRequest lanes;
  std::string only;  ///< one check's id, with or without the task; empty: all
  std::string labs;  ///< --labs as given, for replays
  int jobs = 1;
  Seats* seats = nullptr;  ///< of all threads but the caller's; null: each has one
  bool shrink = true;
  bool all_runs = false;  ///< makes them all, also where less would prove as much
  RaceMode race = RaceMode::kSubmissions;
  int race_schedules = 1;  ///< of each race image, from Go's order on
  const std::atomic<bool>* cancel = nullptr;
  /// Gets what a timeline page shows: the shortest run of the failure that is shown, else Go's
  /// order (or the schedule that was asked for). Null: no page is wanted.
  std::function<void(page::Timeline)> page;
  /// Gets the run whose failure is shown, in its shortest form, or where nothing failed the first of
  /// all, in Go's order. Not called where nothing could be run.
  std::function<void(const History&)> show_run;
  /// "schedule 42 of 200", "shrinking: 14 -> 2 steps"; from any thread, one at a time.
  std::function<void(const std::string&)> progress;
};

/// The checks of a task, as a status list shows them: its own in the order they are written, then
/// the common ones, then advice. Registers the common checks.
std::vector<const CheckInfo*> ChecksOf(const Task& task);

/// Whether `check` ("rise", "task1.rise") is the one that `only` names; true for all where it is
/// empty.
bool IsSelected(const CheckInfo& check, const std::string& only);

/// Begins to build the race images that `options` ask for; null if they ask for none.
std::shared_ptr<RaceImages> BeginRaceImages(const Task& task, const JudgedSubject& subject,
                                            const std::vector<const Case*>& cases,
                                            const Builder* builder, const JudgeOptions& options);

/// Why a subject has no race images, for people; empty if it has.
std::string WhyNoRaceImages(const JudgedSubject& subject, const Builder* builder,
                            const JudgeOptions& options);

/// Judges a subject. A folder that is still the starter is not attempted; one that does not build
/// fails `builds`. `builder` may be null for a reference. Errors: what keeps golab from judging at
/// all.
Result<TaskReport> JudgeTask(const Task& task, const JudgedSubject& subject, const Builder* builder,
                             const JudgeOptions& options);

/// The same for programs that are built already.
Result<TaskReport> JudgePrograms(const Task& task, const JudgedSubject& subject,
                                 const Programs& programs, const JudgeOptions& options);

/// One run that is under way or over, judged by what real time allows.
TaskReport JudgeRealRun(const Task& task, const JudgedSubject& subject, const Programs& programs,
                        const LanePlan& lane, const Run& run, const JudgeOptions& options);

/// Outcome, points and maximum of a task from its checks.
void SumUp(TaskReport* report);
void SumUp(Report* report);

}  // namespace golab::lab
