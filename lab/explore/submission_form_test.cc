// The runtime's channels, locks and unwinding as submissions use them: compiled with counted
// preemption, with budgets from a single block on, under many schedules. Each schedule runs twice
// and must do the same. GOLAB_SOAK_SEEDS sets how many schedules; the command that replays one is
// printed.

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"

namespace golab::lab {
namespace {

int Seeds() {
  const char* text = std::getenv("GOLAB_SOAK_SEEDS");
  return text == nullptr ? 40 : std::atoi(text);
}

struct Case {
  const char* program;
  std::uint32_t quantum;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.program << "/" << c.quantum;
}

class Submission : public testing::TestWithParam<Case> {};

std::map<std::size_t, std::uint64_t> RunAll(const Case& c, int seeds, int jobs) {
  RunnerSpec spec;
  spec.image.path = std::string(SUBMISSIONS) + c.program;
  spec.quantum = c.quantum;
  spec.virtual_limit_ns = 600'000'000'000;  // a slice is 10 ms, also one of a single callback
  Lane lane{spec, FirstSchedules(seeds)};
  lane.adapts = true;  // where the search can do nothing, walks take its places
  std::mutex mutex;
  std::map<std::size_t, std::uint64_t> hashes;
  const auto explored =
      Explore(std::span(&lane, 1), {.jobs = jobs},
              [&](std::size_t, std::size_t place, const ScheduleName&, lab::Run& run) {
                const std::lock_guard lock(mutex);
                SCOPED_TRACE(std::string(c.program) + " quantum " + std::to_string(c.quantum) +
                             " seed " + std::to_string(place));
                EXPECT_EQ(run.void_because, "");
                EXPECT_TRUE(run.process.Exited(0)) << "status " << run.process.wait_status << "\n"
                                                   << run.process.err;
                EXPECT_EQ(run.history.ending().kind, Ending::Kind::kMainReturned);
                hashes[place] = run.hash;
                return true;
              });
  EXPECT_TRUE(explored) << explored.error().Text();
  return hashes;
}

TEST_P(Submission, RightUnderEverySchedule) {
  const auto once = RunAll(GetParam(), Seeds(), 2);
  EXPECT_EQ(once.size(), static_cast<std::size_t>(Seeds()));
  EXPECT_EQ(once, RunAll(GetParam(), Seeds(), 1))
      << "a schedule did something else the second time";
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const char* program : {"channels", "locks", "unwinding"}) {
    for (const std::uint32_t quantum : {1u, 2u, 3u, 13u, 97u, 50'000u})
      cases.push_back({program, quantum});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Programs, Submission, testing::ValuesIn(Cases()), [](const auto& one) {
  return std::string(one.param.program) + "_" + std::to_string(one.param.quantum);
});

}  // namespace
}  // namespace golab::lab
