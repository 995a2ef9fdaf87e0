// The operations of the runtime, each as often as it takes to see it: go/micro.go line by line.

#include <golab/golab.h>

#include <algorithm>

#include "runtime/bench/golab/measure.h"

namespace bench {
namespace {

using golab::Chan;
using golab::MakeChan;
using golab::sync::WaitGroup;

/// Prints the best of several runs of body, in ns for each of the n operations of one run.
void PerOp(const std::string& name, Int n, void (*body)(Int n)) {
  double best = kForEver;
  for (int i = 0; i < kRounds; ++i) {
    double start = NowNs();
    body(n);
    best = std::min(best, NowNs() - start);
  }
  Report(name, "ns", best / static_cast<double>(n));
}

/// Stands in a critical section, so that the compiler folds no two of them into one.
void Inside() {
  asm volatile("" ::: "memory");
}

void Yield(Int n) {
  WaitGroup wg;
  wg.Add(2);
  for (int i = 0; i < 2; ++i) {
    golab::go([&] {
      for (Int j = 0; j < n / 2; ++j) golab::runtime::Gosched();
      wg.Done();
    });
  }
  wg.Wait();
}

void SpawnJoin(Int n) {
  for (Int i = 0; i < n; ++i) {
    WaitGroup wg;
    wg.Add(1);
    golab::go([&] { wg.Done(); });
    wg.Wait();
  }
}

void Spawn1000(Int n) {
  for (Int i = 0; i < n; i += 1000) {
    WaitGroup wg;
    wg.Add(1000);
    for (int j = 0; j < 1000; ++j) golab::go([&] { wg.Done(); });
    wg.Wait();
  }
}

void Pingpong(Int n) {
  auto ping = MakeChan<Int>(0), pong = MakeChan<Int>(0);
  golab::go([=] {
    for (Int i = 0; i < n; ++i) pong.Send(ping.Recv());
  });
  for (Int i = 0; i < n; ++i) {
    ping.Send(i);
    pong.Recv();
  }
}

void Chan128(Int n) {
  auto ch = MakeChan<Int>(128);
  golab::go([=] {
    for (Int i = 0; i < n; ++i) ch.Send(i);
    ch.Close();
  });
  Int sum = 0;
  for (Int v : ch) sum += v;
  Check(sum, n * (n - 1) / 2);
}

void Chan4p4c(Int n) {
  auto ch = MakeChan<Int>(128);
  WaitGroup producers, consumers;
  producers.Add(4);
  consumers.Add(4);
  for (int i = 0; i < 4; ++i) {
    golab::go([&] {
      for (Int j = 0; j < n / 4; ++j) ch.Send(1);
      producers.Done();
    });
  }
  Int sums[4] = {};
  for (int i = 0; i < 4; ++i) {
    golab::go([&, i] {
      Int sum = 0;
      for (Int v : ch) sum += v;
      sums[i] = sum;
      consumers.Done();
    });
  }
  producers.Wait();
  ch.Close();
  consumers.Wait();
  Check(sums[0] + sums[1] + sums[2] + sums[3], n);
}

void SelectReady(Int n) {
  auto a = MakeChan<Int>(1), b = MakeChan<Int>(1), c = MakeChan<Int>(1), d = MakeChan<Int>(1);
  const Chan<Int> all[4] = {a, b, c, d};
  Int sum = 0, v = 0;
  for (Int i = 0; i < n; ++i) {
    all[i & 3].Send(1);
    golab::Select(golab::Recv(a, v), golab::Recv(b, v), golab::Recv(c, v), golab::Recv(d, v));
    sum += v;
  }
  Check(sum, n);
}

void SelectBlock(Int n) {
  auto a = MakeChan<Int>(0), b = MakeChan<Int>(0), c = MakeChan<Int>(0), d = MakeChan<Int>(0);
  const Chan<Int> all[4] = {a, b, c, d};
  golab::go([=] {
    for (Int i = 0; i < n; ++i) all[i & 3].Send(1);
  });
  Int sum = 0, v = 0;
  for (Int i = 0; i < n; ++i) {
    golab::Select(golab::Recv(a, v), golab::Recv(b, v), golab::Recv(c, v), golab::Recv(d, v));
    sum += v;
  }
  Check(sum, n);
}

void Mutex(Int n) {
  golab::sync::Mutex mu;
  for (Int i = 0; i < n; ++i) {
    mu.Lock();
    Inside();
    mu.Unlock();
  }
}

void Mutex4g(Int n) {
  golab::sync::Mutex mu;
  WaitGroup wg;
  wg.Add(4);
  for (int i = 0; i < 4; ++i) {
    golab::go([&] {
      for (Int j = 0; j < n / 4; ++j) {
        mu.Lock();
        Inside();
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
}

void SkynetNode(const Chan<Int>& c, Int number, Int size) {
  if (size == 1) {
    c.Send(number);
    return;
  }
  auto children = MakeChan<Int>(0);
  for (Int i = 0; i < 10; ++i) {
    golab::go(SkynetNode, children, number + i * (size / 10), size / 10);
  }
  Int sum = 0;
  for (int i = 0; i < 10; ++i) sum += children.Recv();
  c.Send(sum);
}

void Skynet() {
  double best = kForEver;
  for (int i = 0; i < 3; ++i) {
    double start = NowNs();
    auto c = MakeChan<Int>(0);
    golab::go(SkynetNode, c, Int{0}, kMillion);
    Check(c.Recv(), kMillion * (kMillion - 1) / 2);
    best = std::min(best, NowNs() - start);
  }
  Report("skynet", "ms", best / 1e6);
}

struct OpRow {
  const char* name;
  Int n;
  void (*body)(Int n);
};

constexpr OpRow kOpRows[] = {
    {"yield", kMillion / 2, Yield},
    {"spawn_join", kMillion / 10, SpawnJoin},
    {"spawn_1000", kMillion / 5, Spawn1000},
    {"pingpong", kMillion / 10, Pingpong},
    {"chan128", kMillion, Chan128},
    {"chan_4p4c", kMillion, Chan4p4c},
    {"select_ready", kMillion / 5, SelectReady},
    {"select_block", kMillion / 10, SelectBlock},
    {"mutex", 5 * kMillion, Mutex},
    {"mutex_4g", 5 * kMillion, Mutex4g},
};

}  // namespace

bool RunMicro(const std::string& row) {
  if (row == "skynet") {
    Skynet();
    return true;
  }
  for (const OpRow& known : kOpRows) {
    if (row != known.name) continue;
    PerOp(row, known.n, known.body);
    return true;
  }
  return false;
}

}  // namespace bench
