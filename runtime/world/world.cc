#include "runtime/world/world.h"

#include <time.h>

#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/real_calls.h"

namespace golab::rt {

constinit WorldState world;

namespace {

std::uint64_t Monotonic() noexcept {
  timespec t{};
  real::ClockGettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(t.tv_nsec);
}

}  // namespace

std::uint64_t Now() noexcept { return world.is_virtual ? world.now : Monotonic() - world.start; }

std::int64_t WallNow() noexcept {
  if (world.is_virtual) return kVirtualEpochNs + static_cast<std::int64_t>(world.now);
  timespec t{};
  real::ClockGettime(CLOCK_REALTIME, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

std::uint64_t EventClock() noexcept { return Monotonic() - world.start; }

std::uint64_t SleepDeadline(const G* g, std::uint64_t when) noexcept {
  if (world.plan == nullptr || (world.plan->flags & kPlanOverrunSleeps) == 0 || g->id == 1) return when;
  return when + kQuantumNs;
}

}  // namespace golab::rt
