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
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

}  // namespace

std::uint64_t Now() noexcept {
  return world.is_virtual ? world.now : Monotonic() - world.start;
}

std::int64_t WallNow() noexcept {
  if (world.is_virtual) return kVirtualEpochNs + static_cast<std::int64_t>(world.now);
  timespec t{};
  real::ClockGettime(CLOCK_REALTIME, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

namespace {

/// The processor's time stamp counter as nanoseconds: a third of the cost of the system's clock,
/// for events, whose order matters more than their time. The rate is measured against the system's
/// clock, first over the runtime's start, then over everything since.
struct TickClock {
  std::uint64_t start_ticks = 0;
  std::uint64_t start_ns = 0;
  std::uint64_t rate = 0;  // ns a tick, in 2^-32

  void Calibrate() noexcept {
    const std::uint64_t ns = Monotonic();
    const std::uint64_t ticks = arch::Ticks();
    if (start_ticks == 0) {
      start_ticks = ticks;
      start_ns = ns;
      return;
    }
    if (ns - start_ns < 10'000 || ticks <= start_ticks) return;
    const auto measured = static_cast<std::uint64_t>(
        (static_cast<unsigned __int128>(ns - start_ns) << 32) / (ticks - start_ticks));
    // relaxed: any P's measurement will do.
    __atomic_store_n(&rate, measured, __ATOMIC_RELAXED);
  }

  std::uint64_t Now() noexcept {
    if (rate == 0) [[unlikely]] {
      Calibrate();
      return Monotonic();
    }
    const std::uint64_t ticks = arch::Ticks() - start_ticks;
    return start_ns + static_cast<std::uint64_t>((static_cast<unsigned __int128>(ticks) *
                                                  __atomic_load_n(&rate, __ATOMIC_RELAXED)) >>
                                                 32);
  }
};

constinit TickClock tick_clock;

}  // namespace

std::uint64_t EventClock() noexcept {
  return (world.lab ? Monotonic() : tick_clock.Now()) - world.start;
}

void CalibrateEventClock() noexcept {
  tick_clock.Calibrate();
}

std::uint64_t SleepDeadline(const G* g, std::uint64_t when) noexcept {
  if (world.plan == nullptr || (world.plan->flags & kPlanOverrunSleeps) == 0 || g->id == 1)
    return when;
  return when + kQuantumNs;
}

}  // namespace golab::rt
