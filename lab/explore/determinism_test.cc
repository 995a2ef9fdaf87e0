// The same image and seed give the same recording to the last byte: whatever else the machine does,
// how often the image was run before, and with which neighbours.

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lab/explore/explorer.h"
#include "lab/recording/recording_map.h"

namespace golab::lab {
namespace {

constexpr int kRuns = 100;

/// Everything that a run leaves behind, as bytes.
struct Evidence {
  std::string bytes;
  std::string out;
  std::string err;
  int status = 0;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

template <class T>
void Append(std::string* bytes, const std::vector<T>& values) {
  bytes->append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

Evidence RunOnce(Process& process, RecordingMap& map, const RunPlan& plan) {
  map.Reset(plan);
  auto result = process.Run();
  EXPECT_TRUE(result) << (result ? "" : result.error().Text());
  Evidence e;
  if (!result) return e;
  const Recording recording = map.Take();
  Append(&e.bytes, recording.records);
  e.bytes += recording.blobs;
  e.out = result->out;
  e.err = result->err;
  e.status = result->wait_status;
  return e;
}

/// Both processors kept busy.
class Load {
 public:
  Load() {
    for (int i = 0; i < 3; ++i) {
      threads_.emplace_back([this] {
        while (!stop_.load(std::memory_order_relaxed)) {
        }
      });
    }
  }

  ~Load() {
    stop_ = true;
    for (std::thread& t : threads_) t.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

class Determinism : public testing::TestWithParam<const char*> {};

TEST_P(Determinism, AHundredRunsUnderLoadAreEqual) {
  auto map = RecordingMap::Create();
  ASSERT_TRUE(map);
  ImageSpec spec;
  spec.path = std::string(SUBMISSIONS) + GetParam();
  RunPlan plan;
  plan.quantum = 997;  // preempted often, also inside the libraries' locks
  for (const std::uint64_t seed : {0, 7}) {
    SCOPED_TRACE(seed);
    plan.seed = seed;
    plan.strategy = seed == 0 ? rt::Strategy::kGoOrder : rt::Strategy::kWalk;
    auto process = Process::Start(spec, map->fd());
    ASSERT_TRUE(process) << process.error().Text();
    const Evidence first = RunOnce(**process, *map, plan);
    ASSERT_FALSE(first.bytes.empty());
    const Load load;
    for (int i = 1; i < kRuns; ++i) {
      if (i % 25 == 0) {  // a fresh exec
        process = Process::Start(spec, map->fd());
        ASSERT_TRUE(process);
      }
      ASSERT_EQ(RunOnce(**process, *map, plan), first) << "run " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Determinism, testing::Values("channels", "locks", "unwinding"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace golab::lab
