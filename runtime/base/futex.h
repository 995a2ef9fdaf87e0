#pragma once
// Waiting for a word to change. Linux: futex(2). The system call itself: programs may have their
// own ideas of the C library's functions, and a goroutine must not park here.

#include <cstdint>

namespace golab::rt {

/// Sleeps while *word == `expected`, at most until woken; may return early.
void FutexWait(std::uint32_t* word, std::uint32_t expected) noexcept;

/// The same, for at most `ns`.
void FutexWaitFor(std::uint32_t* word, std::uint32_t expected, std::uint64_t ns) noexcept;

/// The same, until CLOCK_MONOTONIC reads `at_ns`.
void FutexWaitUntil(std::uint32_t* word, std::uint32_t expected, std::uint64_t at_ns) noexcept;

/// Wakes up to `count` of those that wait for `word`.
void FutexWake(std::uint32_t* word, int count) noexcept;

}  // namespace golab::rt
