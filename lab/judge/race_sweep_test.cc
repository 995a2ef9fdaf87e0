// No false report: race images of all programs that are at hand and right, under many schedules and
// however short the slices, and of those with another fault. GOLAB_SOAK_SEEDS sets how many seeds.

#include <cstdlib>
#include <set>

#include "lab/catalogue/catalogue.h"
#include "lab/explore/explorer.h"
#include "lab/history/memory_reports.h"
#include "lab/judge/lanes.h"
#include "lab/judge/race_suite.h"

namespace golab::lab {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = GOLAB_SOURCE_DIR;

Extent Sweep(int seeds) {
  const char* soak = std::getenv("GOLAB_SOAK_SEEDS");
  return {{50'000, 97, 1}, soak == nullptr ? seeds : std::atoi(soak)};
}

class Fault : public testing::TestWithParam<fs::path> {};

TEST_P(Fault, IsFoundInHundredRunsInTheSameWords) {
  ExpectFound(GetParam(), 100);
}

INSTANTIATE_TEST_SUITE_P(Classic, Fault, testing::ValuesIn(FilesIn(kSource / "lab/judge/race")),
                         NameOf);

class Right : public testing::TestWithParam<fs::path> {};

// What shortens the slices shortens what a task counts on; that is no matter here.
TEST_P(Right, NothingIsFoundUnderAnySchedule) {
  EXPECT_GT(ExpectNothing(RightSources(GetParam()), Sweep(5)), 0);
}

INSTANTIATE_TEST_SUITE_P(Programs, Right, testing::ValuesIn(RightPrograms()), NameOf);

/// Each task's solution as its variations run it: other flags, other cases.
TEST(Variations, NothingIsFoundInTheReferences) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  int tried = 0;
  for (const Task& task : catalogue->tasks) {
    const fs::path solution = kSource / task.folder / "solution";
    if (!fs::exists(solution)) continue;
    const Sources sources = SourcesAt(solution);
    std::vector<std::string> variations = {""};
    for (const Variation& variation : task.variations) variations.push_back(variation.id);
    for (const std::string& variation : variations) {
      for (const LanePlan& lane : PlanLanes(task, {.seeds = 1, .variation = variation})) {
        if (!lane.of_case->with.empty() || !lane.of_case->without.empty()) continue;
        SCOPED_TRACE(task.id + " " + variation + " " + lane.of_case->id);
        tried += ExpectNothing(sources, {.quanta = {50'000}, .seeds = Sweep(3).seeds}, lane.flags);
      }
    }
  }
  EXPECT_GE(tried, 30);
}

/// In how many of `seeds` schedules, from Go's order on, TSan sees a race.
int RacesUnder(const Sources& sources, int seeds) {
  const auto runner = Start(RaceImage(sources, Flavour::kTsan));
  if (runner == nullptr) return 0;
  int found = 0;
  std::vector<rt::WorkEntry> weights;
  for (int seed = 0; seed < seeds; ++seed) {
    auto run = runner->Do(PlanOf(ScheduleName{0, static_cast<std::uint64_t>(seed)}, weights));
    if (!run) {
      ADD_FAILURE() << run.error().Text();
      return 0;
    }
    found += RacesOf(run->history).empty() ? 0 : 1;
    if (weights.empty()) weights = WeightsOf(std::move(run->work));
  }
  return found;
}

/// The schedule kernels are programs of one file each. Whatever else is wrong with one, only three
/// have races.
class Kernel : public testing::TestWithParam<fs::path> {};

TEST_P(Kernel, OnlyTheThreeRacesAreFound) {
  const Sources sources = SourcesAt(GetParam());
  const std::string name = GetParam().stem().string();
  if (name == "wgadd_inside") {
    // Whether Add comes first is a matter of the schedule.
    EXPECT_GT(RacesUnder(sources, 20), 0);
    return;
  }
  if (name != "dcl_flag" && name != "counter") {
    Extent extent = Sweep(5);
    extent.may_be_stopped = GetParam().parent_path().filename() != "right";
    EXPECT_GT(ExpectNothing(sources, extent), 0);
    return;
  }
  EXPECT_EQ(RacesUnder(sources, 1), 1);
}

std::vector<fs::path> Kernels() {
  std::vector<fs::path> all;
  for (const char* group : {"course", "classic", "goker", "right"}) {
    for (const fs::path& one : FilesIn(kSource / "lab/explore/kernels" / group)) all.push_back(one);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Suite, Kernel, testing::ValuesIn(Kernels()), NameOf);

}  // namespace
}  // namespace golab::lab
