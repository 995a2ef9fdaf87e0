// Many goroutines build, share, move and drop objects while several of them collect. Each part
// checks that nothing was freed that could be reached, and that in the end nothing is left.
//
// Environment: STRESS_ROUNDS (default 20), STRESS_SEED.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "golab/golab.h"
#include "golab/weak.h"

#include "runtime/tests/stress.h"

namespace {

using namespace golab;  // NOLINT(google-build-using-namespace): a program
using tests::Check;
using tests::FromEnvironment;
using tests::Random;

constexpr std::uint32_t kAlive = 0xa11fe;

/// A tree's node, which knows whether it has been destroyed.
struct Node {
  explicit Node(std::uint32_t n) : value(n) {}

  ~Node() { alive = 0; }

  std::uint32_t alive = kAlive;
  std::uint32_t value;
  gc::Ptr<Node> left, right;
};

std::uint64_t Sum(const gc::Ptr<Node>& node) {
  if (!node) return 0;
  Check(node->alive == kAlive, "an object was freed that can be reached");
  return node->value + Sum(node->left) + Sum(node->right);
}

gc::Ptr<Node> Tree(int depth, Random& random, std::uint64_t* sum) {
  gc::Ptr<Node> node = gc::New<Node>(random.Below(1000));
  *sum += node->value;
  if (depth > 0) {
    node->left = Tree(depth - 1, random, sum);
    if (random.Below(3) != 0) node->right = Tree(depth - 1, random, sum);
  }
  return node;
}

struct Parcel {
  gc::Ptr<Node> tree;
  std::uint64_t sum = 0;
};

/// Workers pass trees on, rebuild them and drop them; two collect all the time.
void Trees(std::uint64_t seed) {
  constexpr int kWorkers = 8;
  constexpr int kTurns = 150;
  Chan<Parcel> belt = MakeChan<Parcel>(4);
  sync::WaitGroup wg;
  atomic::Bool done;
  for (int w = 0; w < kWorkers; ++w) {
    wg.Add(1);
    go([&, w] {
      Defer d{[&] { wg.Done(); }};
      Random random(seed + static_cast<std::uint64_t>(w));
      for (int i = 0; i < kTurns; ++i) {
        Parcel mine;
        mine.tree = Tree(4, random, &mine.sum);
        switch (Select(Send(belt, mine), Recv(belt, mine), Default)) {
          case 0:
            mine.tree = nullptr;
            break;
          case 1: {
            Check(Sum(mine.tree) == mine.sum, "a tree has changed");
            gc::Ptr<Node> left = std::move(mine.tree->left);
            mine.tree->left = mine.tree->right;
            mine.tree->right = std::move(left);
            Check(Sum(mine.tree) == mine.sum, "a tree was not turned");
            break;
          }
          default:
            runtime::Gosched();
        }
      }
    });
  }
  sync::WaitGroup collectors;
  for (int c = 0; c < 2; ++c) {
    collectors.Add(1);
    go([&] {
      Defer d{[&] { collectors.Done(); }};
      while (!done.Load()) runtime::GC();
    });
  }
  wg.Wait();
  done.Store(true);
  collectors.Wait();
  belt.Close();
  for (const Parcel& left : belt) Check(Sum(left.tree) == left.sum, "a tree has changed");
}

/// One structure behind a lock, changed by all: its references move while it is marked.
void SharedList(std::uint64_t seed) {
  gc::Ptr<Node> head;
  std::uint64_t length = 0;
  sync::Mutex mu;
  sync::WaitGroup wg;
  for (int w = 0; w < 6; ++w) {
    wg.Add(1);
    go([&, w] {
      Defer d{[&] { wg.Done(); }};
      Random random(seed * 7 + static_cast<std::uint64_t>(w));
      for (int i = 0; i < 400; ++i) {
        mu.Lock();
        Defer unlock{[&] { mu.Unlock(); }};
        if (random.Below(2) == 0 || length == 0) {
          gc::Ptr<Node> node = gc::New<Node>(1);
          node->left = head;
          head = node;
          ++length;
        } else {
          head = head->left;
          --length;
        }
        if (random.Below(50) == 0) runtime::GC();
      }
    });
  }
  wg.Wait();
  std::uint64_t n = 0;
  for (const Node* at = head.Get(); at != nullptr; at = at->left.Get(), ++n)
    Check(at->alive == kAlive, "an object of the list was freed");
  Check(n == length, "the list has another length");
}

/// Every finalizer and every cleanup is called once; weak pointers give whole objects or nil.
void Ends(std::uint64_t seed) {
  constexpr int kWorkers = 4;
  constexpr int kEach = 100;
  static atomic::Int64 finalized, cleaned;
  finalized.Store(0);
  cleaned.Store(0);
  sync::WaitGroup wg;
  for (int w = 0; w < kWorkers; ++w) {
    wg.Add(1);
    go([&, w] {
      Defer d{[&] { wg.Done(); }};
      Random random(seed * 3 + static_cast<std::uint64_t>(w));
      std::vector<weak::Pointer<Node>> weak;
      for (int i = 0; i < kEach; ++i) {
        gc::Ptr<Node> node = gc::New<Node>(5);
        runtime::SetFinalizer(node, [](gc::Ptr<Node> n) {
          Check(n->alive == kAlive && n->value == 5, "a finalizer got a dead object");
          finalized.Add(1);
        });
        runtime::AddCleanup(
            node, [](int) { cleaned.Add(1); }, 1);
        weak.push_back(weak::Make(node));
        if (random.Below(20) == 0) runtime::GC();
        const gc::Ptr<Node> again =
            weak[random.Below(static_cast<std::uint32_t>(weak.size()))].Value();
        if (again) Check(again->alive == kAlive, "a weak pointer gave a dead object");
      }
    });
  }
  wg.Wait();
  for (int i = 0; i < 2; ++i) {
    runtime::GC();
    const std::int64_t wanted = kWorkers * kEach;
    while ((i == 0 ? finalized : cleaned).Load() < wanted) time::Sleep(100 * time::Microsecond);
  }
  Check(finalized.Load() == kWorkers * kEach, "a finalizer ran twice");
  Check(cleaned.Load() == kWorkers * kEach, "a cleanup ran twice");
}

/// Goroutines that are woken, end and begin while they are scanned.
void Wakes(std::uint64_t seed) {
  Random random(seed);
  for (int i = 0; i < 20; ++i) {
    Chan<gc::Ptr<Node>> c = MakeChan<gc::Ptr<Node>>();
    sync::WaitGroup wg;
    for (int w = 0; w < 20; ++w) {
      wg.Add(1);
      go([&, c] {
        Defer d{[&] { wg.Done(); }};
        const gc::Ptr<Node> held = gc::New<Node>(3);
        const gc::Ptr<Node> got = c.Recv();
        Check(held->alive == kAlive && got->alive == kAlive, "a woken goroutine lost its object");
      });
    }
    for (int w = 0; w < 20; ++w) {
      if (random.Below(4) == 0) runtime::GC();
      c.Send(gc::New<Node>(4));
    }
    wg.Wait();
  }
}

}  // namespace

GOLAB_MAIN() {
  const std::uint64_t rounds = FromEnvironment("STRESS_ROUNDS", 20);
  const std::uint64_t seed = FromEnvironment("STRESS_SEED", 1);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    Trees(seed + round);
    SharedList(seed + round);
    Ends(seed + round);
    Wakes(seed + round);
    runtime::GC();
    time::Sleep(time::Millisecond);
    runtime::GC();
    runtime::MemStats stats;
    runtime::ReadMemStats(&stats);
    Check(stats.HeapObjects == 0, "objects are left that nothing refers to");
  }
  std::printf("ok\n");
}
