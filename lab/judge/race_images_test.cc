// Race images end to end: each known fault is found in every run, in the same words; in what is
// right nothing is found, in any schedule, however short the slices. GOLAB_SOAK_SEEDS sets how
// many.

#include "lab/judge/race_images.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "lab/catalogue/catalogue.h"
#include "lab/check/common_checks.h"
#include "lab/explore/explorer.h"
#include "lab/history/memory_reports.h"
#include "lab/judge/lanes.h"
#include "lab/program/files.h"

namespace golab::lab {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 100;
const std::string kSource = GOLAB_SOURCE_DIR;

const Builder& TheBuilder() {
  static const Builder builder = [] {
    auto toolchain = FindToolchain();
    if (!toolchain) ADD_FAILURE() << toolchain.error().Text();
    return Builder(toolchain ? *toolchain : Toolchain{});
  }();
  return builder;
}

std::string Bytes(const fs::path& path) {
  auto bytes = ReadFile(path.string());
  EXPECT_TRUE(bytes) << path;
  return bytes ? *bytes : "";
}

/// A file as main.cc, or a folder's files, with more beside it.
Sources SourcesAt(const fs::path& path, const std::vector<fs::path>& beside = {}) {
  Sources sources;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::directory_iterator(path))
      sources.Put({entry.path().filename().string(), Bytes(entry.path())});
  } else {
    sources.Put({"main.cc", Bytes(path)});
  }
  for (const fs::path& one : beside) {
    if (sources.Find(one.filename().string()) == nullptr)
      sources.Put({one.filename().string(), Bytes(one)});
  }
  return sources;
}

std::unique_ptr<Runner> Start(const Sources& sources, Flavour flavour, std::uint32_t quantum,
                              const std::vector<std::string>& flags = {}) {
  BuildRequest request;
  request.sources = sources;
  request.flavour = flavour;
  auto outcome = TheBuilder().Build(request);
  if (!outcome || !outcome->built) {
    ADD_FAILURE() << (outcome ? outcome->failure.diagnostics : outcome.error().Text());
    return nullptr;
  }
  RunnerSpec spec;
  spec.image.path = outcome->image.path;
  spec.image.symbols_path = outcome->image.symbols_path;
  spec.image.flags = flags;
  spec.limits.memory_bytes = std::uint64_t{4} << 30;
  spec.limits.wall = std::chrono::seconds(120);
  spec.limits.silent_cpu = std::chrono::seconds(60);
  spec.quantum = quantum;
  auto runner = Runner::Start(std::move(spec));
  if (!runner) ADD_FAILURE() << runner.error().Text();
  return runner ? std::move(*runner) : nullptr;
}

/// What a check says of a run, line one first; empty if it passes.
std::string SaidOf(const char* check, const Run& run, const Sources& sources) {
  EnsureCommonChecks("t");
  const CheckInfo& info = *CheckRegistry::Find(std::string("t.") + check);
  Evidence evidence{run.history};
  evidence.image = ImageOf(info);
  evidence.source = [&](const std::string& file, int line) {
    const SourceFile* found = sources.Find(file);
    if (found == nullptr) return std::string();
    std::string_view rest = found->bytes;
    for (int i = 1; i < line; ++i) rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
    return std::string(rest.substr(0, rest.find('\n')));
  };
  const Finding finding = Judge(info, evidence);
  if (finding.outcome == Outcome::kPass) return "";
  const Words words = WordsOf(info, finding);
  EXPECT_EQ(words.problem, "");
  EXPECT_FALSE(finding.places.empty()) << words.line_one;
  std::string said = words.line_one + "\n" + words.rule + "\n" + words.ask + "\n";
  for (const Place& place : finding.places)
    said += place.file + ":" + std::to_string(place.line) + " " + place.label + "\n";
  for (const auto& step : finding.story)
    said += step.who + " " + step.what + " " + step.where + "\n";
  return said + finding.context;
}

std::string LineOne(const std::string& said) {
  return said.substr(0, said.find('\n'));
}

std::string Wanted(const std::string& bytes, const std::string& check) {
  const std::string mark = "// " + check + ": ";
  const std::size_t at = bytes.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return bytes.substr(begin, bytes.find('\n', begin) - begin);
}

std::vector<fs::path> FilesIn(const fs::path& folder) {
  std::set<fs::path> sorted;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".cc") sorted.insert(entry.path());
  }
  return {sorted.begin(), sorted.end()};
}

