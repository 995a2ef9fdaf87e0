#pragma once
// Words for what UBSan saw. Its sentences have the values that make a fault plain; they are taken
// out of them here, so that no sentence of a compiler's is shown where golab has its own.

#include "lab/check/check.h"
#include "lab/history/memory_reports.h"

namespace golab::lab::common {

/// A failed finding of `no-dangling`: its cause and the values of that, nothing else.
Finding OfUndefined(const UndefinedOperation& seen);

}  // namespace golab::lab::common
