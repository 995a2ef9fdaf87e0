#include "lab/beam/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "lab/program/command.h"
#include "lab/program/files.h"
#include "lab/workspace/task_files.h"

namespace golab::lab::embedded {

extern const TaskFileTable beam;

}  // namespace golab::lab::embedded

namespace golab::lab::beam {
namespace {

constexpr auto kMostTime = std::chrono::seconds(60);

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread yet
  return value == nullptr ? "" : value;
}

std::string_view ProgramText(std::string_view name) {
  const TaskFileTable& files = embedded::beam;
  for (std::size_t i = 0; i < files.count; ++i) {
    if (files.files[i].path == name) return files.files[i].bytes;
  }
  return {};
}

/// One command in the work folder; its output, or why there is none.
Result<std::string> Run(const std::string& folder, std::vector<std::string> argv,
                        const std::vector<std::string>& more_environment,
                        const std::atomic<bool>* cancel) {
  SpawnSpec spec;
  spec.path = argv.front();
  spec.argv = std::move(argv);
  spec.folder = folder;
  spec.environment = {"PATH=" + Environment("PATH"), "HOME=" + folder, "TMPDIR=" + folder,
                      "LC_ALL=C"};
  spec.environment.insert(spec.environment.end(), more_environment.begin(), more_environment.end());
  const std::string name = std::filesystem::path(spec.path).filename().string();
  auto result = RunCommand(std::move(spec), {.wall = kMostTime}, cancel);
  if (!result) return tl::unexpected(result.error());
  if (result->ended == CommandResult::Ended::kCancelled)
    return Failure({.what = "interrupted", .exit_class = ExitClass::kUsage});
  if (result->ended != CommandResult::Ended::kByItself)
    return Failure({.what = name + " did not end within 60 s"});
  if (result->wait_status != 0) {
    const std::string& text = result->output;
    return Failure({.what = name + " failed", .why = text.substr(0, text.find('\n'))});
  }
  return std::move(result->output);
}

/// Writes a program, prepares it and runs it on one processor.
class Bench {
 public:
  Bench(std::string folder, const std::atomic<bool>* cancel)
      : folder_(std::move(folder)), cancel_(cancel) {}

  Result<std::string> Do(std::vector<std::string> argv, std::vector<std::string> environment = {}) {
    environment.emplace_back("GOMAXPROCS=1");
    return Run(folder_, std::move(argv), environment, cancel_);
  }

  Result<void> Write(const std::string& name) {
    return WriteNewFile(Below(folder_, name), ProgramText(name));
  }

  std::string Path(const std::string& name) const { return Below(folder_, name); }

 private:
  std::string folder_;
  const std::atomic<bool>* cancel_;
};

Result<System> MeasureGolab(Bench& bench, const Toolchain& toolchain) {
  System golab{"golab", "golab", "", {}};
  if (auto written = bench.Write("measure.cc"); !written) return tl::unexpected(written.error());
  const std::string& library = toolchain.plain.library;
  const std::string program = bench.Path("measure-golab");
  auto built = bench.Do({toolchain.compiler, "-std=c++20", "-O2", "-fno-omit-frame-pointer", "-g1",
                         "-isystem", toolchain.include_dir, "measure.cc", "-o", program, library,
                         "-Wl,-rpath," + library.substr(0, library.rfind('/')), "-pthread"});
  if (!built) return tl::unexpected(built.error());
  auto output = bench.Do({program});
  if (!output) return tl::unexpected(output.error());
  golab.values = ParseValues(*output);
  return golab;
}

System Without(System system, const Error& error) {
  system.missing = error.Text();
  return system;
}

System MeasureGo(Bench& bench, const std::string& path) {
  System go{"go", "Go", "", {}};
  const std::string tool = FindExecutable("go", path);
  if (tool.empty()) {
    go.missing = "not installed here";
    return go;
  }
  const std::vector<std::string> environment = {
      "GOTOOLCHAIN=local", "GOCACHE=" + bench.Path("go-cache"), "CGO_ENABLED=0"};
  if (auto version = bench.Do({tool, "version"}, environment)) {
    std::istringstream words(*version);  // "go version go1.24.4 linux/amd64"
    std::string word;
    while (words >> word) {
      if (word.starts_with("go1")) go.name = "Go " + word.substr(2);
    }
  }
  if (auto written = bench.Write("measure.go"); !written) return Without(go, written.error());
  const std::string program = bench.Path("measure-go");
  if (auto built = bench.Do({tool, "build", "-o", program, "measure.go"}, environment); !built)
    return Without(go, built.error());
  auto output = bench.Do({program});
  if (!output) return Without(go, output.error());
  go.values = ParseValues(*output);
  return go;
}

System MeasureErlang(Bench& bench, const std::string& path) {
  System erlang{"erlang", "Erlang", "", {}};
  const std::string tool = FindExecutable("escript", path);
  if (tool.empty()) {
    erlang.missing = "not installed here";
    return erlang;
  }
  if (auto written = bench.Write("measure.erl"); !written) return Without(erlang, written.error());
  // One scheduler, and room for all the processes of the measurement.
  const std::vector<std::string> environment = {"ERL_FLAGS=+S 1:1 +P 1000000"};
  auto output = bench.Do({tool, "measure.erl"}, environment);
  if (!output) return Without(erlang, output.error());
  erlang.values = ParseValues(*output);
  std::istringstream lines(*output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("version ")) erlang.name = "Erlang/OTP " + line.substr(8);
  }
  return erlang;
}

