#pragma once
// The one door: a goroutine's status changes here and nowhere else, together with its event. So the
// recording, stack dumps and the scheduler cannot disagree.

#include "runtime/go_trace/tracer.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab::rt {

/// Legal edges: bit `to` of kLegal[from].
inline constexpr std::uint16_t kLegal[] = {
    /* idle */ 1 << static_cast<int>(Status::kRunnable),
    /* runnable */ 1 << static_cast<int>(Status::kRunning),
    /* running */ 1 << static_cast<int>(Status::kRunnable) |
        1 << static_cast<int>(Status::kWaiting) | 1 << static_cast<int>(Status::kSyscall) |
        1 << static_cast<int>(Status::kDead),
    /* syscall */ 1 << static_cast<int>(Status::kRunning) |
        1 << static_cast<int>(Status::kRunnable),
    /* waiting */ 1 << static_cast<int>(Status::kRunnable),
    /* 5, unused */ 0,
    /* dead */ 1 << static_cast<int>(Status::kRunnable),
};

constexpr bool IsLegal(Status from, Status to) {
  return (kLegal[static_cast<int>(from)] >> static_cast<int>(to) & 1) != 0;
}

static_assert(!IsLegal(Status::kWaiting, Status::kRunning), "a woken goroutine queues first");

/// The time to write on the next record of `p`.
GOLAB_INLINE std::uint64_t EventTime(P* p) noexcept {
  if (world.is_virtual) return world.now;
  if ((p->log.count() & p->tick_mask) == 0) [[unlikely]] {
    if (world.streamed) return StreamTime(p);
    const std::uint64_t now = EventClock();
    if (now > p->event_time) p->event_time = now;
    return p->event_time;
  }
  // Between two readings the order inside the P is what counts; a nanosecond each keeps it visible.
  return ++p->event_time;
}

GOLAB_INLINE void Emit(P* p, EventType type, std::uint32_t g, std::uint8_t reason,
                       std::uint64_t arg, std::uint64_t stack) noexcept {
  p->log.Append(EventTime(p), g, static_cast<std::uint16_t>(p->id), static_cast<std::uint8_t>(type),
                reason, arg, stack);
}

/// The status of `g` is not `from`: only the collector's scan of it may be why, and ends now. Go
/// waits for that in casgstatus.
GOLAB_COLD void EndScan(P* p, G* g, Status from) noexcept;

/// Changes g's status and records why. kNone: no event (resuming outside lab runs).
GOLAB_INLINE void Transition(P* p, G* g, Status from, Status to, EventType type,
                             std::uint32_t actor, std::uint8_t reason, std::uint64_t arg,
                             std::uint64_t stack) noexcept {
  // With constant arguments the edge is checked by the compiler.
  if (!IsLegal(from, to)) Throw("illegal goroutine transition");
  // Whoever changes a status has the goroutine to itself: by its P, its queue or the lock that it
  // waits under, and these hand on what it wrote. So the word needs no atomic exchange; where golab
  // is tested it is one, to catch two who believe so. Others only read it.
  if (GOLAB_CHECKS != 0 && Multi()) {
    auto expected = from;
    while (!__atomic_compare_exchange(&g->status, &expected, &to, false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_RELAXED)) {
      EndScan(p, g, from);
      expected = from;
    }
  } else {
    Status now;  // clang has no __atomic_load_n of an enumeration
    __atomic_load(&g->status, &now, __ATOMIC_RELAXED);
    if (now != from) [[unlikely]]
      EndScan(p, g, from);
    __atomic_store(&g->status, &to, __ATOMIC_RELEASE);
  }
  if (type != EventType::kNone && (g->flags & kGSystem) == 0)
    Emit(p, type, actor, reason, arg, stack);
}

/// Walks the frame pointers from `frame` up the running stack and gives the stack's id. The frames
/// are in p->trace and, by id, in the stack table. Bounded: only rising, aligned frames inside the
/// stack.
GOLAB_INLINE std::uint64_t CaptureStack(P* p, const void* frame) noexcept {
  const auto* fp = static_cast<const std::uint64_t*>(frame);
  const G* g = p->current;
  // Without a stack: it has just ended, and the clock calls `go` where the next one is picked.
  if (g == nullptr || g->stack_top == nullptr) return 0;
  // Outside lab runs without the frames below the goroutine's function, which are always the same.
  const void* end = world.lab ? g->stack_top : arch::RootLanding(g->stack_top)->sp;
  const auto* top = static_cast<const std::uint64_t*>(end);
  std::uint64_t hash = 0x2545f4914f6cdd1dULL;
  int n = 0;
  const int depth = world.stack_depth;
  while (n < depth && fp < top) {
    const std::uint64_t pc = fp[1];
    const auto* up = reinterpret_cast<const std::uint64_t*>(fp[0]);
    if (pc == 0) [[unlikely]]
      break;
    p->trace.pcs[n++] = pc;
    hash = (hash ^ pc) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
    if (up <= fp || (reinterpret_cast<std::uintptr_t>(up) & 7) != 0) [[unlikely]]
      break;
    fp = up;
  }
  if (hash == 0) [[unlikely]]
    hash = 1;
  p->trace.n = n;
  p->trace.id = hash;
  p->log.KnowStack(hash, p->trace.pcs, n);
  return hash;
}

}  // namespace golab::rt
