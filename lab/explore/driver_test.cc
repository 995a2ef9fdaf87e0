// The outside world of a program: what its driver did and saw is in the recording, its goroutines
// are not.

#include "golab/driver.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/history/outside.h"

namespace golab::lab {
namespace {

using driver::Outcome;

/// The one with this label; fails if there is none, or more than one.
Exchange Of(const std::vector<Exchange>& all, const std::string& label) {
  const auto is = [&](const Exchange& x) { return x.label == label; };
  EXPECT_EQ(std::count_if(all.begin(), all.end(), is), 1) << label;
  const auto found = std::find_if(all.begin(), all.end(), is);
  return found == all.end() ? Exchange{} : *found;
}

void ExpectOutcome(const std::vector<Exchange>& all, const std::string& label, Outcome outcome,
                   int status = 0) {
  const Exchange x = Of(all, label);
  EXPECT_EQ(static_cast<int>(x.outcome), static_cast<int>(outcome)) << label;
  EXPECT_EQ(x.status, status) << label;
}

void Judge(const lab::Run& run) {
  EXPECT_EQ(run.void_because, "");
  EXPECT_TRUE(run.process.Exited(0)) << run.process.wait_status << run.process.err;
  EXPECT_EQ(run.history.ending().kind, Ending::Kind::kOutsideEnd);
  EXPECT_TRUE(run.history.finished());
  const std::vector<Exchange> all = ExchangesOf(run.history);
  ExpectOutcome(all, "plain", Outcome::kAnswered, 200);
  EXPECT_TRUE(Of(all, "plain").AsWanted());
  EXPECT_EQ(Of(all, "plain").body, "hello");
  ExpectOutcome(all, "missing", Outcome::kAnswered, 404);
  EXPECT_FALSE(Of(all, "missing").AsWanted());
  EXPECT_TRUE(Of(all, "chunks").AsWanted());
  EXPECT_EQ(Of(all, "cut-body").body, std::string(rt::kMostOutsideBody, 'x'));
  EXPECT_EQ(Of(all, "cut-body").body_size, 10'000u);
  EXPECT_TRUE(Of(all, "cut-body").BodyCut());
  EXPECT_EQ(Of(all, "kept").body, std::string(10'000, 'x'));
  EXPECT_FALSE(Of(all, "kept").BodyCut());
  ExpectOutcome(all, "listener", Outcome::kAnswered, 200);
  ExpectOutcome(all, "reset", Outcome::kReset);
  ExpectOutcome(all, "leaves", Outcome::kLeft);
  ExpectOutcome(all, "late", Outcome::kTimeout);
  ExpectOutcome(all, "raw", Outcome::kAnswered, 200);
  ExpectOutcome(all, "cut", Outcome::kLeft);
  ExpectOutcome(all, "refused", Outcome::kRefused);
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const Exchange& x) { return x.label == "many" && x.Answered(); }),
            20);
  const std::vector<PortSeen> ports = PortsOf(run.history);
  ASSERT_EQ(ports.size(), 2u);
  EXPECT_TRUE(ports[0].taken && ports[0].good);
  EXPECT_TRUE(!ports[1].taken && ports[1].good);
  // main, and the goroutine of package signal: the server has ended, the clients were never there.
  EXPECT_EQ(run.process.out, "goroutines: 2\n");
  for (const GoroutineLife& g : run.history.goroutines()) EXPECT_LT(g.id, 1u << 20);
}

TEST(Driver, PlaysTheOutsideWorld) {
  RunnerSpec spec;
  spec.image.path = SERVED_PROGRAM;
  spec.virtual_limit_ns = 600'000'000'000;
  Lane lane{spec, {}};
  for (std::uint64_t seed = 0; seed < 60; ++seed) lane.schedules.push_back({0, seed, false});
  const auto explored =
      Explore(std::span(&lane, 1), {.jobs = 1},
              [&](std::size_t, std::size_t place, const ScheduleName&, lab::Run& run) {
                SCOPED_TRACE("seed " + std::to_string(place));
                Judge(run);
                return true;
              });
  EXPECT_TRUE(explored) << explored.error().Text();
}

}  // namespace
}  // namespace golab::lab
