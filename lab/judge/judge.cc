#include "lab/judge/judge.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "lab/check/common_checks.h"
#include "lab/explain/block.h"
#include "lab/explain/compiler.h"
#include "lab/explain/root_cause.h"
#include "lab/explore/shrink.h"
#include "lab/explore/translate.h"
#include "lab/history/questions.h"
#include "lab/judge/check_report.h"
#include "lab/judge/fold.h"
#include "lab/judge/race_images.h"
#include "lab/judge/replay.h"
#include "lab/judge/timeline_page.h"
#include "lab/log/log.h"
#include "lab/report/text.h"
#include "lab/workspace/workspace.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostOutput = 16 * 1024;  // of the program's, in a report

bool Failed(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kError;
}

rt::World WorldOf(const LanePlan& lane) {
  return lane.InRealTime() ? rt::World::kReal : rt::World::kVirtual;
}

Evidence EvidenceOf(const History& history, const LanePlan& lane, rt::World world) {
  Evidence evidence{history};
  evidence.image = lane.image;
  evidence.case_id = lane.of_case->id;
  evidence.variation = lane.variation == nullptr ? "" : lane.variation->id;
  evidence.params = lane.params;
  evidence.world = world;
  evidence.common = lane.common;
  return evidence;
}

/// Whether the run is one of a variation whose flag the program does not define.
bool LacksFlag(const History& h, const LanePlan& plan) {
  if (plan.variation == nullptr || plan.variation->flag.empty()) return false;
  const auto flags = FlagsDefined(h);
  return std::find(flags.begin(), flags.end(), plan.variation->flag) == flags.end();
}

std::string DefinesNoFlag(const LanePlan& plan) {
  return "not judged: the program defines no flag '" + plan.variation->flag + "'";
}

TaskReport NewReport(const Task& task) {
  TaskReport report;
  report.id = task.id;
  report.title = task.title;
  report.required = task.required;
  return report;
}

CheckReport NewCheckReport(const Task& task, const CheckInfo& info) {
  CheckReport report;
  report.id = info.id;
  report.sentence = info.sentence;
  report.max_points = task.PointsOf(info.id);
  return report;
}

/// Whether a check has a place in a report at all.
bool HasPlace(const CheckInfo& info, const std::vector<LanePlan>& plans,
              const JudgeOptions& options) {
  if (!IsSelected(info, options.only)) return false;
  return std::any_of(plans.begin(), plans.end(), [&](const LanePlan& plan) {
    return info.AppliesTo(plan.of_case->id, plan.variation == nullptr ? "" : plan.variation->id);
  });
}

/// Judges one task under all its schedules.
class Session {
 public:
  Session(const Task& task, const JudgedSubject& subject, const Programs& programs,
          const JudgeOptions& options)
      : task_(task),
        subject_(subject),
        programs_(programs),
        options_(options),
        checks_(ChecksOf(task)),
        plans_(PlanLanes(task, options.lanes)),
        fold_(checks_) {}

  Result<TaskReport> Do();

 private:
  Result<void> RunAll();
  Result<void> RunInRealTime(std::size_t first_lane);
  void Say(const std::string& text);
  void NoteVariation(const LanePlan& plan, const Run& run);
  Result<void> CheckSearched() const;
  bool SeesAllAccesses() const;
  std::size_t Proved() const;
  Result<void> RunRaceImages();
  Result<void> RunRaceImage(Flavour flavour, const RaceImageSet& images, const CheckFold* root,
                            const std::vector<LineDeviation>& shortest);
  Result<std::vector<LineDeviation>> ShortestOf(const CheckFold& fold);
  RunPlan PlanAt(const RunPlace& at) const;
  bool VariationMissing() const;
  RootCause ChooseRootOfAll() const;
  Result<CheckReport> ReportFailure(const CheckFold& fold, bool is_root, TaskReport* task_report);
  Result<Runner*> RunnerOf(std::size_t lane);
  void ShowRun(const Run& run);
  Result<void> ShowFirstRun();
  Result<Run> RunAgain(const CheckFold& fold);
  Result<Run> ShortestRun(const CheckFold& fold, Run found, std::string* note);
  Result<Shrunk> ShrinkIn(const ScheduleName& world, const CheckFold& fold,
                          const std::vector<rt::Deviation>& failing);
  RunPlan PlanOfShrunk(const CheckFold& fold) const;
  ScheduleName WorldShown(const CheckFold& fold) const;
  Result<bool> NeedsItsWorld(const CheckFold& fold);
  const JudgedCheck* Same(const CheckFold& fold, const std::vector<JudgedCheck>& judged) const;
  std::vector<JudgedCheck> JudgeAgain(std::size_t lane, const Run& run) const;
  std::vector<const CheckInfo*> ChecksOn(Flavour image) const;
  std::string ReplayOf(const RunPlace& at) const;
  bool Counts(const CheckFold& fold) const;
  Result<void> GivePage(const TaskReport& report);

  const Task& task_;
  const JudgedSubject& subject_;
  const Programs& programs_;
  const JudgeOptions& options_;
  std::vector<const CheckInfo*> checks_;
  std::vector<LanePlan> plans_;
  std::vector<Lane> lanes_;
  Fold fold_;
  Explored explored_;
  std::unique_ptr<Runner> runner_;  // for showing, of lane runner_lane_
  std::size_t runner_lane_ = 0;
  std::atomic<bool> variation_missing_{false};
  std::atomic<bool> stop_real_time_{false};
  std::mutex saying_;  // one says something at a time
  bool run_is_shown_ = false;

