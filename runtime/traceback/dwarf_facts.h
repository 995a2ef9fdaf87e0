#pragma once
// Reads functions, inlined copies and lines from debug information, in one pass over its entries.

#include <elfutils/libdw.h>

#include "runtime/traceback/image_facts.h"

namespace golab::rt {

/// Adds to `facts`, whose symbols must be there already: -g1 has no linkage names for closures and
/// static functions, so the symbol at a function's first pc names it wherever there is one.
void ReadDwarfFacts(Dwarf* dwarf, ImageFacts* facts);

}  // namespace golab::rt
