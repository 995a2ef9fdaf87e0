#include "lab/judge/selfcheck.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "lab/check/check.h"
#include "lab/explain/root_cause.h"
#include "lab/explain/terms.h"
#include "lab/explain/width.h"
#include "lab/explain/words.h"
#include "lab/judge/judge.h"
#include "lab/program/files.h"
#include "lab/workspace/task_files.h"
#include "lab/workspace/workspace.h"

namespace golab::lab {
namespace {

/// A known answer: files, and what its first lines say of it.
struct Known {
  std::string name;  ///< "stale.cc", or the folder's name
  Sources sources;
  std::string must_fail;  ///< short id; empty: nothing named
  std::string variation;
  std::string expected;  ///< NAME.expected.txt, if there is one
};

/// The value of "// key: value" among the first lines of a file.
std::string HeaderOf(std::string_view bytes, std::string_view key) {
  while (bytes.starts_with("// ")) {
    std::string_view line = bytes.substr(3, bytes.find('\n') - 3);
    if (line.starts_with(key) && line.substr(key.size()).starts_with(": "))
      return std::string(line.substr(key.size() + 2));
    const std::size_t newline = bytes.find('\n');
    if (newline == std::string_view::npos) break;
    bytes.remove_prefix(newline + 1);
  }
  return "";
}

Sources FilesIn(const Task& task, std::string_view folder) {
  Sources sources;
  for (const TaskFile& file : TaskFiles::In(task.id, folder)) {
    if (file.path.find('/') == std::string_view::npos)
      sources.Put({std::string(file.path), std::string(file.bytes)});
  }
  return sources;
}

/// What lies directly in a folder of known answers: files (each the task's first file) or folders;
/// files that one leaves out are the solution's.
std::vector<Known> KnownIn(const Task& task, std::string_view folder) {
  std::map<std::string, Known> known;
  std::map<std::string, std::string> expected;
  for (const TaskFile& file : TaskFiles::In(task.id, folder)) {
    const std::string path(file.path), bytes(file.bytes);
    constexpr std::string_view kExpected = ".expected.txt";
    if (path.ends_with(kExpected)) {
      expected[path.substr(0, path.size() - kExpected.size())] = bytes;
      continue;
    }
    const std::size_t slash = path.find('/');
    const std::string name = path.substr(0, slash);
    if (!IsSource(path.substr(path.rfind('/') + 1))) continue;
    Known& one = known[name];
    one.name = name;
    one.sources.Put(
        {slash == std::string::npos ? task.files.front() : path.substr(slash + 1), bytes});
    if (one.must_fail.empty()) one.must_fail = HeaderOf(bytes, "must fail");
    if (one.variation.empty()) one.variation = HeaderOf(bytes, "variation");
  }
  std::vector<Known> list;
  const Sources solution = FilesIn(task, "solution");
  for (auto& [name, one] : known) {
    for (const std::string& file : task.files) {
      const SourceFile* its = solution.Find(file);
      if (one.sources.Find(file) == nullptr && its != nullptr) one.sources.Put(*its);
    }
    const std::string stem = name.ends_with(".cc") ? name.substr(0, name.size() - 3) : name;
    if (const auto it = expected.find(stem); it != expected.end()) one.expected = it->second;
    list.push_back(std::move(one));
  }
  return list;
}

std::string ShownOf(const TaskReport& report) {
  if (report.root.empty()) {
    if (report.outcome == Outcome::kPass) return "passes";
    return report.checks.empty() ? "has no checks"
                                 : "is not judged: " + report.checks.front().message;
  }
  std::string cause;
  for (const CheckReport& check : report.checks) {
    if (check.id == report.root) cause = ": " + check.message;
  }
  return "fails " + ShortCheckId(report.root) + cause;
}

std::string BlockOf(const TaskReport& report) {
  for (const CheckReport& check : report.checks) {
    if (check.id == report.root) return check.explanation;
  }
  return "";
}

/// Without the lines that are the submission's or the compiler's.
std::string OwnLines(const std::string& block) {
  std::string own;
  for (std::size_t begin = 0; begin < block.size();) {
    const std::size_t end = std::min(block.find('\n', begin), block.size());
    const std::string line = block.substr(begin, end - begin);
    begin = end + 1;
    if (line.find(" | ") == std::string::npos && !line.starts_with("  g++:")) own += line + "\n";
  }
  return own;
}

/// What a text for people must not have: words that golab does not use, terms that nobody explains.
std::string WordProblems(const Task& task, const std::string& text) {
  std::vector<std::string> allowed;
  // Where threads are the subject they have their name.
  if (task.title.find("Thread") != std::string::npos) allowed = {"thread", "threads"};
  std::string problems;
  for (const std::string& word : ForbiddenWords(text, allowed))
    problems += "; golab does not say '" + word + "'";
  for (const std::string& term : UnknownTerms(text))
    problems += "; golab explain knows no '" + term + "'";
  return problems;
}

/// A whole block: its words, its size.
std::string BlockProblems(const Task& task, const std::string& block) {
  constexpr int kMostLines = 22, kMostCells = 80;
  std::string problems = WordProblems(task, OwnLines(block));
  int lines = 0;
  for (std::size_t begin = 0; begin < block.size(); ++lines) {
    const std::size_t end = std::min(block.find('\n', begin), block.size());
    if (CellWidth(block.substr(begin, end - begin)) > kMostCells)
      problems += "; line " + std::to_string(lines + 1) + " is too long";
    begin = end + 1;
  }
  if (lines > kMostLines) problems += "; its block has " + std::to_string(lines) + " lines";
  return problems;
}

class Selfchecker {
 public:
  Selfchecker(const Builder& builder, const SelfcheckOptions& options)
      : builder_(builder), options_(options) {}

