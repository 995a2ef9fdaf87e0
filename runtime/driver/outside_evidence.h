#pragma once
// What drivers do and see, into the recording (event/record.h, kOutside).

#include <cstdint>
#include <string_view>

#include "runtime/event/record.h"

namespace golab::rt {

/// Of `second` at most `most` bytes are kept.
void RecordOutside(OutsideKind kind, OutsideEvidence evidence, std::string_view label = {},
                   std::string_view first = {}, std::string_view second = {},
                   std::uint32_t most = kMostOutsideBody);

}  // namespace golab::rt
