#include "runtime/base/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace golab::rt {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kLongest = std::uint64_t{1} << 62;  // further away, the kernel's type ends

timespec FromNs(std::uint64_t ns) noexcept {
  if (ns > kLongest) ns = kLongest;
  return {static_cast<time_t>(ns / kNsPerSecond), static_cast<long>(ns % kNsPerSecond)};
}

void Call(std::uint32_t* word, int operation, std::uint32_t value, const timespec* time,
          std::uint32_t bits) noexcept {
  syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, time, nullptr, bits);
}

}  // namespace

void FutexWait(std::uint32_t* word, std::uint32_t expected) noexcept {
  Call(word, FUTEX_WAIT, expected, nullptr, 0);
}

void FutexWaitFor(std::uint32_t* word, std::uint32_t expected, std::uint64_t ns) noexcept {
  const timespec t = FromNs(ns);
  Call(word, FUTEX_WAIT, expected, &t, 0);
}

void FutexWaitUntil(std::uint32_t* word, std::uint32_t expected, std::uint64_t at_ns) noexcept {
  const timespec t = FromNs(at_ns);
  Call(word, FUTEX_WAIT_BITSET, expected, &t, FUTEX_BITSET_MATCH_ANY);
}

void FutexWake(std::uint32_t* word, int count) noexcept {
  Call(word, FUTEX_WAKE, static_cast<std::uint32_t>(count), nullptr, 0);
}

}  // namespace golab::rt
