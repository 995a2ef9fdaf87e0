// The benchmark rows that Boost.Fiber has words for; go/main.go says what each does and how to
// call it. One thread, pooled stacks of 16 KiB. Where Go joins by WaitGroup, this joins the fibers:
// Boost's own way.

#include <algorithm>
#include <boost/fiber/all.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fibers = boost::fibers;

constexpr std::int64_t kMillion = 1000000;

fibers::pooled_fixedsize_stack stacks(16 * 1024);

/// `post` puts the fiber in the queue, as `go` does; `dispatch` runs it at once.
template <typename F>
fibers::fiber Spawn(F body, fibers::launch policy = fibers::launch::post) {
  return fibers::fiber(policy, std::allocator_arg, stacks, std::move(body));
}

double NowNs() {
  return std::chrono::duration<double, std::nano>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Report(const std::string& name, const char* unit, double value) {
  std::printf("%s 1 %s %.3f\n", name.c_str(), unit, value);
  std::fflush(stdout);
}

void PerOp(const std::string& name, int rounds, std::int64_t n, void (*body)(std::int64_t n)) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < rounds; ++i) {
    double start = NowNs();
    body(n);
    best = std::min(best, NowNs() - start);
  }
  Report(name, "ns", best / static_cast<double>(n));
}

void Check(std::int64_t got, std::int64_t want) {
  if (got != want) {
    std::fprintf(stderr, "wrong sum: got %lld, want %lld\n", static_cast<long long>(got),
                 static_cast<long long>(want));
    std::exit(1);
  }
}

/// Stands in a critical section, so that the compiler folds no two of them into one.
void Inside() {
  asm volatile("" ::: "memory");
}

void Yield(std::int64_t n) {
  auto body = [n] {
    for (std::int64_t i = 0; i < n / 2; ++i) boost::this_fiber::yield();
  };
  fibers::fiber a = Spawn(body);
  fibers::fiber b = Spawn(body);
  a.join();
  b.join();
}

void SpawnJoin(std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) Spawn([] {}).join();
}

void Spawn1000(std::int64_t n) {
  std::vector<fibers::fiber> batch(1000);
  for (std::int64_t i = 0; i < n; i += 1000) {
    for (fibers::fiber& fiber : batch) fiber = Spawn([] {});
    for (fibers::fiber& fiber : batch) fiber.join();
  }
}

void Pingpong(std::int64_t n) {
  fibers::unbuffered_channel<std::int64_t> ping, pong;
  fibers::fiber other = Spawn([&] {
    for (std::int64_t i = 0; i < n; ++i) pong.push(ping.value_pop());
  });
  for (std::int64_t i = 0; i < n; ++i) {
    ping.push(i);
    pong.value_pop();
  }
  other.join();
}

void Chan128(std::int64_t n) {
  fibers::buffered_channel<std::int64_t> ch(128);
  fibers::fiber producer = Spawn([&] {
    for (std::int64_t i = 0; i < n; ++i) ch.push(i);
    ch.close();
  });
  std::int64_t sum = 0;
  for (std::int64_t v : ch) sum += v;
  producer.join();
  Check(sum, n * (n - 1) / 2);
}

void Chan4p4c(std::int64_t n) {
  fibers::buffered_channel<std::int64_t> ch(128);
  std::vector<fibers::fiber> producers, consumers;
  for (int i = 0; i < 4; ++i) {
    producers.push_back(Spawn([&] {
      for (std::int64_t j = 0; j < n / 4; ++j) ch.push(1);
    }));
  }
  std::int64_t sums[4] = {};
  for (int i = 0; i < 4; ++i) {
    consumers.push_back(Spawn([&, i] {
      std::int64_t sum = 0;
      for (std::int64_t v : ch) sum += v;
      sums[i] = sum;
    }));
  }
  for (fibers::fiber& producer : producers) producer.join();
  ch.close();
  for (fibers::fiber& consumer : consumers) consumer.join();
  Check(sums[0] + sums[1] + sums[2] + sums[3], n);
}

void Mutex(std::int64_t n) {
  fibers::mutex mu;
  for (std::int64_t i = 0; i < n; ++i) {
    mu.lock();
    Inside();
    mu.unlock();
  }
}

void Mutex4g(std::int64_t n) {
  fibers::mutex mu;
  std::vector<fibers::fiber> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(Spawn([&] {
      for (std::int64_t j = 0; j < n / 4; ++j) {
        mu.lock();
        Inside();
        mu.unlock();
      }
    }));
  }
  for (fibers::fiber& fiber : all) fiber.join();
}

using Numbers = fibers::unbuffered_channel<std::int64_t>;

void SkynetNode(Numbers& c, std::int64_t number, std::int64_t size) {
  if (size == 1) {
    c.push(number);
    return;
  }
  Numbers children;
  for (std::int64_t i = 0; i < 10; ++i) {
    auto body = [&children, number, size, i] {
      SkynetNode(children, number + i * (size / 10), size / 10);
    };
    Spawn(body, fibers::launch::dispatch).detach();
  }
  std::int64_t sum = 0;
  for (int i = 0; i < 10; ++i) sum += children.value_pop();
  c.push(sum);
}

/// Once only: most of the million fibers live at the same time, in 11 GB. Boost's better policy:
/// with `post` it was 44 s and 17 GB, with `dispatch` 9 s.
void Skynet() {
  double start = NowNs();
  Numbers c;
  Spawn([&] { SkynetNode(c, 0, kMillion); }).detach();
  Check(c.value_pop(), kMillion * (kMillion - 1) / 2);
  Report("skynet", "ms", (NowNs() - start) / 1e6);
}

struct OpRow {
  const char* name;
  std::int64_t n;
  void (*body)(std::int64_t n);
};

constexpr OpRow kOpRows[] = {
    {"yield", kMillion / 2, Yield},          {"spawn_join", kMillion / 10, SpawnJoin},
    {"spawn_1000", kMillion / 5, Spawn1000}, {"pingpong", kMillion / 10, Pingpong},
    {"chan128", kMillion, Chan128},          {"chan_4p4c", kMillion, Chan4p4c},
    {"mutex", 5 * kMillion, Mutex},          {"mutex_4g", 5 * kMillion, Mutex4g},
};

void Run(const std::string& row) {
  if (row == "skynet") return Skynet();
  for (const OpRow& known : kOpRows) {
    if (row == known.name) return PerOp(row, 5, known.n, known.body);
  }
  std::fprintf(stderr, "no row \"%s\"\n", row.c_str());
  std::exit(2);
}

}  // namespace

int main() {
  const char* rows = std::getenv("BENCH_ROWS");
  std::istringstream words(rows != nullptr ? rows : "");
  for (std::string row; words >> row;) {
    Run(row);
  }
  return 0;
}