std::string Folders(const Search& search) {
  if (!search.path.empty()) return search.path;
  std::string folders = Environment("PATH") + ":/usr/local/go/bin";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib", error)) {
    if (entry.path().filename().string().starts_with("go-"))
      folders += ":" + entry.path().string() + "/bin";
  }
  return folders;
}

/// Thousands in groups.
std::string Whole(double value) {
  std::string digits = std::to_string(std::llround(value));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string ThreeDigits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.1f" : "%.0f", value);
  return text;
}

}  // namespace

const std::vector<Quantity>& Quantities() {
  using Unit = Quantity::Unit;
  static const std::vector<Quantity> quantities = {
      {"spawn_ns", "start one and wait for its end", Unit::kNanoseconds},
      {"message_ns", "a message, sender to receiver", Unit::kNanoseconds},
      {"switch_ns", "give way to another one", Unit::kNanoseconds},
      {"restart_ns", "crash, be noticed, be started anew", Unit::kNanoseconds},
      {"preempt_ms", "a sleeper is late while one computes", Unit::kMilliseconds},
      {"memory_bytes", "memory of one that waits", Unit::kBytes},
  };
  return quantities;
}

std::string InUnits(const Quantity& quantity, double value) {
  switch (quantity.unit) {
    case Quantity::Unit::kNanoseconds:
      return value < 10'000 ? ThreeDigits(value) + " ns" : ThreeDigits(value / 1000) + " us";
    case Quantity::Unit::kMilliseconds:
      return ThreeDigits(value) + " ms";
    case Quantity::Unit::kBytes:
      return Whole(value) + " bytes";
  }
  return "";
}

std::map<std::string, double> ParseValues(std::string_view output) {
  std::map<std::string, double> values;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, rest;
    double value = 0;
    if (!(words >> name >> value) || words >> rest) continue;
    const auto& all = Quantities();
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const Quantity& quantity) { return name == quantity.id; });
    if (known && std::isfinite(value) && value > 0) values[name] = value;
  }
  return values;
}

Result<std::vector<System>> MeasureAll(const Toolchain& toolchain, const Search& search,
                                       const std::function<void(const std::string&)>& progress,
                                       const std::atomic<bool>* cancel) {
  auto folder = PrivateFolder::Make("", "golab-beam-");
  if (!folder) return tl::unexpected(folder.error());
  Bench bench(folder->path(), cancel);
  std::vector<System> systems;
  progress("measuring golab");
  auto golab = MeasureGolab(bench, toolchain);
  if (!golab) return tl::unexpected(golab.error());
  systems.push_back(std::move(*golab));
  progress("measuring Go");
  systems.push_back(MeasureGo(bench, Folders(search)));
  progress("measuring Erlang");
  systems.push_back(MeasureErlang(bench, Folders(search)));
  if (cancel != nullptr && *cancel)
    return Failure({.what = "interrupted", .exit_class = ExitClass::kUsage});
  return systems;
}

}  // namespace golab::lab::beam