  Result<void> Task(const lab::Task& task);
  std::vector<SelfcheckResult> results;

 private:
  using Done = Result<void>;

  void Say(const lab::Task& task, std::string what, bool good, std::string found,
           std::string block = "") {
    results.push_back({task.id, std::move(what), good, std::move(found), std::move(block)});
    if (options_.on_result) options_.on_result(results.back());
  }

  JudgeOptions Options(const std::string& variation) const {
    JudgeOptions judge;
    judge.lanes.seeds = options_.seeds;
    judge.lanes.variation = variation;
    judge.jobs = options_.jobs;
    judge.cancel = options_.cancel;
    return judge;
  }

  void Progress(const lab::Task& task, const std::string& what) {
    if (options_.progress) options_.progress(task.id + "  " + what);
  }

  void Tables(const lab::Task& task);
  Done Reference(const lab::Task& task);
  Done RealTime(const lab::Task& task);
  Done Starter(const lab::Task& task);
  Done Mutants(const lab::Task& task, const std::string& folder, bool needs_name);
  Done Right(const lab::Task& task);
  Result<TaskReport> JudgeKnown(const lab::Task& task, const Known& known,
                                const std::string& variation);

  const Builder& builder_;
  const SelfcheckOptions& options_;
};

void Selfchecker::Tables(const lab::Task& task) {
  std::string problems;
  const auto checks = ChecksOf(task);
  int own = 0;
  for (const CheckInfo* info : checks) {
    if (!IsCommonCheck(info->ShortId())) ++own;
    for (const std::string& problem : ProblemsOf(*info))
      problems += (problems.empty() ? "" : "; ") + problem;
    for (const CauseText* text = info->causes; text != nullptr && text->cause != nullptr; ++text) {
      const std::string all = std::string(text->line_one) + "\n" + text->rule + "\n" + text->ask;
      const std::string words = WordProblems(task, all);
      if (!words.empty())
        problems +=
            (problems.empty() ? "" : "; ") + ("cause '" + std::string(text->cause) + "'") + words;
    }
  }
  for (const auto& [id, points] : task.points) {
    const bool known = std::any_of(checks.begin(), checks.end(),
                                   [&id = id](const CheckInfo* info) { return info->id == id; });
    if (!known)
      problems += (problems.empty() ? "" : "; ") +
                  ("labs.toml gives points for '" + id + "', which no check has");
  }
  if (own == 0)
    problems += (problems.empty() ? "" : "; ") + std::string("no check of its own is registered");
  Say(task, "checks", problems.empty(),
      problems.empty() ? std::to_string(checks.size()) + " checks" : problems);
}

Selfchecker::Done Selfchecker::Reference(const lab::Task& task) {
  std::vector<std::string> variations = {""};
  for (const Variation& variation : task.variations) variations.push_back(variation.id);
  for (const std::string& variation : variations) {
    Progress(task, "reference " + variation);
    auto report = JudgeTask(task, {"", "reference", ""}, nullptr, Options(variation));
    if (!report) return tl::unexpected(report.error());
    const std::string what = variation.empty() ? "reference" : "reference --variation " + variation;
    Say(task, what, report->outcome == Outcome::kPass,
        ShownOf(*report) + ", " + RunsInWords(*report), BlockOf(*report));
  }
  return {};
}

Selfchecker::Done Selfchecker::RealTime(const lab::Task& task) {
  // Where a person is to ask, golab's clients would take a port of this machine, which may be in use.
  const bool live = std::any_of(task.cases.begin(), task.cases.end(),
                                [](const Case& one) { return one.live; });
  if (live) return {};
  Progress(task, "reference, in real time");
  LaneRequest request;
  request.seeds = 1;
  const auto lanes = PlanLanes(task, request);
  std::vector<const Case*> cases;
  for (const LanePlan& lane : lanes) cases.push_back(lane.of_case);
  auto programs = FindPrograms(task, {"", "reference", ""}, cases, nullptr, 1, options_.cancel);
  if (!programs) return tl::unexpected(programs.error());
  for (const LanePlan& lane : lanes) {
    if (lane.overrun) continue;
    RunnerSpec spec = programs->by_case.at(lane.of_case->id);
    spec.image.flags = lane.flags;
    spec.world = rt::World::kReal;
    spec.flags |= static_cast<std::uint32_t>(lane.of_case->procs) << rt::kPlanProcsShift;
    auto runner = Runner::Start(std::move(spec));
    if (!runner) return tl::unexpected(runner.error());
    auto run = (*runner)->Do(PlanOf(ScheduleName{}, {}));
    if (!run) return tl::unexpected(run.error());
    const TaskReport report =
        JudgeRealRun(task, {"", "reference", ""}, *programs, lane, *run, Options(""));
    const std::string what =
        "reference, in real time" + (lanes.size() > 1 ? ", " + lane.of_case->id : "");
    Say(task, what, report.outcome == Outcome::kPass, ShownOf(report), BlockOf(report));
  }
  return {};
}

Result<TaskReport> Selfchecker::JudgeKnown(const lab::Task& task, const Known& known,
                                           const std::string& variation) {
  std::vector<const Case*> cases;
  for (const Case& one : task.cases) cases.push_back(&one);
  auto programs =
      BuildPrograms(task, known.sources, cases, builder_, options_.jobs, options_.cancel);
  if (!programs) return tl::unexpected(programs.error());
  return JudgePrograms(task, {".", ".", ""}, *programs, Options(variation));
}

Selfchecker::Done Selfchecker::Starter(const lab::Task& task) {
  Progress(task, "starter");
  Known starter;
  starter.sources = FilesIn(task, "starter");
  if (starter.sources.files.empty()) {
    Say(task, "starter", false, "there is none");
    return {};
  }
  auto folder = PrivateFolder::Make("", "golab-selfcheck-");
  if (!folder) return tl::unexpected(folder.error());
  if (auto written = WriteSources(starter.sources, folder->path()); !written)
    return tl::unexpected(written.error());
  if (!IsStillStarter(folder->path(), task.id)) {
    Say(task, "starter", false, "is not recognised");
    return {};
  }
  auto report = JudgeKnown(task, starter, "");
  if (!report) return tl::unexpected(report.error());
  const bool builds = report->root != task.id + ".builds";
  Say(task, "starter", builds && report->outcome != Outcome::kPass, ShownOf(*report));
  return {};
}

Selfchecker::Done Selfchecker::Mutants(const lab::Task& task, const std::string& folder,
                                       bool needs_name) {
  for (const Known& known : KnownIn(task, folder)) {
    Progress(task, folder + "/" + known.name);
    auto report = JudgeKnown(task, known, known.variation);
    if (!report) return tl::unexpected(report.error());
    std::string found = ShownOf(*report);
    bool good = !report->root.empty() && report->root != task.id + ".builds";
    if (!known.must_fail.empty()) {
      good = report->root == task.id + "." + known.must_fail;
      if (!good) found += "; must fail " + known.must_fail;
    } else if (needs_name) {
      good = false;
      found += "; its first line does not say '// must fail: CHECK'";
    }
    if (good && !known.expected.empty() && BlockOf(*report) != known.expected) {
      good = false;
      found += "; the text differs from " + known.name + "'s .expected.txt";
    }
    if (const std::string problems = BlockProblems(task, BlockOf(*report)); !problems.empty()) {
      good = false;
      found += problems;
    }
    Say(task, folder + "/" + known.name, good, std::move(found), BlockOf(*report));
  }
  return {};
}

Selfchecker::Done Selfchecker::Right(const lab::Task& task) {
  for (const Known& known : KnownIn(task, "examples/right")) {
    Progress(task, "examples/right/" + known.name);
    auto report = JudgeKnown(task, known, known.variation);
    if (!report) return tl::unexpected(report.error());
    Say(task, "examples/right/" + known.name, report->outcome == Outcome::kPass, ShownOf(*report),
        BlockOf(*report));
  }
  return {};
}

Result<void> Selfchecker::Task(const lab::Task& task) {
  Tables(task);
  if (auto done = Reference(task); !done) return done;
  if (options_.real_time) {
    if (auto done = RealTime(task); !done) return done;
  }
  if (auto done = Starter(task); !done) return done;
  if (auto done = Mutants(task, "mutants", true); !done) return done;
  if (auto done = Right(task); !done) return done;
  return Mutants(task, "examples/wrong", false);
}

}  // namespace

Result<std::vector<SelfcheckResult>> Selfcheck(const std::vector<const Task*>& tasks,
                                               const Builder& builder,
                                               const SelfcheckOptions& options) {
  Selfchecker selfchecker(builder, options);
  for (const Task* task : tasks) {
    if (auto done = selfchecker.Task(*task); !done) return tl::unexpected(done.error());
  }
  return std::move(selfchecker.results);
}

}  // namespace golab::lab
