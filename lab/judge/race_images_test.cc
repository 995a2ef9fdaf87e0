// Race images end to end: each known fault is found in every run, in the same words; in what is
// right nothing is found. race_sweep_test does the same with many more runs and programs.

#include "lab/judge/race_images.h"

#include "lab/judge/race_suite.h"

namespace golab::lab {
namespace {

namespace fs = std::filesystem;

class Fault : public testing::TestWithParam<fs::path> {};

TEST_P(Fault, IsFoundInEveryRunInTheSameWords) {
  ExpectFound(GetParam(), 3);
}

INSTANTIATE_TEST_SUITE_P(Classic, Fault,
                         testing::ValuesIn(FilesIn(GOLAB_SOURCE_DIR "/lab/judge/race")), NameOf);

class Right : public testing::TestWithParam<fs::path> {};

TEST_P(Right, NothingIsFound) {
  EXPECT_EQ(ExpectNothing(RightSources(GetParam()), {.quanta = {97}, .seeds = 2}), 4);
}

INSTANTIATE_TEST_SUITE_P(Programs, Right, testing::ValuesIn(RightPrograms()), NameOf);

}  // namespace
}  // namespace golab::lab
