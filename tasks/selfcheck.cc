// Judges every program that golab carries of its tasks: the reference and examples/right pass in every
// variation, and of each mutant and of examples/wrong the check that the file names fails first.
//
//   tasks_selfcheck [--seeds N] [--show] [WORD...]     WORD: only programs whose name has it

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "lab/judge/judge.h"
#include "lab/workspace/task_files.h"
#include "runtime/event/protocol.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/program.h"

namespace golab::lab {
namespace {

struct Request {
  int seeds = 100;
  bool show = false;  ///< the block of each failure that was to be
  std::vector<std::string> words;
};

/// A program that is not the reference, as a submission.
struct Subject {
  std::string name;  ///< "task1 mutants/stale.cc"
  Sources sources;
  std::string must_fail;  ///< "monitor"; empty: nothing may
  std::string variation;
};

std::string LineAfter(std::string_view bytes, std::string_view key) {
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    const std::string_view line = bytes.substr(begin, end - begin);
    if (!line.starts_with("//")) return "";
    if (line.starts_with(key)) return std::string(line.substr(key.size()));
    begin = end + 1;
  }
  return "";
}

Sources Solution(const Task& task) {
  Sources sources;
  for (const TaskFile& file : TaskFiles::In(task.id, "solution")) {
    sources.Put({std::string(file.path), std::string(file.bytes)});
  }
  return sources;
}

/// Files in `folder` are programs of one file, folders in it programs of several; what these lack is the
/// reference's.
std::vector<Subject> SubjectsIn(const Task& task, const std::string& folder) {
  std::map<std::string, Subject> subjects;
  for (const TaskFile& file : TaskFiles::In(task.id, folder)) {
    const std::string path(file.path);
    const std::size_t slash = path.find('/');
    if (!path.ends_with(".cc") && slash == std::string::npos) continue;  // NAME.expected.txt
    Subject& subject = subjects[path.substr(0, slash)];
    if (subject.name.empty()) {
      subject.name = task.id + " " + folder + "/" + path.substr(0, slash);
      subject.sources = Solution(task);
    }
    const std::string name = slash == std::string::npos ? task.files.front() : path.substr(slash + 1);
    subject.sources.Put({name, std::string(file.bytes)});
    if (const std::string check = LineAfter(file.bytes, "// must fail: "); !check.empty()) subject.must_fail = check;
    if (const std::string id = LineAfter(file.bytes, "// variation: "); !id.empty()) subject.variation = id;
  }
  std::vector<Subject> list;
  for (auto& [path, subject] : subjects) list.push_back(std::move(subject));
  return list;
}

class SelfCheck {
 public:
  SelfCheck(const Builder& builder, const Request& request) : builder_(builder), request_(request) {}

  void DoTask(const Task& task) {
    std::vector<std::string> variations = {""};
    for (const Variation& variation : task.variations) variations.push_back(variation.id);
    if (Wanted(task.id + " solution")) {
      for (const std::string& variation : variations) {
        Report(task.id + " solution", "", variation, JudgeTask(task, {.dir = "", .name = "reference", .in_option = ""}, nullptr, OptionsOf(variation)));
      }
    }
    for (const Subject& subject : SubjectsIn(task, "examples/right")) {
      for (const std::string& variation : variations) DoSubject(task, subject, variation);
    }
    for (const char* folder : {"examples/wrong", "mutants"}) {
      for (const Subject& subject : SubjectsIn(task, folder)) {
        if (subject.must_fail.empty()) Complain(subject.name, "does not say what must fail");
        DoSubject(task, subject, subject.variation);
      }
    }
  }

  int faults() const { return faults_; }

 private:
  bool Wanted(const std::string& name) const {
    if (request_.words.empty()) return true;
    for (const std::string& word : request_.words) {
      if (name.find(word) != std::string::npos) return true;
    }
    return false;
  }

  JudgeOptions OptionsOf(const std::string& variation) const {
    JudgeOptions options;
    options.lanes.seeds = request_.seeds;
    options.lanes.variation = variation;
    options.jobs = 1;
    return options;
  }

  void DoSubject(const Task& task, const Subject& subject, const std::string& variation) {
    if (!Wanted(subject.name)) return;
    std::vector<const Case*> cases;
    for (const Case& one : task.cases) cases.push_back(&one);
    auto programs = BuildPrograms(task, subject.sources, cases, builder_, 2, nullptr);
    if (!programs) return Complain(subject.name, programs.error().Text());
    Report(subject.name, subject.must_fail, variation,
           JudgePrograms(task, {.dir = "x", .name = subject.name, .in_option = ""}, *programs, OptionsOf(variation)));
  }

  void Report(const std::string& name, const std::string& must_fail, const std::string& variation,
              const Result<TaskReport>& report) {
    const std::string label = name + (variation.empty() ? "" : " --variation " + variation);
    if (!report) return Complain(label, report.error().Text());
    const std::string root = report->root.substr(report->root.find('.') + 1);
    const CheckReport* failed = nullptr;
    for (const CheckReport& check : report->checks) {
      if (check.id == report->root) failed = &check;
    }
    std::string advice;
    for (const AdviceReport& one : report->advice) advice += " [advice " + one.id + "]";
    std::printf("%-60s %-14s %4d schedules%s\n", label.c_str(), root.empty() ? OutcomeName(report->outcome) : root.c_str(),
                report->schedules, advice.c_str());
    if (root != must_fail) {
      Complain(label, must_fail.empty() ? "fails " + root : "fails '" + root + "' first, not '" + must_fail + "'");
    }
    if (failed != nullptr && (request_.show || root != must_fail)) std::printf("%s\n", failed->explanation.c_str());
    if (request_.show && failed == nullptr) {
      for (const CheckReport& check : report->checks) {
        std::printf("    %-4s %-16s %s\n", OutcomeName(check.outcome), check.id.c_str(), check.message.c_str());
      }
    }
    std::fflush(stdout);
  }

  void Complain(const std::string& name, const std::string& what) {
    ++faults_;
    std::printf("FAULT %s: %s\n", name.c_str(), what.c_str());
  }

  const Builder& builder_;
  const Request& request_;
  int faults_ = 0;
};

int CheckAll(const Request& request) {
  auto catalogue = LoadCatalogue("");
  auto toolchain = FindToolchain();
  if (!catalogue || !toolchain) {
    std::fprintf(stderr, "%s\n", (catalogue ? toolchain.error() : catalogue.error()).Text().c_str());
    return 4;
  }
  const Builder builder(*toolchain);
  SelfCheck check(builder, request);
  for (const Task& task : catalogue->tasks) {
    if (!TaskFiles::Of(task.id).empty()) check.DoTask(task);
  }
  std::printf("%d faults\n", check.faults());
  return check.faults() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace golab::lab

int main(int argc, char** argv) {
  if (golab::rt::IsLabProcess()) {
    const char* name = std::getenv(golab::rt::kEnvProgram);
    return golab::rt::RunProgram(name == nullptr ? "main" : name, argc, argv);
  }
  golab::lab::Request request;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seeds" && i + 1 < argc) {
      request.seeds = std::atoi(argv[++i]);
    } else if (word == "--show") {
      request.show = true;
    } else {
      request.words.push_back(word);
    }
  }
  return golab::lab::CheckAll(request);
}