  /// A schedule that was shrunk, and whose seed's network and random numbers it needs.
  struct ShrunkSchedule {
    std::vector<rt::Deviation> deviations;
    ScheduleName world;
  };

  std::map<const CheckInfo*, ShrunkSchedule> shrunk_;  // a second search would find the same
  std::map<RunPlace, ShrunkSchedule> translated_;      // of race images
  // Runs in real time that failed: they cannot be made again. A run refers to its runner's symbols.
  std::map<RunPlace, Run> failed_in_real_time_;
  std::vector<std::unique_ptr<Runner>> real_time_;
  std::map<Flavour, std::string> no_race_because_;  // why nothing of that image is judged
};

std::vector<const CheckInfo*> Session::ChecksOn(Flavour image) const {
  std::vector<const CheckInfo*> checks;
  std::copy_if(checks_.begin(), checks_.end(), std::back_inserter(checks),
               [image](const CheckInfo* info) { return ImageOf(*info) == image; });
  return checks;
}

/// After the others: the schedule of the failure that is shown is run again here, beside Go's
/// order.
Result<void> Session::RunRaceImages() {
  const std::string shown = ChooseRootOfAll().root;
  const CheckFold* root = nullptr;
  for (const CheckFold& fold : fold_.checks()) {
    if (fold.info->id == shown && Failed(fold.outcome)) root = &fold;
  }
  std::vector<LineDeviation> shortest;
  for (const Flavour flavour : {Flavour::kTsan, Flavour::kAsan}) {
    std::string& because = no_race_because_[flavour];
    because = programs_.no_race_because.empty() ? "no race image was asked for"
                                                : programs_.no_race_because;
    if (programs_.race == nullptr) continue;
    const RaceImageSet& images = programs_.race->Of(flavour);
    because = images.missing_because;
    if (!because.empty()) continue;
    if (root != nullptr && shortest.empty() && plans_[root->at.lane].image == Flavour::kPlain) {
      auto found = ShortestOf(*root);
      if (!found) return tl::unexpected(found.error());
      shortest = std::move(*found);
    }
    if (auto done = RunRaceImage(flavour, images, root, shortest); !done) return done;
  }
  return {};
}

/// The shortest schedule that fails so, as other images know it.
Result<std::vector<LineDeviation>> Session::ShortestOf(const CheckFold& fold) {
  auto run = RunAgain(fold);
  if (!run) return tl::unexpected(run.error());
  std::string note;
  auto shortest = ShortestRun(fold, std::move(*run), &note);
  if (!shortest) return tl::unexpected(shortest.error());
  return LineDeviationsOf(shortest->history);
}

RunPlan Session::PlanAt(const RunPlace& at) const {
  const auto translated = translated_.find(at);
  if (translated == translated_.end()) return explored_.Plan(at.lane, at.schedule);
  return PlanOf(translated->second.deviations, translated->second.world);
}

Result<void> Session::RunRaceImage(Flavour flavour, const RaceImageSet& images,
                                   const CheckFold* root,
                                   const std::vector<LineDeviation>& shortest) {
  const std::size_t plain = plans_.size();
  for (std::size_t of = 0; of < plain; ++of) {
    const auto image = images.by_case.find(plans_[of].of_case->id);
    if (image == images.by_case.end() || plans_[of].overrun ||
        plans_[of].image != Flavour::kPlain || plans_[of].InRealTime() ||
        (options_.lanes.params.empty() && !plans_[of].changed.empty())) {
      continue;  // race images keep the defaults
    }
    if (explored_.hopeless[of] != 0) {  // it would reach that limit here, too, and more slowly
      no_race_because_[flavour] = kStopped;
      continue;
    }
    LanePlan plan = plans_[of];
    plan.image = flavour;
    plan.schedules.clear();
    for (int seed = 0; seed < options_.race_schedules; ++seed)
      plan.schedules.push_back({0, static_cast<std::uint64_t>(seed)});
    const auto add = [&plan](const ScheduleName& name) {
      const auto& all = plan.schedules;
      if (std::find(all.begin(), all.end(), name) == all.end()) plan.schedules.push_back(name);
    };
    const std::size_t asked = plan.schedules.size();
    const bool is_shown = root != nullptr && root->at.lane == of;
    if (is_shown) {
      // Its shortest form stands for the schedule; where it is Go's order, that is run already.
      if (shortest.empty()) {
        add(root->at.schedule);
      } else {
        plan.schedules.push_back(root->at.schedule);
      }
    }
    if (options_.lanes.schedule && plan.schedules.size() == asked &&
        explored_.Has(of, *options_.lanes.schedule)) {
      add(*options_.lanes.schedule);
    }
    Lane lane{image->second, plan.schedules};
    lane.runner.image.flags = plan.flags;
    const std::size_t place_of_lane = plans_.size();
    explored_.weights.push_back(explored_.weights[of]);
    explored_.searches.push_back(explored_.searches[of]);
    plans_.push_back(plan);
    lanes_.push_back(std::move(lane));
    auto runner = RunnerOf(place_of_lane);
    if (!runner) return tl::unexpected(runner.error());
    const auto is_cancelled = [&] { return options_.cancel != nullptr && options_.cancel->load(); };
    if (is_shown && !shortest.empty()) {
      auto translated =
          Translate(shortest, [&](const std::vector<rt::Deviation>& deviations) -> Result<Run> {
            if (is_cancelled()) return Failure({.what = "interrupted"});
            return (*runner)->Do(PlanOf(deviations, WorldShown(*root)));
          });
      if (!translated) return tl::unexpected(translated.error());
      // Without a translation the whole schedule is walked: by its seed, as it was found.
      if (*translated)
        translated_[{place_of_lane, asked, root->at.schedule}] = {**translated, WorldShown(*root)};
    }
    for (std::size_t i = 0; i < plan.schedules.size(); ++i) {
      if (is_cancelled()) return Failure({.what = "interrupted"});
      const RunPlace at{place_of_lane, i, plan.schedules[i]};
      auto run = (*runner)->Do(PlanAt(at));
      if (!run) return tl::unexpected(run.error());
      if (!run->void_because.empty())
        continue;  // `ends` says so of the plain image, if it is so there
      fold_.AddJudged(at, JudgeAgain(place_of_lane, *run));
    }
  }
  return {};
}

