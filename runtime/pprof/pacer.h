#pragma once
// Keeps long work of a profile from keeping others waiting.

#include <cstdint>

#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab::rt {

/// For one goroutine's long loops inside the runtime, where nothing preempts it. Call Step for each
/// piece of work below a microsecond, where no lock is held: it lets others run in between. In the
/// virtual world it does nothing, so that what is seen there is one instant.
class Pacer {
 public:
  void Step() noexcept {
    if (++steps_ % kLookEvery == 0) Look();
  }

  /// The caller has waited, or will not come here for a while: looks at the clock now.
  void Look() noexcept;

 private:
  static constexpr std::uint32_t kLookEvery = 64;
  static constexpr std::uint64_t kSliceNs = 50'000;

  std::uint32_t steps_ = 0;
  std::uint64_t began_ = EventClock();
};

}  // namespace golab::rt
