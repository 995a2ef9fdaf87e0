#pragma once
// The command line that os::Args and flag see.

#include "golab/slice.h"
#include "golab/string.h"

namespace golab::rt {

/// Replaces it, program first: for a runner whose own arguments are none of the program's, and for
/// tests. Before the program's main, on one thread.
void SetArguments(const Slice<String>& arguments);

}  // namespace golab::rt