Result<void> Session::RunAll() {
  const auto checks = ChecksOn(Flavour::kPlain);
  for (const LanePlan& plan : plans_) {
    Lane lane;
    lane.runner = programs_.by_case.at(plan.of_case->id);
    lane.runner.image.flags = plan.flags;
    if (plan.InRealTime()) {
      lane.runner.world = rt::World::kReal;
      lane.runner.flags |= static_cast<std::uint32_t>(plan.of_case->procs) << rt::kPlanProcsShift;
    }
    if (plan.overrun) lane.runner.flags |= rt::kPlanOverrunSleeps;
    lane.schedules = plan.schedules;
    lane.adapts = !options_.lanes.schedule && !plan.overrun;
    lane.stops = !options_.all_runs && SeesAllAccesses();
    lanes_.push_back(std::move(lane));
  }
  ExploreOptions explore;
  explore.jobs = options_.jobs;
  explore.seats = options_.seats;
  explore.cancel = options_.cancel;
  if (options_.progress) {
    explore.progress = [this](int done, int all) {
      Say("schedule " + std::to_string(done) + " of " + std::to_string(all));
    };
  }
  const LogTime time(task_.id + ": schedules");
  const OnRun on_run = [&](std::size_t lane, std::size_t place, const ScheduleName& name,
                           Run& run) {
    const LanePlan& plan = plans_[lane];
    if (place == 0) NoteVariation(plan, run);
    auto judged =
        JudgeRun(checks, EvidenceOf(run.history, plan, rt::World::kVirtual), run.void_because);
    const bool passed = std::none_of(judged.begin(), judged.end(), [](const JudgedCheck& one) {
      return !one.info->advice && Failed(one.finding.outcome);
    });
    fold_.Add({lane, place, name}, run.different_hash, std::move(judged), plan.overrun);
    return passed;
  };
  const auto in_virtual = static_cast<std::size_t>(std::count_if(
      plans_.begin(), plans_.end(), [](const LanePlan& plan) { return !plan.InRealTime(); }));
  // Those in real time mostly wait, and need no seat.
  Result<void> in_real_time;
  std::thread real_time;
  if (in_virtual < plans_.size())
    real_time = std::thread([&] { in_real_time = RunInRealTime(in_virtual); });
  auto explored = Explore(std::span(lanes_).first(in_virtual), explore, on_run);
  if (!explored) stop_real_time_ = true;
  if (real_time.joinable()) real_time.join();
  if (!explored) return tl::unexpected(explored.error());
  if (!in_real_time) return in_real_time;
  explored_ = std::move(*explored);
  explored_.weights.resize(plans_.size());
  explored_.searches.resize(plans_.size());
  explored_.hopeless.resize(plans_.size());
  return CheckSearched();
}

void Session::NoteVariation(const LanePlan& plan, const Run& run) {
  if (LacksFlag(run.history, plan)) variation_missing_ = true;
}

void Session::Say(const std::string& text) {
  if (!options_.progress) return;
  const std::lock_guard lock(saying_);
  options_.progress(text);
}

/// One after another, so that they do not take time from each other; beside those in virtual time,
/// whose verdicts do not depend on it.
Result<void> Session::RunInRealTime(std::size_t first_lane) {
  const auto checks = ChecksOn(Flavour::kPlain);
  for (std::size_t lane = first_lane; lane < plans_.size(); ++lane) {
    const LanePlan& plan = plans_[lane];
    auto runner = Runner::Start(lanes_[lane].runner);
    if (!runner) return tl::unexpected(runner.error());
    for (std::size_t place = 0; place < plan.schedules.size(); ++place) {
      if (stop_real_time_ || (options_.cancel != nullptr && options_.cancel->load()))
        return Failure({.what = "interrupted"});
      Say("in real time");
      auto run = (*runner)->Do(PlanOf(ScheduleName{}, {}));
      if (!run) return tl::unexpected(run.error());
      NoteVariation(plan, *run);
      auto judged =
          JudgeRun(checks, EvidenceOf(run->history, plan, rt::World::kReal), run->void_because);
      const bool failed = std::any_of(judged.begin(), judged.end(), [](const JudgedCheck& one) {
        return Failed(one.finding.outcome);
      });
      const RunPlace at{lane, place, plan.schedules[place]};
      fold_.Add(at, run->different_hash, std::move(judged), false);
      if (failed) failed_in_real_time_.emplace(at, std::move(*run));
    }
    (*runner)->EndProgram();  // it dies with this thread
    real_time_.push_back(std::move(*runner));
  }
  return {};
}

