#pragma once
// What stress programs have in common: STRESS_ROUNDS and STRESS_SEED choose, the first thing that
// is wrong ends them.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace golab::tests {

/// A sequence that only the seed decides (xorshift64*).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

  std::uint32_t Below(std::uint32_t n) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545f4914f6cdd1dULL) >> 33) % n;
  }

 private:
  std::uint64_t state_;
};

inline void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "stress: %s\n", what);
  std::fflush(stderr);
  std::abort();
}

inline std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace golab::tests
