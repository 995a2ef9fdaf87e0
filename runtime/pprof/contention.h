#pragma once
// The block and the mutex profile: where goroutines waited for each other, and who kept them
// waiting. Go: runtime/mprof.go.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/event/record.h"

namespace golab::rt {

struct ContentionRecord {
  double count = 0;
  double ns = 0;
  std::vector<std::uintptr_t> pcs;  ///< return addresses, innermost first
};

enum class Contention : std::uint8_t { kBlock, kMutex };

/// A copy of what has been recorded, the longest waits first.
std::vector<ContentionRecord> ContentionRecords(Contention kind);

/// How many stacks there are.
std::size_t ContentionCount(Contention kind);

}  // namespace golab::rt