/// The search knows what goes through the runtime. Races of plain memory are for TSan to find; what
/// neither of them sees may differ in a schedule that the search leaves out.
bool Session::SeesAllAccesses() const {
  if (programs_.race == nullptr && !subject_.IsReference()) return false;
  for (const auto& [name, text] : programs_.sources) {
    for (const char* word : {"std::atomic", "<atomic>", "__atomic_", "__sync_", "volatile", "asm(",
                             "__asm", "std::thread", "pthread_"}) {
      if (text.find(word) != std::string::npos) return false;
    }
  }
  return true;
}

/// How many schedules there are, if all of them were tried: in each program as it is. 0 if not.
std::size_t Session::Proved() const {
  if (options_.lanes.schedule || !SeesAllAccesses()) return 0;
  const auto no_race = no_race_because_.find(Flavour::kTsan);
  if (!subject_.IsReference() && (no_race == no_race_because_.end() || !no_race->second.empty()))
    return 0;
  std::size_t count = 0;
  for (std::size_t lane = 0; lane < explored_.searches.size(); ++lane) {
    const LanePlan& plan = plans_[lane];
    const bool other_input = options_.lanes.params.empty() && !plan.changed.empty();
    if (plan.overrun || other_input || plan.image != Flavour::kPlain) continue;
    if (!explored_.searches[lane].proves) return 0;
    count += explored_.searches[lane].different;
  }
  return count;
}

/// A systematic schedule that was asked for must exist in one of the programs.
Result<void> Session::CheckSearched() const {
  const auto& asked = options_.lanes.schedule;
  if (!asked || !asked->systematic) return {};
  std::uint64_t last = 0;
  for (std::size_t lane = 0; lane < plans_.size(); ++lane) {
    if (explored_.Has(lane, *asked)) return {};
    last = std::max<std::uint64_t>(last, explored_.searches[lane].choices.size());
  }
  return Failure({.what = "no schedule '" + asked->Text() + "'",
                  .why = last == 0 ? "the systematic search finds none besides Go's order"
                                   : "the systematic search ends with d" + std::to_string(last),
                  .exit_class = ExitClass::kUsage});
}

/// Whether a check has a place in this report at all.
bool Session::Counts(const CheckFold& fold) const {
  return HasPlace(*fold.info, plans_, options_);
}

/// Evidence of different runs is compared by run first, then within it.
RootCause Session::ChooseRootOfAll() const {
  std::vector<std::tuple<RunPlace, Moment>> failures;
  for (const CheckFold& fold : fold_.checks()) {
    if (Failed(fold.outcome)) failures.emplace_back(fold.at, fold.worst.finding.at);
  }
  std::sort(failures.begin(), failures.end());
  std::vector<Candidate> candidates;
  for (const CheckFold& fold : fold_.checks()) {
    if (fold.info->advice) continue;
    Candidate candidate{fold.info->id, fold.info->needs, fold.outcome, kNever,
                        Candidate::Kind::kPlain};
    if (Failed(fold.outcome)) {
      const std::tuple<RunPlace, Moment> mine(fold.at, fold.worst.finding.at);
      candidate.at = static_cast<Moment>(std::lower_bound(failures.begin(), failures.end(), mine) -
                                         failures.begin());
      candidate.kind = KindOf(*fold.info, fold.worst.finding);
    }
    candidates.push_back(std::move(candidate));
  }
  return ChooseRoot(candidates);
}

Result<Runner*> Session::RunnerOf(std::size_t lane) {
  if (runner_ == nullptr || runner_lane_ != lane) {
    runner_.reset();
    auto started = Runner::Start(lanes_[lane].runner);
    if (!started) return tl::unexpected(started.error());
    runner_ = std::move(*started);
    runner_lane_ = lane;
  }
  return runner_.get();
}

std::vector<JudgedCheck> Session::JudgeAgain(std::size_t lane, const Run& run) const {
  const LanePlan& plan = plans_[lane];
  Evidence evidence = EvidenceOf(run.history, plan, WorldOf(plan));
  evidence.source = [this](const std::string& file, int line) {
    return programs_.LineOf(file, line);
  };
  if (plan.image != Flavour::kPlain)
    evidence.limit = LimitInWords(run.process.killed, lanes_[lane].runner.limits);
  return JudgeRun(ChecksOn(plan.image), evidence, run.void_because);
}

/// The same failure: check, verdict and cause.
const JudgedCheck* Session::Same(const CheckFold& fold,
                                 const std::vector<JudgedCheck>& judged) const {
  for (const JudgedCheck& one : judged) {
    if (one.info == fold.info && one.finding.outcome == fold.worst.finding.outcome &&
        one.finding.cause == fold.worst.finding.cause) {
      return &one;
    }
  }
  return nullptr;
}

Result<Run> Session::RunAgain(const CheckFold& fold) {
  const auto kept = failed_in_real_time_.find(fold.at);
  if (kept != failed_in_real_time_.end()) return kept->second;
  auto runner = RunnerOf(fold.at.lane);
  if (!runner) return tl::unexpected(runner.error());
  return (*runner)->Do(PlanAt(fold.at));
}