std::string NameOf(const testing::TestParamInfo<fs::path>& info) {
  std::string name;
  for (const char c : fs::relative(info.param, kSource).string())
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

class Fault : public testing::TestWithParam<fs::path> {};

TEST_P(Fault, IsFoundInEveryRunInTheSameWords) {
  const Sources sources = SourcesAt(GetParam());
  for (const char* check : {"no-race", "no-dangling"}) {
    const std::string want = Wanted(sources.files.front().bytes, check);
    if (want.empty()) continue;
    const auto runner =
        Start(sources, std::string(check) == "no-race" ? Flavour::kTsan : Flavour::kAsan, 50'000);
    ASSERT_NE(runner, nullptr);
    std::map<std::string, int> said;
    for (int i = 0; i < kRuns; ++i) {
      auto run = runner->Do(PlanOf(ScheduleName{}, {}));
      ASSERT_TRUE(run) << run.error().Text();
      ASSERT_EQ(run->void_because, "");
      ++said[SaidOf(check, *run, sources)];
    }
    ASSERT_EQ(said.size(), 1u) << said.begin()->first << said.rbegin()->first;
    EXPECT_EQ(LineOne(said.begin()->first), want);
  }
}

INSTANTIATE_TEST_SUITE_P(Classic, Fault, testing::ValuesIn(FilesIn(kSource + "/lab/judge/race")),
                         NameOf);

std::vector<fs::path> RightOnes() {
  std::vector<fs::path> all = FilesIn(kSource + "/lab/judge/race/right");
  for (const fs::path& one : FilesIn(kSource + "/lab/explore/submission")) all.push_back(one);
  std::set<fs::path> tasks;
  for (const auto& entry : fs::directory_iterator(kSource + "/tasks")) {
    if (!fs::exists(entry.path() / "solution")) continue;
    tasks.insert(entry.path() / "solution");
    if (!fs::exists(entry.path() / "examples/right")) continue;
    for (const auto& one : fs::directory_iterator(entry.path() / "examples/right"))
      tasks.insert(one.path());
  }
  all.insert(all.end(), tasks.begin(), tasks.end());
  return all;
}

class Right : public testing::TestWithParam<fs::path> {
 protected:
  Sources Read() const {
    const fs::path& path = GetParam();
    if (path.parent_path().filename() == "submission")
      return SourcesAt(path, {path.parent_path() / "verify.h"});
    std::vector<fs::path> beside;
    if (fs::is_directory(path) && path.parent_path().filename() == "right") {
      for (const auto& entry :
           fs::directory_iterator(path.parent_path().parent_path().parent_path() / "solution"))
        beside.push_back(entry.path());
    }
    return SourcesAt(path, beside);
  }
};

TEST_P(Right, NothingIsFoundUnderAnySchedule) {
  const char* soak = std::getenv("GOLAB_SOAK_SEEDS");
  const int seeds = soak == nullptr ? 3 : std::atoi(soak);
  const Sources sources = Read();
  // What shortens the slices shortens what a task counts on; that is no matter here.
  for (const std::uint32_t quantum : {50'000U, 97U, 1U}) {
    for (const Flavour flavour : {Flavour::kTsan, Flavour::kAsan}) {
      const auto runner = Start(sources, flavour, quantum);
      ASSERT_NE(runner, nullptr);
      std::vector<rt::WorkEntry> weights;
      for (std::uint64_t seed = 0; seed < static_cast<std::uint64_t>(seeds); ++seed) {
        const ScheduleName name{0, seed};
        SCOPED_TRACE(std::string(FlavourName(flavour)) + " quantum " + std::to_string(quantum) +
                     " seed " + name.Text());
        auto run = runner->Do(PlanOf(name, weights));
        ASSERT_TRUE(run) << run.error().Text();
        EXPECT_EQ(run->void_because, "");
        EXPECT_EQ(run->process.killed, Killed::kNo);
        EXPECT_EQ(RacesOf(run->history).size(), 0U)
            << SaidOf("no-race", *run, sources) << run->process.err;
        EXPECT_EQ(BadAccessesOf(run->history).size(), 0U) << run->process.err;
        if (weights.empty()) weights = WeightsOf(std::move(run->work));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Right, testing::ValuesIn(RightOnes()), NameOf);

/// Each task's solution as its variations run it: other flags, other cases.
TEST(Variations, NothingIsFoundInTheReferences) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  int tried = 0;
  for (const Task& task : catalogue->tasks) {
    const fs::path solution = fs::path(kSource) / task.folder / "solution";
    if (!fs::exists(solution)) continue;
    const Sources sources = SourcesAt(solution);
    for (const Variation& variation : task.variations) {
      for (const LanePlan& lane : PlanLanes(task, {.seeds = 1, .variation = variation.id})) {
        if (!lane.of_case->with.empty() || !lane.of_case->without.empty()) continue;
        for (const Flavour flavour : {Flavour::kTsan, Flavour::kAsan}) {
          SCOPED_TRACE(task.id + " " + variation.id + " " + lane.of_case->id + " " +
                       FlavourName(flavour));
          const auto runner = Start(sources, flavour, 50'000, lane.flags);
          ASSERT_NE(runner, nullptr);
          auto run = runner->Do(PlanOf(ScheduleName{}, {}));
          ASSERT_TRUE(run) << run.error().Text();
          EXPECT_EQ(run->void_because, "");
          EXPECT_EQ(run->process.killed, Killed::kNo);
          EXPECT_EQ(RacesOf(run->history).size(), 0U) << SaidOf("no-race", *run, sources);
          EXPECT_EQ(BadAccessesOf(run->history).size(), 0U) << run->process.err;
          ++tried;
        }
      }
    }
  }
  EXPECT_GE(tried, 6);
}

}  // namespace
}  // namespace golab::lab
