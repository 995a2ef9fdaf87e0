#pragma once
// A collection.

#include <cstdint>

#include "runtime/event/record.h"

namespace golab::rt {
struct G;
struct P;
}  // namespace golab::rt

namespace golab::rt::gc {

/// Collects, or waits until who collects now is done and then does. A goroutine that holds no lock.
void Collect(GcCause cause) noexcept;

/// Whether the heap has reached its goal and the caller may collect. A racy look.
bool IsTimeToCollect() noexcept;
void CollectBecauseOfSize() noexcept;

/// `g`, whose status has the scan bit, is about to change it: scans what is left to scan of it and
/// takes the bit away. `needed`: not by the collector. Whoever has `g` to himself.
void FinishScan(P* p, G* g, bool needed) noexcept;

}  // namespace golab::rt::gc