Result<Run> Session::ShortestRun(const CheckFold& fold, Run found, std::string* note) {
  const auto failing = DeviationsOf(found.history);
  const bool of_race_image = plans_[fold.at.lane].image != Flavour::kPlain;
  if (failing.empty() || of_race_image || plans_[fold.at.lane].InRealTime() || !options_.shrink ||
      !found.void_because.empty())
    return found;
  Runner& runner = *runner_;
  if (shrunk_.count(fold.info) != 0) return runner.Do(PlanOfShrunk(fold));
  // Where the network of Go's order will do, the story is shorter.
  ScheduleName world;
  auto shrunk = ShrinkIn(world, fold, failing);
  if (shrunk && !shrunk->reproduced && !fold.at.schedule.systematic) {
    world = fold.at.schedule;
    shrunk = ShrinkIn(world, fold, failing);
  }
  if (!shrunk) return tl::unexpected(shrunk.error());
  Log(task_.id + ": shrunk in " + std::to_string(shrunk->runs) + " runs");
  if (!shrunk->reproduced) return found;
  auto once = runner.Do(PlanOf(shrunk->deviations, world));
  if (!once) return once;
  auto twice = runner.Do(PlanOf(shrunk->deviations, world));
  if (!twice) return twice;
  if (once->hash != twice->hash || Same(fold, JudgeAgain(fold.at.lane, *once)) == nullptr) {
    *note =
        "not repeatable: the same schedule gave two different runs (uninitialised memory, a thread "
        "of its own?)";
    return found;
  }
  shrunk_[fold.info] = {shrunk->deviations, world};
  return once;
}

RunPlan Session::PlanOfShrunk(const CheckFold& fold) const {
  const ShrunkSchedule& shrunk = shrunk_.at(fold.info);
  return PlanOf(shrunk.deviations, shrunk.world);
}

/// Whose network and random numbers the run has that is shown for this failure.
ScheduleName Session::WorldShown(const CheckFold& fold) const {
  const auto shrunk = shrunk_.find(fold.info);
  if (shrunk != shrunk_.end()) return shrunk->second.world;
  return fold.at.schedule.systematic ? ScheduleName{} : fold.at.schedule;
}

/// Whether it takes more than Go's order: of a failure that is shown without a switch.
Result<bool> Session::NeedsItsWorld(const CheckFold& fold) {
  if (WorldShown(fold) == ScheduleName{}) return false;
  auto runner = RunnerOf(fold.at.lane);
  if (!runner) return tl::unexpected(runner.error());
  auto run = (*runner)->Do(PlanOf(std::span<const rt::Deviation>{}));
  if (!run) return tl::unexpected(run.error());
  return Same(fold, JudgeAgain(fold.at.lane, *run)) == nullptr;
}

Result<Shrunk> Session::ShrinkIn(const ScheduleName& world, const CheckFold& fold,
                                 const std::vector<rt::Deviation>& failing) {
  return Shrink(failing, [&](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
    if (options_.cancel != nullptr && options_.cancel->load())
      return Failure({.what = "interrupted"});
    auto run = runner_->Do(PlanOf(deviations, world));
    if (!run) return tl::unexpected(run.error());
    Trial trial;
    trial.fails = Same(fold, JudgeAgain(fold.at.lane, *run)) != nullptr;
    trial.decisions = DecisionsOf(run->history);
    trial.deviations = DeviationsOf(run->history);
    Say("shrinking: " + std::to_string(failing.size()) + " switches, found " +
        std::to_string(trial.deviations.size()));
    return trial;
  });
}

std::string Session::ReplayOf(const RunPlace& at) const {
  const LanePlan& plan = plans_[at.lane];
  Replay replay;
  replay.task = task_.id;
  replay.seed = at.schedule.Text();
  replay.variation = options_.lanes.variation;
  replay.params = plan.changed;
  replay.in = subject_.in_option;
  replay.labs = options_.labs;
  return replay.Command();
}

/// Of the lane that is shown, in order.
std::vector<std::string> FailedSeeds(const CheckFold& fold) {
  std::vector<RunPlace> failures = fold.failures;
  std::sort(failures.begin(), failures.end());
  std::vector<std::string> seeds;
  for (const RunPlace& at : failures) {
    if (at.lane == fold.at.lane) seeds.push_back(at.schedule.Text());
  }
  return seeds;
}

