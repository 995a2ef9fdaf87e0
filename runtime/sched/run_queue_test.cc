#include "runtime/sched/run_queue.h"

#include <atomic>
#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

/// The queue needs addresses, not goroutines.
class RunQueueTest : public testing::Test {
 protected:
  RunQueueTest() : gs_(4096), queue_(std::make_unique<RunQueue>()) {}

  G* Nth(std::size_t i) { return &gs_[i]; }

  std::vector<G> gs_;
  std::unique_ptr<RunQueue> queue_;
};

TEST_F(RunQueueTest, IsFirstInFirstOut) {
  for (std::size_t i = 0; i < 3; ++i) ASSERT_TRUE(queue_->Push(Nth(i)));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(queue_->PopHead(), Nth(i));
  EXPECT_EQ(queue_->PopHead(), nullptr);
}

TEST_F(RunQueueTest, RefusesWhenFull) {
  for (std::size_t i = 0; i < RunQueue::kSlots; ++i) ASSERT_TRUE(queue_->Push(Nth(i)));
  EXPECT_FALSE(queue_->Push(Nth(RunQueue::kSlots)));
  EXPECT_EQ(queue_->PopHead(), Nth(0));
  EXPECT_TRUE(queue_->Push(Nth(RunQueue::kSlots)));
}

TEST_F(RunQueueTest, RemovingFromTheMiddleKeepsTheOrder) {
  for (std::size_t i = 0; i < 5; ++i) queue_->Push(Nth(i));
  EXPECT_EQ(queue_->RemoveAtSolo(2), Nth(2));
  for (const std::size_t i : {0, 1, 3, 4}) EXPECT_EQ(queue_->PopHead(), Nth(i));
}

TEST_F(RunQueueTest, StealsTheOlderHalf) {
  for (std::size_t i = 0; i < 5; ++i) queue_->Push(Nth(i));
  G* out[8];
  ASSERT_EQ(queue_->Steal(out, 8), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(out[i], Nth(i));
  EXPECT_EQ(queue_->Size(), 2u);
}

TEST_F(RunQueueTest, AgreesWithADeque) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    RunQueue queue;
    std::deque<G*> model;
    for (int step = 0; step < 5000; ++step) {
      switch (random() % 5) {
        case 0:
        case 1: {
          G* g = Nth(random() % gs_.size());
          ASSERT_EQ(queue.Push(g), model.size() < RunQueue::kSlots);
          if (model.size() < RunQueue::kSlots) model.push_back(g);
          break;
        }
        case 2: {
          G* want = model.empty() ? nullptr : model.front();
          ASSERT_EQ(queue.PopHead(), want);
          if (want != nullptr) model.pop_front();
          break;
        }
        case 3: {
          G* want = model.empty() ? nullptr : model.back();
          ASSERT_EQ(queue.PopTailSolo(), want);
          if (want != nullptr) model.pop_back();
          break;
        }
        default: {
          G* out[16];
          const std::uint32_t n = queue.Steal(out, 16);
          ASSERT_EQ(n, std::min<std::size_t>(model.size() - model.size() / 2, 16));
          for (std::uint32_t i = 0; i < n; ++i) {
            ASSERT_EQ(out[i], model.front());
            model.pop_front();
          }
        }
      }
      ASSERT_EQ(queue.Size(), model.size());
    }
  }
}

/// One owner and two thieves: each goroutine comes out exactly once.
TEST_F(RunQueueTest, OwnerAndThievesTakeEachOnce) {
  __atomic_store_n(&multi_flag, true, __ATOMIC_SEQ_CST);
  std::vector<std::atomic<int>> taken(gs_.size());
  constexpr int kRounds = 60;
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> count = 0;
  const auto take = [&](G* g) {
    taken[static_cast<std::size_t>(g - gs_.data())].fetch_add(1);
    count.fetch_add(1);
  };
  std::vector<std::thread> thieves;
  for (int i = 0; i < 2; ++i) {
    thieves.emplace_back([&] {
      G* out[64];
      while (!done.load()) {
        const std::uint32_t n = queue_->Steal(out, 64);
        for (std::uint32_t k = 0; k < n; ++k) take(out[k]);
      }
    });
  }
  for (int round = 1; round <= kRounds; ++round) {
    for (std::size_t i = 0; i < gs_.size(); ++i) {
      while (!queue_->Push(Nth(i))) {
        if (G* g = queue_->PopHead()) take(g);
      }
      if (i % 3 == 0) {
        if (G* g = queue_->PopHead()) take(g);
      }
    }
    while (G* g = queue_->PopHead()) take(g);
    while (count.load() < gs_.size() * static_cast<std::uint64_t>(round)) std::this_thread::yield();
  }
  done.store(true);
  for (std::thread& t : thieves) t.join();
  __atomic_store_n(&multi_flag, false, __ATOMIC_SEQ_CST);
  for (const std::atomic<int>& n : taken) EXPECT_EQ(n.load(), kRounds);
}

TEST(GList, KeepsOrderAndSizeThroughRemovals) {
  std::vector<G> gs(4);
  GList list;
  for (G& g : gs) list.PushTail(&g);
  EXPECT_EQ(list.RemoveAt(3), &gs[3]);
  EXPECT_EQ(list.tail, &gs[2]);
  EXPECT_EQ(list.RemoveAt(1), &gs[1]);
  list.PushHead(&gs[3]);
  EXPECT_EQ(list.size, 3u);
  EXPECT_EQ(list.PopHead(), &gs[3]);
  EXPECT_EQ(list.PopHead(), &gs[0]);
  EXPECT_EQ(list.PopHead(), &gs[2]);
  EXPECT_TRUE(list.Empty());
  EXPECT_EQ(list.tail, nullptr);
}

}  // namespace
}  // namespace golab::rt
