// Building and running with golab's own runtime: that it takes what students write, refuses what it
// must, and answers the same each time. Everything else is tried with the stand-in.

#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/program/build.h"
#include "lab/program/files.h"
#include "lab/program/process.h"
#include "lab/recording/recording_map.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;

constexpr char kWorkers[] = R"(#include <golab/golab.h>
#include <cstdio>
#include <string>
using namespace golab;
struct Job { std::string name; int n; };
GOLAB_MAIN() {
  auto n = flag::Int("n", 10, "workers");
  flag::Parse();
  sync::WaitGroup wg;
  auto jobs = MakeChan<Job>(0);
  for (int i = 0; i < *n; i++) {
    wg.Add(1);
    go([=, &wg] { Job j = jobs.Recv(); time::Sleep(time::Second); wg.Done(); });
  }
  for (int i = 0; i < *n; i++) jobs.Send(Job{"j", i});
  std::printf("goroutines: %d\n", static_cast<int>(runtime::NumGoroutine()));
  wg.Wait();
  std::printf("goroutines: %d\n", static_cast<int>(runtime::NumGoroutine()));
}
)";

class SubmissionTest : public testing::Test {
 protected:
  SubmissionTest() : folder_(std::move(*PrivateFolder::Make("", "submission-test-"))) {}

  BuildOutcome Build(const std::string& text) const {
    // The test's own executable has its paths file beside it, as golab has.
    ToolchainSearch search;
    search.cache_dir = folder_.path();
    auto toolchain = FindToolchain(search);
    EXPECT_TRUE(toolchain.has_value()) << toolchain.error().Text();
    BuildRequest request;
    request.sources.Put({"main.cc", text});
    auto outcome = Builder(*toolchain, folder_.path() + "/cache").Build(request);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().Text();
    return *outcome;
  }

  PrivateFolder folder_;
};

TEST_F(SubmissionTest, RunsTheSameEachTime) {
  const BuildOutcome outcome = Build(kWorkers);
  ASSERT_TRUE(outcome.built) << outcome.failure.diagnostics;
  auto map = RecordingMap::Create();
  ASSERT_TRUE(map.has_value());
  ImageSpec spec;
  spec.path = outcome.image.path;
  spec.symbols_path = outcome.image.symbols_path;
  spec.flags = {"-n", "20"};
  auto process = Process::Start(spec, map->fd());
  ASSERT_TRUE(process.has_value()) << process.error().Text();
  (*process)->OnLook([&] { return map->Drain(); });
  std::size_t records = 0;
  for (int i = 0; i < 5; ++i) {
    map->Reset({});
    auto run = (*process)->Run();
    ASSERT_TRUE(run.has_value()) << run.error().Text();
    EXPECT_TRUE(run->Exited(0)) << run->err;
    EXPECT_EQ(run->out, "goroutines: 21\ngoroutines: 1\n");
    const std::size_t now = map->Take().records.size();
    EXPECT_GT(now, 100u);
    EXPECT_EQ(records == 0 ? now : records, now);
    records = now;
  }
}

TEST_F(SubmissionTest, MayNotReplaceTheRuntime) {
  for (const char* definition :
       {"int golab::runtime::NumGoroutine() { return 1; }",
        "extern \"C\" long write(int, const void*, unsigned long) { return 0; }",
        "int main() {}"}) {
    const BuildOutcome outcome =
        Build(std::string("#include <golab/golab.h>\n") + definition + "\nGOLAB_MAIN() {}\n");
    EXPECT_FALSE(outcome.built) << definition;
    EXPECT_EQ(outcome.failure.kind, CompileFailure::Kind::kRefused) << outcome.failure.diagnostics;
  }
}

}  // namespace
}  // namespace golab::lab
