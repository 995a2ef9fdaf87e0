#pragma once
// Profiles that count stacks. Go: printCountProfile, printStackRecord.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "golab/io.h"

#include "runtime/pprof/chunked_writer.h"
#include "runtime/pprof/label_map.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/pacer.h"

namespace golab::rt {

struct CountedStack {
  const std::uintptr_t* pcs = nullptr;  ///< return addresses, innermost first
  std::size_t depth = 0;
  const LabelMap* labels = nullptr;  ///< may be null
  std::uint64_t count = 0;
};

/// Writes `stacks`, in which no stack with the same labels is twice, the most frequent first.
/// debug 0: for pprof; else the text.
Error WriteCountProfile(const io::Writer& to, int debug, std::string_view name,
                        const std::vector<CountedStack>& stacks, Pacer& pacer);

/// "#\t0x40e2\tmain.worker+0x1f\t/src/main.cc:12", a line for each frame shown, and an empty line.
/// `all`: hidden frames, too.
void WriteFrameLines(ChunkedWriter& out, const std::uintptr_t* pcs, std::size_t depth,
                     NameCache& names, bool all);

/// "@ 0x1 0x2".
std::string AddressText(const std::uintptr_t* pcs, std::size_t depth);

}  // namespace golab::rt