Result<CheckReport> Session::ReportFailure(const CheckFold& fold, bool is_root,
                                           TaskReport* task_report) {
  CheckReport report = NewCheckReport(task_, *fold.info);
  const LanePlan& plan = plans_[fold.at.lane];
  auto run = RunAgain(fold);
  if (!run) return tl::unexpected(run.error());
  const int switches = static_cast<int>(DeviationsOf(run->history).size());
  std::string note;
  std::vector<JudgedCheck> judged = JudgeAgain(fold.at.lane, *run);
  const JudgedCheck* shown = Same(fold, judged);
  if (shown == nullptr) {
    note =
        "not repeatable: the same seed gave another run (uninitialised memory, a thread of its "
        "own?)";
  } else if (is_root) {
    auto shortest = ShortestRun(fold, std::move(*run), &note);
    if (!shortest) return tl::unexpected(shortest.error());
    run = std::move(shortest);
    judged = JudgeAgain(fold.at.lane, *run);
    shown = Same(fold, judged);
  }
  FillReport(shown != nullptr ? *shown : fold.worst, run->history, programs_, &report);
  report.switches = switches;
  const int left = static_cast<int>(DeviationsOf(run->history).size());
  if (left != switches) report.shortest = left;
  report.failed_seeds = FailedSeeds(fold);
  if (!note.empty()) report.note = note;
  const bool in_some = fold.failed < fold.judged;
  if (in_some && !plan.InRealTime() && report.context.empty() &&
      DeviationsFromGo(run->history).empty()) {
    auto needs = NeedsItsWorld(fold);
    if (!needs) return tl::unexpected(needs.error());
    report.context = *needs ? "in Go's usual order, with the network's delays and cuts and the "
                              "random numbers of seed " +
                                  WorldShown(fold).Text()
                            : "already in Go's usual order";
  }
  report.seed = fold.at.schedule.Text();
  report.variation = plan.variation == nullptr ? "" : plan.variation->id;
  report.parameters = plan.changed;
  report.replay = ReplayOf(fold.at);
  report.failed_schedules = fold.failed;
  report.schedules = fold.judged;
  report.explanation = Explanation(report, subject_.name);
  if (is_root) ShowRun(*run);
  if (is_root) task_report->output = CutText(std::string(run->history.out()), kMostOutput);
  return report;
}

void Session::ShowRun(const Run& run) {
  if (run_is_shown_ || !options_.show_run || !run.void_because.empty()) return;
  run_is_shown_ = true;
  options_.show_run(run.history);
}

Result<void> Session::ShowFirstRun() {
  if (run_is_shown_ || !options_.show_run) return {};
  auto runner = RunnerOf(0);
  if (!runner) return tl::unexpected(runner.error());
  auto run = (*runner)->Do(PlanAt({0, 0, plans_.front().schedules.front()}));
  if (!run) return tl::unexpected(run.error());
  ShowRun(*run);
  return {};
}

Result<TaskReport> Session::Do() {
  if (auto done = RunAll(); !done) return tl::unexpected(done.error());
  if (auto done = RunRaceImages(); !done) return tl::unexpected(done.error());
  TaskReport report = NewReport(task_);
  report.schedules = fold_.runs();
  report.distinct_schedules = fold_.distinct();
  const RootCause cause = ChooseRootOfAll();
  for (const CheckFold& fold : fold_.checks()) {
    if (!Counts(fold)) continue;
    if (fold.info->advice) {
      if (!Failed(fold.outcome) || variation_missing_) continue;
      report.advice.push_back({fold.info->id, WordsOfJudged(fold.worst).line_one});
      continue;
    }
    CheckReport check = NewCheckReport(task_, *fold.info);
    check.schedules = fold.judged;
    const auto need = cause.not_judged.find(fold.info->id);
    if (variation_missing_) {
      check.message = DefinesNoFlag(plans_.front());
    } else if (need != cause.not_judged.end()) {
      check.message = NotJudged(need->second);
    } else if (Failed(fold.outcome)) {
      auto failure = ReportFailure(fold, cause.root == fold.info->id, &report);
      if (!failure) return tl::unexpected(failure.error());
      check = std::move(*failure);
    } else {
      check.outcome = fold.outcome;
      check.message = fold.outcome == Outcome::kPass ? fold.fact : fold.reason;
      const auto no_image = no_race_because_.find(ImageOf(*fold.info));
      if (fold.judged == 0 && no_image != no_race_because_.end() && !no_image->second.empty())
        check.message = no_image->second;
    }
    report.checks.push_back(std::move(check));
  }
  if (!variation_missing_) report.root = cause.root;
  if (auto shown = ShowFirstRun(); !shown) return tl::unexpected(shown.error());
  SumUp(&report);
  if (report.outcome == Outcome::kPass) report.proved_schedules = static_cast<int>(Proved());
  for (std::size_t lane = 0; lane < explored_.searches.size(); ++lane) {
    const LaneSearch& search = explored_.searches[lane];
    if (search.different == 0) continue;
    const std::string how = search.exhausted ? " in all"
                            : search.given_up_because.empty()
                                ? " so far"
                                : ", then too much: " + search.given_up_because;
    Log(task_.id + ": systematic search: " + std::to_string(search.different) +
        " different schedules" + how);
  }
  if (options_.page) {
    if (auto given = GivePage(report); !given) return tl::unexpected(given.error());
  }
  return report;
}

/// The run that is shown, once more: its names come from a runner that is still there.
Result<void> Session::GivePage(const TaskReport& report) {
  const CheckFold* root = nullptr;
  for (const CheckFold& fold : fold_.checks()) {
    if (fold.info->id == report.root && Failed(fold.outcome)) root = &fold;
  }
  const auto& schedules = plans_.front().schedules;
  const RunPlace first{0, 0, schedules.empty() ? ScheduleName{} : schedules.front()};
  const RunPlace at = root != nullptr ? root->at : first;
  auto runner = RunnerOf(at.lane);
  if (!runner) return tl::unexpected(runner.error());
  auto run = (*runner)->Do(PlanAt(at));
  if (!run) return tl::unexpected(run.error());
  std::string schedule = "seed " + at.schedule.Text();
  if (root != nullptr) {
    const std::size_t found = DeviationsOf(run->history).size();
    std::string note;
    run = ShortestRun(*root, std::move(*run), &note);
    if (!run) return tl::unexpected(run.error());
    if (DeviationsOf(run->history).size() < found) schedule += ", shrunk";
  }
  const std::vector<JudgedCheck> judged = JudgeAgain(at.lane, *run);
  const PageRun shown{run->history, plans_[at.lane], judged, schedule};
  options_.page(PageOf(report, subject_.name, &shown, programs_));
  return {};
}

