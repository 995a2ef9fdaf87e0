#include "lab/judge/race_suite.h"

#include <map>
#include <set>

#include "lab/check/common_checks.h"
#include "lab/explore/explorer.h"
#include "lab/history/memory_reports.h"
#include "lab/program/build.h"
#include "lab/program/files.h"

namespace golab::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kQuantum = 50'000;
const char* const kSource = GOLAB_SOURCE_DIR;

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

}  // namespace

Sources SourcesAt(const fs::path& path, const std::vector<fs::path>& beside) {
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

RunnerSpec RaceImage(const Sources& sources, Flavour flavour) {
  BuildRequest request;
  request.sources = sources;
  request.flavour = flavour;
  auto outcome = TheBuilder().Build(request);
  RunnerSpec spec;
  if (!outcome || !outcome->built) {
    ADD_FAILURE() << (outcome ? outcome->failure.diagnostics : outcome.error().Text());
    return spec;
  }
  spec.image.path = outcome->image.path;
  spec.image.symbols_path = outcome->image.symbols_path;
  spec.limits.memory_bytes = std::uint64_t{4} << 30;
  spec.limits.wall = std::chrono::seconds(120);
  spec.limits.silent_cpu = std::chrono::seconds(60);
  spec.quantum = kQuantum;
  return spec;
}

std::unique_ptr<Runner> Start(RunnerSpec spec) {
  if (spec.image.path.empty()) return nullptr;  // said already
  auto runner = Runner::Start(std::move(spec));
  if (!runner) ADD_FAILURE() << runner.error().Text();
  return runner ? std::move(*runner) : nullptr;
}

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

void ExpectFound(const fs::path& path, int runs) {
  const Sources sources = SourcesAt(path);
  int wanted = 0;
  for (const char* check : {"no-race", "no-dangling"}) {
    const std::string want = Wanted(sources.files.front().bytes, check);
    if (want.empty()) continue;
    ++wanted;
    const auto runner = Start(
        RaceImage(sources, std::string(check) == "no-race" ? Flavour::kTsan : Flavour::kAsan));
    ASSERT_NE(runner, nullptr);
    std::map<std::string, int> said;
    for (int i = 0; i < runs; ++i) {
      auto run = runner->Do(PlanOf(ScheduleName{}, {}));
      ASSERT_TRUE(run) << run.error().Text();
      ASSERT_EQ(run->void_because, "");
      ++said[SaidOf(check, *run, sources)];
    }
    ASSERT_EQ(said.size(), 1u) << said.begin()->first << said.rbegin()->first;
    EXPECT_EQ(LineOne(said.begin()->first), want) << said.begin()->first;
  }
  EXPECT_GT(wanted, 0) << "the program does not say what is to be found in it";
}

int ExpectNothing(const Sources& sources, const Extent& extent,
                  const std::vector<std::string>& flags) {
  int runs = 0;
  for (const Flavour flavour : {Flavour::kTsan, Flavour::kAsan}) {
    for (const std::uint32_t quantum : extent.quanta) {
      RunnerSpec spec = RaceImage(sources, flavour);
      spec.quantum = quantum;
      spec.image.flags = flags;
      const auto runner = Start(std::move(spec));
      if (runner == nullptr) return runs;
      std::vector<rt::WorkEntry> weights;
      for (int seed = 0; seed < extent.seeds; ++seed) {
        const ScheduleName name{0, static_cast<std::uint64_t>(seed)};
        SCOPED_TRACE(std::string(FlavourName(flavour)) + " quantum " + std::to_string(quantum) +
                     " seed " + name.Text());
        auto run = runner->Do(PlanOf(name, weights));
        if (!run) {
          ADD_FAILURE() << run.error().Text();
          return runs;
        }
        ++runs;
        EXPECT_EQ(run->void_because, "");
        if (!extent.may_be_stopped) {
          EXPECT_EQ(run->process.killed, Killed::kNo);
        }
        EXPECT_EQ(RacesOf(run->history).size(), 0U)
            << SaidOf("no-race", *run, sources) << run->process.err;
        EXPECT_EQ(BadAccessesOf(run->history).size(), 0U) << run->process.err;
        EXPECT_EQ(UndefinedOperationsOf(run->history).size(), 0U)
            << SaidOf("no-dangling", *run, sources) << run->process.err;
        if (extent.look) extent.look(name, *run);
        if (weights.empty()) weights = WeightsOf(std::move(run->work));
      }
    }
  }
  return runs;
}

std::vector<fs::path> RightPrograms() {
  const fs::path source = kSource;
  std::vector<fs::path> all = FilesIn(source / "lab/judge/race/right");
  for (const fs::path& one : FilesIn(source / "lab/explore/submission")) all.push_back(one);
  std::set<fs::path> tasks;
  for (const auto& entry : fs::directory_iterator(source / "tasks")) {
    if (!fs::exists(entry.path() / "solution")) continue;
    tasks.insert(entry.path() / "solution");
    if (!fs::exists(entry.path() / "examples/right")) continue;
    for (const auto& one : fs::directory_iterator(entry.path() / "examples/right"))
      tasks.insert(one.path());
  }
  all.insert(all.end(), tasks.begin(), tasks.end());
  return all;
}

Sources RightSources(const fs::path& path) {
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

}  // namespace golab::lab
