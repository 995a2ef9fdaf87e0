#pragma once
// A run that the lab recorded, as a Go execution trace.

#include <string>

#include "lab/history/history.h"

namespace golab::lab {

/// Up to main's return: what follows is the lab letting the others come to rest. Any history gives
/// a trace that readers accept; what cannot have happened is left out.
std::string GoTraceOf(const History& history);

}  // namespace golab::lab