/// Without the folder: a report names no place outside of the submission.
BuildFailure WordsOfUnreadable(const struct Error& error) {
  BuildFailure words;
  words.message = error.what + (error.why.empty() ? "" : ": " + error.why);
  words.rule = error.what_to_do;
  return words;
}

BuildFailure WordsOfCompile(const CompileFailure& failure, const Programs& programs) {
  BuildFailure words;
  if (failure.kind == CompileFailure::Kind::kLimit) {
    words.message = "the compiler reached a limit of time or memory";
    words.compiler = failure.diagnostics.substr(0, failure.diagnostics.find('\n'));
    return words;
  }
  BuildExplanation explained =
      ExplainBuild(failure.diagnostics,
                   [&](const std::string& file, int line) { return programs.LineOf(file, line); });
  words.message = std::move(explained.message);
  words.rule = std::move(explained.rule);
  words.ask = std::move(explained.ask);
  words.places = std::move(explained.places);
  if (failure.kind == CompileFailure::Kind::kRefused) return words;
  words.compiler = std::move(explained.compiler);
  return words;
}

TaskReport ReportUnbuilt(const Task& task, const JudgedSubject& subject, const Programs& programs,
                         const JudgeOptions& options) {
  TaskReport report = NewReport(task);
  report.output = CutText(programs.failure.diagnostics, kMostOutput);
  const History nothing = HistoryBuilder::Build({});
  const auto plans = PlanLanes(task, options.lanes);
  for (const CheckInfo* info : ChecksOf(task)) {
    if (info->advice || !HasPlace(*info, plans, options)) continue;
    CheckReport check = NewCheckReport(task, *info);
    if (info->ShortId() == "builds") {
      const BuildFailure words = programs.unreadable ? WordsOfUnreadable(*programs.unreadable)
                                                     : WordsOfCompile(programs.failure, programs);
      JudgedCheck judged{info, common::BuildFailed(words), ""};
      FillReport(judged, nothing, programs, &check);
      Replay replay;
      replay.task = task.id;
      replay.variation = options.lanes.variation;
      replay.in = subject.in_option;
      replay.labs = options.labs;
      check.replay = replay.Command();
      check.explanation = Explanation(check, subject.name);
      report.root = info->id;
    } else {
      check.message = NotJudged("builds");
    }
    report.checks.push_back(std::move(check));
  }
  SumUp(&report);
  return report;
}

TaskReport ReportNotAttempted(const Task& task, const std::string& why,
                              const JudgeOptions& options) {
  TaskReport report = NewReport(task);
  report.attempted = false;
  const auto plans = PlanLanes(task, options.lanes);
  for (const CheckInfo* info : ChecksOf(task)) {
    if (info->advice || !HasPlace(*info, plans, options)) continue;
    CheckReport check = NewCheckReport(task, *info);
    check.message = "not attempted: " + why;
    report.checks.push_back(std::move(check));
  }
  SumUp(&report);
  return report;
}

std::vector<const Case*> CasesOf(const std::vector<LanePlan>& lanes) {
  std::vector<const Case*> cases;
  for (const LanePlan& lane : lanes) {
    if (std::find(cases.begin(), cases.end(), lane.of_case) == cases.end())
      cases.push_back(lane.of_case);
  }
  return cases;
}

}  // namespace

std::vector<const CheckInfo*> ChecksOf(const Task& task) {
  EnsureCommonChecks(task.id);
  const std::vector<std::string_view> common = CommonCheckIds();
  std::vector<const CheckInfo*> checks = CheckRegistry::OfTask(task.id);
  const auto key = [&common](const CheckInfo* info) {
    const auto at = std::find(common.begin(), common.end(), info->ShortId()) - common.begin();
    const bool own = at == static_cast<std::ptrdiff_t>(common.size());
    return std::tuple(info->advice, !own, own ? std::string_view(info->file) : "",
                      own ? info->line : static_cast<int>(at));
  };
  std::stable_sort(checks.begin(), checks.end(),
                   [&key](const CheckInfo* a, const CheckInfo* b) { return key(a) < key(b); });
  return checks;
}

std::string WhyNoRaceImages(const JudgedSubject& subject, const Builder* builder,
                            const JudgeOptions& options) {
  if (options.race == RaceMode::kNone) return "--no-race leaves it out";
  if (subject.IsReference() && options.race != RaceMode::kAll)
    return "of the reference only with --race";
  return builder == nullptr ? "there is nothing to build it with" : "";
}

std::shared_ptr<RaceImages> BeginRaceImages(const Task& task, const JudgedSubject& subject,
                                            const std::vector<const Case*>& cases,
                                            const Builder* builder, const JudgeOptions& options) {
  if (!WhyNoRaceImages(subject, builder, options).empty()) return nullptr;
  auto sources = SourcesToBuild(task, subject);
  if (!sources) return nullptr;  // FindPrograms says so
  return std::make_shared<RaceImages>(task, std::move(*sources), cases, *builder);
}

bool IsSelected(const CheckInfo& check, const std::string& only) {
  return only.empty() || only == check.id || only == check.ShortId();
}

