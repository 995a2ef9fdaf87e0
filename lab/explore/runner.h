#pragma once
// One program under way, asked for runs: a plan goes in, a run comes out as a history that was
// validated first.
//
// Thread safety: a Runner belongs to the thread that started it.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lab/error.h"
#include "lab/explore/step_trace.h"
#include "lab/history/history.h"
#include "lab/program/process.h"
#include "lab/recording/recording_map.h"

namespace golab::lab {

/// How a program is run.
struct RunnerSpec {
  ImageSpec image;
  RunLimits limits;
  rt::World world = rt::World::kVirtual;
  std::uint32_t quantum = 50'000;
  std::uint64_t virtual_limit_ns = 60'000'000'000;
  std::uint64_t rest_limit_ns = 2'000'000'000;
  std::uint32_t flags = 0;  ///< rt::PlanFlag
  /// The folder that the sources' names in the debug information begin with; empty: names as they
  /// are.
  std::string directory;
  /// Makes the image's symbol table when one is needed first; null: read from image.symbols_path.
  std::function<std::shared_ptr<const std::string>()> symbols;
};

/// A run, and what is known of it.
struct Run {
  History history;                  ///< nonsense, but safe, where void_because says so
  std::vector<rt::WorkEntry> work;  ///< by goroutine, as the program counted it
  std::string
      void_because;  ///< why nothing can be judged: "recording is not a possible history: ..."
  RunResult process;
  std::uint64_t hash = 0;  ///< ScheduleHash
  StepTrace trace;         ///< where the plan asked for it
  /// Equal for runs that differ in nothing that matters: PartialOrderHash, or `hash` where the run
  /// has no whole trace.
  std::uint64_t different_hash = 0;
};

class Runner {
 public:
  /// Starts the image. Errors: as Process::Start.
  static Result<std::unique_ptr<Runner>> Start(RunnerSpec spec);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// One run. What the plan says of the schedule and its `flags` count; the rest comes from the
  /// spec. The run's history refers to the runner's symbols. Errors: golab or the machine
  /// cannot run anything.
  Result<Run> Do(RunPlan plan);

  /// For a run that is shown while it goes on: `look` is called every few milliseconds with what is
  /// new; false ends the run.
  Result<Run> DoWatched(RunPlan plan, const std::function<bool(const Progress&, Runner&)>& look);

  /// Records of the run under way that were not handed out before. Nothing here was validated.
  std::span<const rt::Record> NewRecords();

  /// Ends the program; runs that were made keep their names.
  void EndProgram() { process_.reset(); }

  Process& process() { return *process_; }

  const RunnerSpec& spec() const { return spec_; }

 private:
  class LazySymbols;
  Runner(RunnerSpec spec, RecordingMap map);
  void Prepare(RunPlan* plan);
  Run Finish(RunResult result);

  RunnerSpec spec_;
  std::unique_ptr<LazySymbols> symbols_;
  RecordingMap map_;
  std::size_t handed_out_ = 0;  // records of the run under way
  std::unique_ptr<Process> process_;
};

/// "256 MiB of memory": the limit that ended a run, as `Ending::limit` says it; empty for none.
std::string LimitInWords(Killed killed, const RunLimits& limits);

}  // namespace golab::lab
