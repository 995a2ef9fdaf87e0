// The benchmark rows in golab: go/bench.go line by line, which also says how to call it.
// Goroutines that outlive the frame that starts them capture by value; the others by reference.

#include <golab/golab.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <sstream>
#include <string>

namespace {

using golab::Chan;
using golab::MakeChan;
using golab::sync::WaitGroup;
using Int = std::int64_t;  // Go's int

constexpr Int kMillion = 1000000;
constexpr double kForEver = std::numeric_limits<double>::infinity();

int procs = 0;

/// Not golab's clock: all three programs read the same one.
double NowNs() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::nano>(now).count();
}

void Report(const std::string& name, const char* unit, double value) {
  std::printf("%s %d %s %.3f\n", name.c_str(), procs, unit, value);
  std::fflush(stdout);
}

/// Prints the best of `rounds` runs of body, in ns for each of the n operations of one run.
void PerOp(const std::string& name, int rounds, Int n, void (*body)(Int n)) {
  double best = kForEver;
  for (int i = 0; i < rounds; ++i) {
    double start = NowNs();
    body(n);
    best = std::min(best, NowNs() - start);
  }
  Report(name, "ns", best / static_cast<double>(n));
}

/// Keeps the compiler from dropping the work, and the runtime from doing it wrong.
void Check(Int got, Int want) {
  if (got == want) return;
  std::fprintf(stderr, "wrong sum: got %lld, want %lld\n", static_cast<long long>(got),
               static_cast<long long>(want));
  std::_Exit(1);
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

void SkynetNode(Chan<Int> c, Int number, Int size) {
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

/// Creates a million goroutines that wait for done, and returns when all have come that far: ns.
double Park(Chan<Int> done, WaitGroup& left) {
  WaitGroup arrived;
  arrived.Add(kMillion);
  left.Add(kMillion);
  double start = NowNs();
  for (Int i = 0; i < kMillion; ++i) {
    golab::go([done, &arrived, &left] {
      arrived.Done();
      done.Recv();
      left.Done();
    });
  }
  arrived.Wait();
  return NowNs() - start;
}

double Release(Chan<Int> done, WaitGroup& left) {
  double start = NowNs();
  done.Close();
  left.Wait();
  return NowNs() - start;
}

/// This process's memory, with the page tables that map it.
double ResidentBytes() {
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) {
    std::perror("/proc/self/status");
    std::_Exit(1);
  }
  long kib = 0;
  for (char line[256]; std::fgets(line, sizeof line, status) != nullptr;) {
    bool counts = std::strncmp(line, "VmRSS:", 6) == 0 || std::strncmp(line, "VmPTE:", 6) == 0;
    if (counts) kib += std::strtol(line + 6, nullptr, 10);
  }
  std::fclose(status);
  return static_cast<double>(kib) * 1024;
}

void Parked1M() {
  WaitGroup left;
  double before = ResidentBytes();
  auto done = MakeChan<Int>(0);
  double first = Park(done, left);
  Report("parked_1m_first", "s", first / 1e9);
  Report("parked_1m_bytes", "B", (ResidentBytes() - before) / kMillion);
  double again = kForEver, released = Release(done, left);
  for (int i = 0; i < 3; ++i) {
    done = MakeChan<Int>(0);
    again = std::min(again, Park(done, left));
    released = std::min(released, Release(done, left));
  }
  Report("parked_1m_again", "ms", again / 1e6);
  Report("parked_1m_release", "ms", released / 1e6);
}

/// It takes its second of sleep with it: both sides sleep the same.
void Sleepers1M() {
  WaitGroup wg;
  wg.Add(kMillion);
  double start = NowNs();
  for (Int i = 0; i < kMillion; ++i) {
    golab::go([&] {
      golab::time::Sleep(golab::time::Second);
      wg.Done();
    });
  }
  wg.Wait();
  Report("sleepers_1m", "s", (NowNs() - start) / 1e9);
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

void Run(const std::string& row) {
  if (row == "skynet") return Skynet();
  if (row == "parked_1m") return Parked1M();
  if (row == "sleepers_1m") return Sleepers1M();
  for (const OpRow& known : kOpRows) {
    if (row == known.name) return PerOp(row, 10, known.n, known.body);
  }
  std::fprintf(stderr, "no row \"%s\"\n", row.c_str());
  std::_Exit(2);
}

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

GOLAB_MAIN() {
  procs = std::atoi(FromEnvironment("BENCH_PROCS").c_str());
  if (procs < 1) {
    std::fprintf(stderr, "BENCH_PROCS must be a number\n");
    std::_Exit(2);
  }
  golab::runtime::GOMAXPROCS(procs);
  std::istringstream rows(FromEnvironment("BENCH_ROWS"));
  for (std::string row; rows >> row;) Run(row);
}
