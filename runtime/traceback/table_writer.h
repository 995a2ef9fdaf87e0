#pragma once
// Sorts what is known of an image into the bytes of a symbol table.

#include <string>

#include "runtime/traceback/image_facts.h"

namespace golab::rt {

/// Names closures and classes, flattens nested pieces, and returns the table. Sorts `facts->rows`.
std::string WriteTable(ImageFacts* facts);

}  // namespace golab::rt
