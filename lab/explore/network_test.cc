// The virtual world's network under many schedules: late and cut bytes, one in eight seeds byte by
// byte. The tests of runtime/net and of http's server and client, compiled as submissions are, must
// say the same as in the real world; each schedule twice, and the same happens.

#include <map>
#include <mutex>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"

namespace golab::lab {
namespace {

struct Walk {
  const char* name;
  const char* program;
  std::uint64_t seeds;
  std::uint32_t quantum;

  friend std::ostream& operator<<(std::ostream& out, const Walk& walk) { return out << walk.name; }
};

std::map<std::size_t, std::uint64_t> RunAll(const Walk& walk, int jobs) {
  RunnerSpec spec;
  spec.image.path = walk.program;
  spec.quantum = walk.quantum;
  spec.virtual_limit_ns = 600'000'000'000;
  Lane lane{spec, {}};
  for (std::uint64_t seed = 0; seed < walk.seeds; ++seed) {
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
        SCOPED_TRACE("seed " + std::to_string(place) + " quantum " + std::to_string(walk.quantum));
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

class Network : public testing::TestWithParam<Walk> {};

TEST_P(Network, IsRightUnderEverySeed) {
  const auto once = RunAll(GetParam(), 2);
  EXPECT_EQ(once.size(), GetParam().seeds);
  EXPECT_EQ(once, RunAll(GetParam(), 1)) << "a schedule did something else the second time";
}

INSTANTIATE_TEST_SUITE_P(Programs, Network,
                         testing::Values(Walk{"net_of_997", NETWORK_PROGRAM, 201, 997},
                                         Walk{"net_of_50000", NETWORK_PROGRAM, 201, 50'000},
                                         Walk{"server_of_50000", SERVER_PROGRAM, 51, 50'000},
                                         Walk{"client_of_50000", CLIENT_PROGRAM, 51, 50'000}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace golab::lab
