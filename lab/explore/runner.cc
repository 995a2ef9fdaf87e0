#include "lab/explore/runner.h"

#include <algorithm>
#include <utility>

#include "lab/explore/schedule.h"
#include "lab/explore/search.h"
#include "lab/history/image_symbols.h"
#include "lab/program/files.h"
#include "lab/recording/validator.h"

namespace golab::lab {

/// Reads the image's symbol table when the first name is asked for: most runs pass without one.
class Runner::LazySymbols final : public Symbols {
 public:
  explicit LazySymbols(const RunnerSpec& spec)
      : path_(spec.image.symbols_path), directory_(spec.directory), make_(spec.symbols) {}

  void SetBias(std::uint64_t bias) {
    if (bias == bias_) return;
    bias_ = bias;
    inner_.reset();
  }

  std::vector<Frame> Lookup(std::uint64_t pc, bool exact) const override {
    if (inner_ == nullptr) {
      LoadedImage image;
      image.bias = bias_;
      if (make_) {
        image.shared = make_();
      } else if (auto bytes = ReadFile(path_); bytes) {
        image.table = std::move(*bytes);
      }
      std::vector<LoadedImage> images;
      images.push_back(std::move(image));
      inner_ = std::make_unique<ImageSymbols>(std::move(images), directory_);
    }
    return inner_->Lookup(pc, exact);
  }

 private:
  std::string path_, directory_;
  std::function<std::shared_ptr<const std::string>()> make_;
  std::uint64_t bias_ = 0;
  mutable std::unique_ptr<ImageSymbols> inner_;
};

namespace {

std::string SecondsInWords(std::chrono::nanoseconds t) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(t).count();
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
  return std::to_string(ms) + " ms";
}

}  // namespace

std::string LimitInWords(Killed killed, const RunLimits& limits) {
  const auto mib = [](std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; };
  switch (killed) {
    case Killed::kNo:
      return "";
    case Killed::kWall:
      return SecondsInWords(limits.wall) + " of real time";
    case Killed::kSilent:
      return SecondsInWords(limits.silent_cpu) + " of processor time without an event";
    case Killed::kMemory:
      return mib(limits.memory_bytes) + " of memory";
    case Killed::kOutput:
      return mib(limits.output_bytes) + " of output";
    case Killed::kRecords:
      return "the most events that golab records";
    case Killed::kRequested:
      return "your request";
  }
  return "";
}

Runner::Runner(RunnerSpec spec, RecordingMap map)
    : spec_(std::move(spec)),
      symbols_(std::make_unique<LazySymbols>(spec_)),
      map_(std::move(map)) {}

Runner::~Runner() = default;

Result<std::unique_ptr<Runner>> Runner::Start(RunnerSpec spec) {
  auto map = RecordingMap::Create();
  if (!map) return tl::unexpected(map.error());
  std::unique_ptr<Runner> runner(new Runner(std::move(spec), std::move(*map)));
  auto process = Process::Start(runner->spec_.image, runner->map_.fd(), runner->spec_.limits);
  if (!process) return tl::unexpected(process.error());
  runner->process_ = std::move(*process);
  runner->process_->OnLook([map = &runner->map_] { return map->Drain(); });
  return runner;
}

void Runner::Prepare(RunPlan* plan) {
  plan->world = spec_.world;
  plan->quantum = spec_.quantum;
  plan->virtual_limit_ns = spec_.virtual_limit_ns;
  plan->rest_limit_ns = spec_.rest_limit_ns;
  plan->flags |= spec_.flags;
  map_.Reset(*plan);
  handed_out_ = 0;
}

std::span<const rt::Record> Runner::NewRecords() {
  map_.Drain();
  const auto all = map_.drained();
  const auto fresh = all.subspan(std::min(handed_out_, all.size()));
  handed_out_ = all.size();
  return fresh;
}

Result<Run> Runner::Do(RunPlan plan) {
  Prepare(&plan);
  auto result = process_->Run();
  if (!result) return tl::unexpected(result.error());
  return Finish(std::move(*result));
}

Result<Run> Runner::DoWatched(RunPlan plan,
                              const std::function<bool(const Progress&, Runner&)>& look) {
  Prepare(&plan);
  if (auto begun = process_->Begin(); !begun) return tl::unexpected(begun.error());
  for (bool ended = false; !ended;) {
    auto waited = process_->Wait(std::chrono::milliseconds(20));
    if (!waited) return tl::unexpected(waited.error());
    ended = *waited;
    auto progress = process_->Poll();
    if (!progress) return tl::unexpected(progress.error());
    if (!look(*progress, *this)) process_->Kill();
  }
  return Finish(process_->End());
}

Run Runner::Finish(RunResult result) {
  Run run;
  RunEvidence evidence;
  evidence.recording = map_.Take();
  run.work = std::move(evidence.recording.work);
  if (result.killed_runner) {
    run.void_because = "the program killed the process that runs it";
  } else if (result.out_rewound || result.err_rewound) {
    run.void_because = "the program went back in its own output";
  } else if (const auto violation =
                 Validate(evidence.recording, {result.out.size(), result.err.size()})) {
    run.void_because = violation->Text();
  }
  run.trace = ReadTrace(evidence.recording);
  evidence.recording.trace = {};
  symbols_->SetBias(evidence.recording.image_bias);
  evidence.out = result.out;
  evidence.err = result.err;
  evidence.wait_status = result.wait_status;
  evidence.killed_because = LimitInWords(result.killed, spec_.limits);
  evidence.symbols = symbols_.get();
  run.history = HistoryBuilder::Build(std::move(evidence));
  run.process = std::move(result);
  run.hash = ScheduleHash(run.history);
  run.different_hash = run.hash;
  if (run.void_because.empty() && !run.trace.steps.empty() && !run.trace.Is(rt::kTraceCut)) {
    if (const std::uint64_t hash = PartialOrderHash(run.trace)) run.different_hash = hash;
  }
  return run;
}

}  // namespace golab::lab
