// The walk of goroutines that run meanwhile, on several Ps: what it says of a stack was true at
// some moment. Goroutines go to and fro between two stacks of different shape; no mixture may be
// seen.

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/pprof/goroutine_snapshot.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/sample_ring.h"
#include "runtime/tests/on_goroutine.h"

using namespace golab;

namespace {

Chan<int> ping;
Chan<int> pong;

void LongThird() {
  ping.Recv();
}

void LongSecond() {
  LongThird();
}

void LongFirst() {
  LongSecond();
}

void Short() {
  pong.Recv();
}

void Fro(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    LongFirst();
    Short();
  }
}

void ToThird() {
  ping.Send(1);
}

void ToSecond() {
  ToThird();
}

void ToFirst() {
  ToSecond();
}

void ToShort() {
  pong.Send(1);
}

void To(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    ToFirst();
    ToShort();
  }
}

/// The program's functions of a stack, innermost first; those of the library as "*".
std::string Shape(const rt::StackTable::Stack& stack, rt::NameCache& names) {
  std::string shape;
  for (const rt::ShownFrame& shown : rt::ShownFrames(stack.pcs, stack.depth, names, false)) {
    const std::string_view name = shown.frame != nullptr ? shown.frame->function : "?";
    if (!name.starts_with("main.")) continue;
    shape += std::string(name.substr(5)) + " ";
  }
  return shape;
}

constexpr int kPairs = 50;

#if GOLAB_ASAN || GOLAB_TSAN
constexpr int kSnapshots = 100;
#else
constexpr int kSnapshots = 2000;
#endif

GO_TEST_REAL(Walk, SeesStacksAsTheyWere) {
  runtime::GOMAXPROCS(4);
  ping = MakeChan<int>();
  pong = MakeChan<int>();
  atomic::Int32 stop;
  sync::WaitGroup wg;
  const auto run = [&](void (*f)(int)) {
    wg.Add(1);
    go([&stop, &wg, f] {
      while (stop.Load() == 0) f(100);
      wg.Done();
    });
  };
  // Each at its own pace: the channels close at the end, and all get through.
  for (int i = 0; i < kPairs; ++i) {
    run(&Fro);
    run(&To);
  }
  const std::set<std::string> right = {
      "LongThird LongSecond LongFirst Fro Walk_SeesStacksAsTheyWere_Body.func1.1 ",
      "Short Fro Walk_SeesStacksAsTheyWere_Body.func1.1 ",
      "ToThird ToSecond ToFirst To Walk_SeesStacksAsTheyWere_Body.func1.1 ",
      "ToShort To Walk_SeesStacksAsTheyWere_Body.func1.1 ",
  };
  rt::PrepareNamesAside();
  rt::NameCache names;
  std::map<std::string, int> seen;
  for (int i = 0; i < kSnapshots; ++i) {
    rt::Pacer pacer;
    const rt::GoroutineSnapshot all(__builtin_frame_address(0), 64, pacer);
    EXPECT_EQ(all.goroutines.size(), 2u * kPairs + 1);
    for (const rt::GoroutineRecord& g : all.goroutines) {
      // One that was forced to give way may stand where a function has no frame yet.
      if (g.kind != rt::GoroutineCopy::Stack::kWalked ||
          !std::string_view(g.state).starts_with("chan "))
        continue;
      ++seen[Shape(all.stacks[g.stack], names)];
    }
    if (i % 16 == 0) runtime::Gosched();
  }
  int walked = 0;
  for (const auto& [shape, count] : seen) {
    EXPECT_TRUE(right.contains(shape)) << shape << ": " << count;
    walked += count;
  }
  EXPECT_GT(walked, kSnapshots);
  stop.Store(1);
  go([&] {  // whoever still waits gets through
    for (;;) Select(Recv(ping), Recv(pong));
  });
  go([&] {
    for (;;) Select(Send(ping, 1), Send(pong, 1));
  });
  wg.Wait();
}

// The ring's order is the runtime's, which TSan does not see.
[[gnu::no_sanitize_thread]] void Fill(rt::Sample* sample, std::uintptr_t w, std::uintptr_t i) {
  sample->depth = 2;
  sample->pcs[0] = w;
  sample->pcs[1] = i;
}

[[gnu::no_sanitize_thread]] std::pair<std::uintptr_t, std::uintptr_t> Contents(
    const rt::Sample& sample) {
  return {sample.pcs[0], sample.pcs[1]};
}

TEST(SampleRing, GivesWhatWasWrittenByAllInTheirOrder) {
  constexpr int kWriters = 3;
  constexpr std::uintptr_t kEach = 20'000;
  static rt::SampleRing ring;
  std::vector<std::thread> writers;
  std::atomic<int> running = kWriters;
  for (std::uintptr_t w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (std::uintptr_t i = 0; i < kEach; ++i) {
        std::uint64_t ticket = 0;
        rt::Sample* sample = ring.Begin(&ticket);
        if (sample == nullptr) continue;
        Fill(sample, w, i);
        ring.End(ticket);
      }
      --running;
    });
  }
  std::uintptr_t next[kWriters] = {};
  std::uint64_t taken = 0;
  const auto take = [&](const rt::Sample& sample) {
    const auto [writer, i] = Contents(sample);
    ASSERT_LT(writer, std::uintptr_t{kWriters});
    EXPECT_GE(i, next[writer]);
    next[writer] = i + 1;
    ++taken;
  };
  while (running > 0) ring.Drain(take);
  for (std::thread& writer : writers) writer.join();
  ring.Drain(take);
  EXPECT_EQ(taken + ring.lost(), kWriters * kEach);
}

TEST(StackTable, KeepsEachStackOnce) {
  rt::StackTable table(20'000);
  std::vector<std::uintptr_t> pcs;
  for (std::uintptr_t i = 0; i < 10'000; ++i) {
    pcs.assign(i % 40, i);
    pcs.push_back(i);
    EXPECT_EQ(table.Intern(pcs.data(), pcs.size()), i);
  }
  for (std::uintptr_t i = 0; i < 10'000; ++i) {
    pcs.assign(i % 40, i);
    pcs.push_back(i);
    EXPECT_EQ(table.Intern(pcs.data(), pcs.size()), i);
    EXPECT_EQ(table[i].depth, pcs.size());
    EXPECT_EQ(table[i].pcs[0], i);
  }
  EXPECT_EQ(table.size(), 10'000u);
  const std::vector<std::uintptr_t> deep(100'000, 7);
  EXPECT_EQ(table.Intern(deep.data(), deep.size()), 10'000u);
  EXPECT_EQ(table.Intern(nullptr, 0), 10'001u);
  EXPECT_EQ(table.Intern(nullptr, 0), 10'001u);
}

}  // namespace
