// The virtual world's network under many schedules: late and cut bytes, one in eight seeds byte by
// byte. The tests of runtime/net, compiled as submissions are, must say the same as in the real
// world; each schedule twice, and the same happens.

#include <map>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"

namespace golab::lab {
namespace {

constexpr std::uint64_t kSeeds = 201;

std::map<std::size_t, std::uint64_t> RunAll(std::uint32_t quantum, int jobs) {
  RunnerSpec spec;
  spec.image.path = NETWORK_PROGRAM;
  spec.quantum = quantum;
  spec.virtual_limit_ns = 600'000'000'000;
  Lane lane{spec, {}};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    ScheduleName name;
    name.seed = seed;
    lane.schedules.push_back(name);
  }
  std::mutex mutex;
  std::map<std::size_t, std::uint64_t> hashes;
  const auto explored = Explore(
      std::span(&lane, 1), {.jobs = jobs},
      [&](std::size_t, std::size_t place, const ScheduleName&, lab::Run& run) {
        const std::lock_guard lock(mutex);
        SCOPED_TRACE("seed " + std::to_string(place) + " quantum " + std::to_string(quantum));
        EXPECT_EQ(run.void_because, "");
        EXPECT_TRUE(run.process.Exited(0)) << "status " << run.process.wait_status << ", ended as "
                                           << static_cast<int>(run.history.ending().kind) << " at "
                                           << run.history.ending().time << "\n"
                                           << run.process.out << run.process.err;
        hashes[place] = run.hash;
        return true;
      });
  EXPECT_TRUE(explored) << explored.error().Text();
  return hashes;
}

class Network : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Network, IsRightUnderEverySeed) {
  const auto once = RunAll(GetParam(), 2);
  EXPECT_EQ(once.size(), kSeeds);
  EXPECT_EQ(once, RunAll(GetParam(), 1)) << "a schedule did something else the second time";
}

INSTANTIATE_TEST_SUITE_P(Quanta, Network, testing::Values(997u, 50'000u),
                         [](const auto& one) { return "of_" + std::to_string(one.param); });

}  // namespace
}  // namespace golab::lab
