#pragma once
// The goroutine profile in its three forms. Go: writeGoroutine, writeGoroutineStacks.

#include "golab/io.h"

#include "runtime/pprof/collected_profile.h"

namespace golab::rt {

/// debug 0: for pprof; 1: stacks with their counts; 2 and above: all goroutines as a dump shows
/// them, the calling one's from the caller of this function. Real world: others run meanwhile, and
/// see the caller hold its processor for some 50 us at a time.
Error WriteGoroutineProfile(const io::Writer& to, int debug);

CollectedProfile CollectGoroutines();

}  // namespace golab::rt
