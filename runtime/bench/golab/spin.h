#pragma once
// Work that needs a processor and nothing else. Compiled twice: as submissions are, so that each
// basic block counts towards the end of the goroutine's slice, and as plain C++.

#include <cstdint>

namespace bench {

using Spin = std::uint64_t (*)(std::int64_t steps);

std::uint64_t SpinCounted(std::int64_t steps);
std::uint64_t SpinPlain(std::int64_t steps);

}  // namespace bench
