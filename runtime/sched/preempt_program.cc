// Goroutines that compute and call nothing are made to give way, though nothing counts their steps:
// else this program never ends. Each checks that nothing of its own was changed meanwhile.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "golab/golab.h"

namespace {

volatile bool stop = false;

/// Integer registers.
std::uint64_t Integers() {
  std::uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, rounds = 0;
  while (!stop) {
    for (int i = 0; i < 1000; ++i) {
      a = a * 3 + b;
      b ^= a >> 7;
      c += a - b;
      d = d * 5 ^ c;
      e += d & 255;
      f = f * 7 + e;
    }
    for (int i = 0; i < 1000; ++i) {  // and all the way back
      f = (f - e) * 7905747460161236407ULL;
      e -= d & 255;
      d = (d ^ c) * 14757395258967641293ULL;
      c -= a - b;
      b ^= a >> 7;
      a = (a - b) * 12297829382473034411ULL;
    }
    if (a != 1 || b != 2 || c != 3 || d != 4 || e != 5 || f != 6) std::abort();
    ++rounds;
  }
  return rounds;
}

/// Vector registers, flags, the red zone of a leaf.
std::uint64_t Floats() {
  std::uint64_t rounds = 0;
  while (!stop) {
    double sum[8] = {};
    for (int i = 1; i <= 2000; ++i) {
      for (int k = 0; k < 8; ++k) sum[k] += static_cast<double>(i) * (k + 1);
    }
    for (int k = 0; k < 8; ++k) {
      if (sum[k] != 2001000.0 * (k + 1)) std::abort();
    }
    ++rounds;
  }
  return rounds;
}

}  // namespace

GOLAB_MAIN() {
  using namespace golab;
  runtime::GOMAXPROCS(1);
  sync::WaitGroup wg;
  std::uint64_t rounds[4] = {};
  for (int i = 0; i < 4; ++i) {
    wg.Add(1);
    go([&, i] {
      rounds[i] = i % 2 == 0 ? Integers() : Floats();
      wg.Done();
    });
  }
  for (int i = 0; i < 20; ++i) time::Sleep(time::Millisecond);
  stop = true;
  wg.Wait();
  for (const std::uint64_t n : rounds)
    std::printf("%llu rounds\n", static_cast<unsigned long long>(n));
}