void SumUp(TaskReport* report) {
  report->points = report->max_points = 0;
  bool fail = false, error = false, pass = false;
  for (CheckReport& check : report->checks) {
    // What this golab cannot judge at all takes nothing from anybody.
    const std::string id = ShortCheckId(check.id);
    const bool of_race_image = id == "no-race" || id == "no-dangling";
    if (of_race_image && check.outcome == Outcome::kSkip) check.max_points = 0;
    check.points = check.outcome == Outcome::kPass ? check.max_points : 0;
    report->points += check.points;
    report->max_points += check.max_points;
    fail |= check.outcome == Outcome::kFail;
    error |= check.outcome == Outcome::kError;
    pass |= check.outcome == Outcome::kPass;
  }
  report->outcome = fail    ? Outcome::kFail
                    : error ? Outcome::kError
                    : pass  ? Outcome::kPass
                            : Outcome::kSkip;
}

void SumUp(Report* report) {
  report->points = report->max_points = 0;
  bool fail = false, error = false, pass = false;
  for (const TaskReport& task : report->tasks) {
    report->points += task.points;
    report->max_points += task.max_points;
    fail |= task.outcome == Outcome::kFail || (task.required && !task.attempted);
    error |= task.outcome == Outcome::kError;
    pass |= task.outcome == Outcome::kPass;
  }
  report->outcome = fail    ? Outcome::kFail
                    : error ? Outcome::kError
                    : pass  ? Outcome::kPass
                            : Outcome::kSkip;
}

Result<TaskReport> JudgePrograms(const Task& task, const JudgedSubject& subject,
                                 const Programs& programs, const JudgeOptions& options) {
  if (!programs.built) {
    TaskReport report = ReportUnbuilt(task, subject, programs, options);
    if (options.page) options.page(PageOf(report, subject.name, nullptr, programs));
    return report;
  }
  return Session(task, subject, programs, options).Do();
}

Result<TaskReport> JudgeTask(const Task& task, const JudgedSubject& subject, const Builder* builder,
                             const JudgeOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto checks = ChecksOf(task);
  if (std::all_of(checks.begin(), checks.end(), [](const CheckInfo* info) {
        return IsCommonCheck(info->ShortId()) || info->advice;
      })) {
    return Failure({.what = "no checks of " + task.id + " are in this golab"});
  }
  if (!subject.IsReference() && !std::filesystem::exists(subject.dir)) {
    return ReportNotAttempted(task, "its folder is not there", options);
  }
  if (!subject.IsReference() && IsStillStarter(subject.dir, task.id)) {
    return ReportNotAttempted(task, "still the starter", options);
  }
  if (options.progress && !subject.IsReference()) options.progress("building");
  const auto lanes = PlanLanes(task, options.lanes);
  auto race = BeginRaceImages(task, subject, CasesOf(lanes), builder, options);
  auto programs = FindPrograms(task, subject, CasesOf(lanes), builder, options.jobs, options.cancel,
                               options.seats);
  if (!programs) return tl::unexpected(programs.error());
  programs->race = std::move(race);
  programs->no_race_because = WhyNoRaceImages(subject, builder, options);
  auto report = JudgePrograms(task, subject, *programs, options);
  if (report)
    report->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

TaskReport JudgeRealRun(const Task& task, const JudgedSubject& subject, const Programs& programs,
                        const LanePlan& lane, const Run& run, const JudgeOptions& options) {
  TaskReport report = NewReport(task);
  report.schedules = report.distinct_schedules = 1;
  const auto checks = ChecksOf(task);
  const bool variation_missing = LacksFlag(run.history, lane);
  const auto judged =
      JudgeRun(checks, EvidenceOf(run.history, lane, rt::World::kReal), run.void_because);
  std::vector<Candidate> candidates;
  for (const JudgedCheck& one : judged) {
    if (one.info->advice) continue;
    candidates.push_back({one.info->id, one.info->needs, one.finding.outcome, one.finding.at,
                          KindOf(*one.info, one.finding)});
  }
  if (!variation_missing) report.root = ChooseRoot(candidates).root;
  for (const JudgedCheck& one : judged) {
    if (!IsSelected(*one.info, options.only)) continue;
    if (one.info->advice) {
      if (Failed(one.finding.outcome) && !variation_missing)
        report.advice.push_back({one.info->id, WordsOfJudged(one).line_one});
      continue;
    }
    CheckReport check = NewCheckReport(task, *one.info);
    check.schedules = 1;
    if (variation_missing) {
      check.message = DefinesNoFlag(lane);
      report.checks.push_back(std::move(check));
      continue;
    }
    check.outcome = one.finding.outcome;
    check.message = one.finding.fact;
    if (ImageOf(*one.info) != Flavour::kPlain) check.message = "left to golab check";
    check.real_time_skip = one.finding.outcome == Outcome::kSkip && one.finding.fact == "real time";
    if (Failed(one.finding.outcome)) {
      FillReport(one, run.history, programs, &check);
      check.failed_schedules = 1;
      check.variation = lane.variation == nullptr ? "" : lane.variation->id;
      check.parameters = lane.changed;
      check.explanation = Explanation(check, subject.name);
    }
    report.checks.push_back(std::move(check));
  }
  report.output = CutText(std::string(run.history.out()), kMostOutput);
  SumUp(&report);
  if (options.page) {
    const PageRun shown{run.history, lane, judged, ""};
    options.page(PageOf(report, subject.name, &shown, programs));
  }
  return report;
}

}  // namespace golab::lab
