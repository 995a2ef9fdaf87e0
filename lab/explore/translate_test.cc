// A schedule is taken in another image of the program.

#include "lab/explore/translate.h"

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/explore/shrink.h"
#include "lab/history/memory_reports.h"
#include "lab/program/build.h"

namespace golab::lab {
namespace {

/// Ends with status 7 where the second receiver comes first and a select takes its second case;
/// only there two goroutines write `count`. Two calls on one line, and calls in a loop.
constexpr char kProgram[] = R"(#include <golab/golab.h>
using namespace golab;

int count = 0;

GOLAB_MAIN() {
  auto a = MakeChan<int>(3), b = MakeChan<int>(3);
  auto first = MakeChan<int>(2);
  sync::WaitGroup wg;
  wg.Add(2);
  go([=, &wg] { first.Send(1); wg.Done(); });
  go([=, &wg] { first.Send(2); wg.Done(); });
  wg.Wait();
  for (int i = 0; i < 3; ++i) { a.Send(i); b.Send(i); }
  const bool swapped = first.Recv() == 1;
  int value = 0, seconds = 0;
  for (int i = 0; i < 3; ++i) seconds = seconds * 2 + Select(Recv(a, value), Recv(b, value));
  if (!swapped || seconds != 2) return;
  sync::WaitGroup both;
  both.Add(2);
  go([&both] { ++count; both.Done(); });
  go([&both] { ++count; both.Done(); });
  both.Wait();
  os::Exit(7);
}
)";

std::unique_ptr<Runner> Start(Flavour flavour) {
  static const auto toolchain = FindToolchain();
  if (!toolchain) ADD_FAILURE() << toolchain.error().Text();
  if (!toolchain) return nullptr;
  const Builder builder(*toolchain);
  BuildRequest request;
  request.sources.Put({"main.cc", kProgram});
  request.flavour = flavour;
  auto outcome = builder.Build(request);
  if (!outcome || !outcome->built) {
    ADD_FAILURE() << (outcome ? outcome->failure.diagnostics : outcome.error().Text());
    return nullptr;
  }
  RunnerSpec spec;
  spec.image.path = outcome->image.path;
  spec.image.symbols_path = outcome->image.symbols_path;
  spec.limits.memory_bytes = std::uint64_t{4} << 30;
  auto runner = Runner::Start(std::move(spec));
  if (!runner) ADD_FAILURE() << runner.error().Text();
  return runner ? std::move(*runner) : nullptr;
}

/// The shortest schedule of the plain image that ends with status 7.
std::vector<LineDeviation> Shortest() {
  const auto runner = Start(Flavour::kPlain);
  if (runner == nullptr) return {};
  std::vector<rt::WorkEntry> weights;
  for (const ScheduleName& name : FirstSchedules(300)) {
    if (name.systematic) continue;
    auto run = runner->Do(PlanOf(name, weights));
    if (!run) return {};
    if (weights.empty()) weights = WeightsOf(std::move(run->work));
    if (!run->process.Exited(7)) continue;
    auto shrunk = Shrink(DeviationsOf(run->history),
                         [&](const std::vector<rt::Deviation>& deviations) -> Result<Trial> {
                           auto tried = runner->Do(PlanOf(deviations));
                           if (!tried) return tl::unexpected(tried.error());
                           return Trial{tried->process.Exited(7), DecisionsOf(tried->history),
                                        DeviationsOf(tried->history)};
                         });
    if (!shrunk) return {};
    auto shortest = runner->Do(PlanOf(shrunk->deviations));
    return shortest ? LineDeviationsOf(shortest->history) : std::vector<LineDeviation>{};
  }
  return {};
}

TEST(Translate, ADeviationIsTakenInEveryImage) {
  const std::vector<LineDeviation> shortest = Shortest();
  ASSERT_FALSE(shortest.empty());
  for (const LineDeviation& one : shortest)
    EXPECT_EQ(one.line.rfind("main.cc:", 0), 0u) << one.line;
  for (const Flavour flavour : {Flavour::kPlain, Flavour::kTsan, Flavour::kAsan}) {
    SCOPED_TRACE(FlavourName(flavour));
    const auto runner = Start(flavour);
    ASSERT_NE(runner, nullptr);
    int runs = 0;
    const auto translated = Translate(shortest, [&](const std::vector<rt::Deviation>& deviations) {
      ++runs;
      return runner->Do(PlanOf(deviations));
    });
    ASSERT_TRUE(translated) << translated.error().Text();
    ASSERT_TRUE(*translated);
    EXPECT_EQ(static_cast<std::size_t>(runs), shortest.size());
    auto run = runner->Do(PlanOf(**translated));
    ASSERT_TRUE(run);
    EXPECT_TRUE(run->process.Exited(7));
    EXPECT_EQ(DeviationsOf(run->history).size(), shortest.size());
    EXPECT_EQ(RacesOf(run->history).size(), flavour == Flavour::kTsan ? 1u : 0u);
    // Where nothing of this has happened there is nothing to be found.
    auto in_go_order = runner->Do(PlanOf(ScheduleName{}, {}));
    ASSERT_TRUE(in_go_order);
    EXPECT_EQ(RacesOf(in_go_order->history).size(), 0u);
  }
}

TEST(Translate, WhatTheOtherImageNeverDoesIsNotTranslated) {
  std::vector<LineDeviation> shortest = Shortest();
  ASSERT_FALSE(shortest.empty());
  shortest.back().ordinal = 1000;
  const auto runner = Start(Flavour::kTsan);
  ASSERT_NE(runner, nullptr);
  const auto run = [&](const std::vector<rt::Deviation>& deviations) {
    return runner->Do(PlanOf(deviations));
  };
  auto translated = Translate(shortest, run);
  ASSERT_TRUE(translated);
  EXPECT_FALSE(*translated);
  translated = Translate({}, run);
  ASSERT_TRUE(translated);
  ASSERT_TRUE(*translated);
  EXPECT_TRUE((*translated)->empty());
}

}  // namespace
}  // namespace golab::lab
