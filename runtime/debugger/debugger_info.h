#pragma once
// What a debugger must know of the runtime. A release has no types (-g1), so the layout of what
// golab-gdb.py reads stands in a table that it finds by its name.
//
// Meaning of the names: "Struct.field" is the field's offset, "Struct.size" the size; "gs", "ps"
// and the like are where a variable lies; other names are values of constants.

#include <cstdint>

#include "runtime/base/compiler.h"

namespace golab::rt {

/// One line of the table. The last has no name.
struct DebuggerFact {
  const char* name = nullptr;
  std::uint64_t number = 0;       ///< of an offset, a size, a constant
  const void* address = nullptr;  ///< of a variable or a function
};

/// Exported, although data, so that a stripped library has it, too: nobody links to it.
extern "C" GOLAB_EXPORT const DebuggerFact golab_debugger_info[];

}  // namespace golab::rt
