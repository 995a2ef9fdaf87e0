#include "runtime/bench/golab/spin.h"

// SPIN is the name under which this translation unit is compiled.
std::uint64_t bench::SPIN(std::int64_t steps) {
  std::uint64_t x = 88172645463325252ULL;
  for (std::int64_t i = 0; i < steps; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x;
}
