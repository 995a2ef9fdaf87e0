#pragma once
// Go's execution trace, version 2 (Go 1.22 to 1.24): numbers of events, limits, varints. Shared by
// the writer here and the lab's reader.
//
// A file is 16 bytes of header, then batches. A batch of timed events belongs to one M, in order;
// the others hold the strings and stacks of a generation, its clock's frequency, or CPU samples.
// Files hold these values: never renumber.

#include <cstddef>
#include <cstdint>

#include "runtime/base/compiler.h"

namespace golab::rt {

enum class GoEvent : std::uint8_t {
  kNone = 0,
  kEventBatch = 1,
  kStacks = 2,
  kStack = 3,
  kStrings = 4,
  kString = 5,
  kCpuSamples = 6,
  kCpuSample = 7,
  kFrequency = 8,
  kProcsChange = 9,
  kProcStart = 10,
  kProcStop = 11,
  kProcSteal = 12,
  kProcStatus = 13,
  kGoCreate = 14,
  kGoCreateSyscall = 15,
  kGoStart = 16,
  kGoDestroy = 17,
  kGoDestroySyscall = 18,
  kGoStop = 19,
  kGoBlock = 20,
  kGoUnblock = 21,
  kGoSyscallBegin = 22,
  kGoSyscallEnd = 23,
  kGoSyscallEndBlocked = 24,
  kGoStatus = 25,
  kStwBegin = 26,
  kStwEnd = 27,
  kGcActive = 28,
  kGcBegin = 29,
  kGcEnd = 30,
  kGcSweepActive = 31,
  kGcSweepBegin = 32,
  kGcSweepEnd = 33,
  kGcMarkAssistActive = 34,
  kGcMarkAssistBegin = 35,
  kGcMarkAssistEnd = 36,
  kHeapAlloc = 37,
  kHeapGoal = 38,
  kGoLabel = 39,
  kUserTaskBegin = 40,
  kUserTaskEnd = 41,
  kUserRegionBegin = 42,
  kUserRegionEnd = 43,
  kUserLog = 44,
  kGoSwitch = 45,
  kGoSwitchDestroy = 46,
  kGoCreateBlocked = 47,
  kGoStatusStack = 48,
  kExperimentalBatch = 49,
};

enum class GoStatus : std::uint8_t { kRunnable = 1, kRunning = 2, kSyscall = 3, kWaiting = 4 };
enum class ProcStatus : std::uint8_t { kRunning = 1, kIdle = 2, kSyscall = 3, kAbandoned = 4 };

/// Of the files that golab writes: what Go 1.24 itself writes, too.
inline constexpr char kGoTraceHeader[] = "go 1.23 trace\0\0";
inline constexpr std::size_t kGoTraceHeaderSize = 16;
inline constexpr std::size_t kMaxGoBatch = 64 << 10;
inline constexpr std::size_t kMaxGoString = 1024;
inline constexpr std::size_t kMaxGoFrames = 128;
inline constexpr std::uint64_t kNoM = ~std::uint64_t{0};
inline constexpr std::size_t kMaxUvarint = 10;

static_assert(sizeof kGoTraceHeader == kGoTraceHeaderSize);

/// Unsigned LEB128. `out` has room for kMaxUvarint bytes; returns the end.
GOLAB_INLINE char* PutUvarint(char* out, std::uint64_t value) noexcept {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

}  // namespace golab::rt
