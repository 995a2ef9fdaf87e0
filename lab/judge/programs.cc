#include "lab/judge/programs.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "lab/program/files.h"
#include "lab/program/sources.h"
#include "lab/workspace/task_files.h"
#include "runtime/traceback/dwarf_index.h"

namespace golab::lab {
namespace {

std::string OwnPath() {
  char path[4096];
  const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
  return n > 0 ? std::string(path, static_cast<std::size_t>(n)) : "";
}

/// The table beside golab, made when golab was built; else made now.
std::string ReadOwnSymbols() {
  const std::string path = OwnPath();
  if (auto bytes = ReadFile(path + ".symbols"); bytes) return std::move(*bytes);
  std::string table, error;
  if (!rt::BuildSymbolTable(path, &table, &error)) return "";
  return table;
}

/// Read once: all references' runs share it.
std::shared_ptr<const std::string> OwnSymbols() {
  static const auto table = std::make_shared<const std::string>(ReadOwnSymbols());
  return table;
}

std::string BaseName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

Result<Sources> SourcesOf(const Task& task, const Sources& submission, const Case& of_case) {
  Sources sources = submission;
  for (const std::string& name : of_case.without) sources.Remove(name);
  for (const std::string& path : of_case.with) {
    const std::string_view bytes = TaskFiles::Bytes(task.id, path);
    if (bytes.data() == nullptr) {
      return Failure({.what = "no file '" + path + "' among those of " + task.id,
                      .why = "case '" + of_case.id + "' of labs.toml names it"});
    }
    std::string name = BaseName(path);
    if (sources.Find(name) != nullptr) name = "golab_" + name;
    sources.Put({std::move(name), std::string(bytes)});
  }
  return sources;
}

RunnerSpec SpecFor(const Task& task) {
  RunnerSpec spec;
  spec.limits = LimitsOf(task);
  spec.virtual_limit_ns = static_cast<std::uint64_t>(task.limits.virtual_ns);
  return spec;
}

namespace {

/// Cases that link the same files are one program.
struct CaseBuild {
  std::vector<const Case*> of_cases;
  Result<BuildOutcome> outcome = BuildOutcome{};
};

void BuildSome(const Task& task, const Sources& submission, const Builder& builder,
               const std::atomic<bool>* cancel, std::vector<CaseBuild>* builds,
               std::atomic<std::size_t>* next) {
  for (std::size_t i; (i = next->fetch_add(1)) < builds->size();) {
    CaseBuild& build = (*builds)[i];
    auto sources = SourcesOf(task, submission, *build.of_cases.front());
    if (!sources) {
      build.outcome = tl::unexpected(sources.error());
      continue;
    }
    BuildRequest request;
    request.sources = std::move(*sources);
    request.cancel = cancel;
    build.outcome = builder.Build(request);
  }
}

Programs References(const Task& task, const std::vector<const Case*>& cases) {
  Programs programs;
  for (const Case* of_case : cases) {
    RunnerSpec spec = SpecFor(task);
    spec.image.path = "/proc/self/exe";
    spec.image.program = ReferenceName(task, *of_case);
    spec.symbols = OwnSymbols;
    programs.by_case[of_case->id] = std::move(spec);
  }
  for (const TaskFile& file : TaskFiles::In(task.id, "solution")) {
    programs.sources[std::string(file.path)] = std::string(file.bytes);
  }
  return programs;
}

Programs NotTakenIn(struct Error why) {
  Programs none;
  none.built = false;
  none.unreadable = std::move(why);
  return none;
}

}  // namespace

std::string Programs::LineOf(const std::string& file, int line) const {
  auto it = sources.find(file);
  if (it == sources.end()) it = sources.find(BaseName(file));
  if (it == sources.end() || line <= 0) return "";
  std::string_view rest = it->second;
  for (int i = 1; i < line; ++i) {
    const std::size_t newline = rest.find('\n');
    if (newline == std::string_view::npos) return "";
    rest.remove_prefix(newline + 1);
  }
  return std::string(rest.substr(0, rest.find('\n')));
}

std::string ReferenceName(const Task& task, const Case& of_case) {
  return task.cases.size() <= 1 ? task.id : task.id + "/" + of_case.id;
}

RunLimits LimitsOf(const Task& task) {
  RunLimits limits;
  limits.wall = std::chrono::nanoseconds(task.limits.wall_ns);
  limits.cpu_seconds =
      static_cast<int>(std::max<std::int64_t>(1, task.limits.cpu_ns / 1'000'000'000));
  limits.memory_bytes = static_cast<std::uint64_t>(task.limits.memory_mib) << 20;
  limits.output_bytes = static_cast<std::uint64_t>(task.limits.output_bytes);
  return limits;
}

Result<Programs> BuildPrograms(const Task& task, const Sources& sources,
                               const std::vector<const Case*>& cases, const Builder& builder,
                               int jobs, const std::atomic<bool>* cancel, Seats* seats) {
  std::vector<CaseBuild> builds;
  for (const Case* of_case : cases) {
    const auto same = std::find_if(builds.begin(), builds.end(), [&](const CaseBuild& build) {
      const Case& other = *build.of_cases.front();
      return other.with == of_case->with && other.without == of_case->without;
    });
    if (same != builds.end()) {
      same->of_cases.push_back(of_case);
    } else {
      builds.push_back({{of_case}});
    }
  }
  std::atomic<std::size_t> next{0};
  WorkTogether(std::min(jobs, static_cast<int>(builds.size())), seats,
               [&] { BuildSome(task, sources, builder, cancel, &builds, &next); });

  Programs programs;
  for (const SourceFile& file : sources.files) programs.sources[file.name] = file.bytes;
  for (CaseBuild& build : builds) {
    if (!build.outcome) return tl::unexpected(build.outcome.error());
    if (!build.outcome->built) {
      programs.built = false;
      programs.failure = std::move(build.outcome->failure);
      return programs;
    }
    RunnerSpec spec = SpecFor(task);
    spec.image.path = build.outcome->image.path;
    spec.image.symbols_path = build.outcome->image.symbols_path;
    for (const Case* of_case : build.of_cases) programs.by_case[of_case->id] = spec;
  }
  return programs;
}

Result<Sources> SourcesToBuild(const Task& task, const JudgedSubject& subject) {
  if (!subject.IsReference()) return ReadSources(subject.dir, task.files);
  Sources sources;
  for (const TaskFile& file : TaskFiles::In(task.id, "solution"))
    sources.Put({std::string(file.path), std::string(file.bytes)});
  return sources;
}

Result<Programs> FindPrograms(const Task& task, const JudgedSubject& subject,
                              const std::vector<const Case*>& cases, const Builder* builder,
                              int jobs, const std::atomic<bool>* cancel, Seats* seats) {
  if (subject.IsReference()) return References(task, cases);
  auto sources = SourcesToBuild(task, subject);
  if (!sources) return NotTakenIn(std::move(sources.error()));
  return BuildPrograms(task, *sources, cases, *builder, jobs, cancel, seats);
}

}  // namespace golab::lab
