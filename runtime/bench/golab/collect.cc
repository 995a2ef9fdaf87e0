// What a collection costs: go/collect.go line by line.

#include <golab/golab.h>

#include <algorithm>
#include <vector>

#include "runtime/bench/golab/measure.h"

namespace bench {
namespace {

namespace gc = golab::gc;
namespace runtime = golab::runtime;

struct Node {
  gc::Ptr<Node> left, right;
};

gc::Ptr<Node> Tree(int depth) {
  gc::Ptr<Node> node = gc::New<Node>();
  if (depth > 0) {
    node->left = Tree(depth - 1);
    node->right = Tree(depth - 1);
  }
  return node;
}

/// Nanoseconds of a whole collection, the best of several.
double CollectNs() {
  runtime::GC();
  double best = kForEver;
  for (int i = 0; i < kRounds; ++i) {
    double start = NowNs();
    runtime::GC();
    best = std::min(best, NowNs() - start);
  }
  return best;
}

double PauseNs() {
  runtime::MemStats stats;
  runtime::ReadMemStats(&stats);
  double best = kForEver;
  for (int i = 0; i < kRounds; ++i) {
    const std::uint32_t at = (stats.NumGC + 255 - static_cast<std::uint32_t>(i)) % 256;
    best = std::min(best, static_cast<double>(stats.PauseNs[at]));
  }
  return best;
}

/// A live tree of 2^15 or 2^18 small objects: the whole collection, and for how long others stand.
void LiveHeap() {
  for (const int depth : {14, 17}) {
    gc::Ptr<Node> root = Tree(depth);
    const std::string size = depth == 14 ? "32k" : "256k";
    Report("gc_" + size + "_collect", "ms", CollectNs() / 1e6);
    Report("gc_" + size + "_pause", "us", PauseNs() / 1e3);
    root = nullptr;
    runtime::GC();
  }
}

/// What 10,000 goroutines that wait with a pointer each add to a collection, for each of them.
void Parked() {
  constexpr int kParked = 10000;
  const double without = CollectNs();
  golab::Chan<int> gate = golab::MakeChan<int>();
  golab::sync::WaitGroup wg;
  wg.Add(kParked);
  for (int i = 0; i < kParked; ++i) {
    golab::go([&wg, gate] {
      gc::Ptr<Node> held = gc::New<Node>();
      gate.RecvOk();
      runtime::KeepAlive(held);
      wg.Done();
    });
  }
  golab::time::Sleep(20 * golab::time::Millisecond);
  Report("gc_parked", "ns", (CollectNs() - without) / kParked);
  gate.Close();
  wg.Wait();
}

}  // namespace

bool RunCollect(const std::string& row) {
  if (row == "gc_heap") {
    LiveHeap();
  } else if (row == "gc_parked") {
    Parked();
  } else {
    return false;
  }
  return true;
}

}  // namespace bench
