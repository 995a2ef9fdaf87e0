#pragma once
// Looks at a goroutine of another thread while it may run, without stopping anyone.
//
// Its stack is read where the switch has saved it, and what was read counts only if the goroutine
// has not been resumed meanwhile (TakeSaved, sched/g.h). Stacks are never unmapped, and a page that
// was given back reads as zero, so that a wrong look does no harm.

#include <cstddef>
#include <cstdint>

#include "runtime/pprof/label_map.h"
#include "runtime/sched/g.h"

namespace golab::rt {

/// What a goroutine was at one moment.
struct GoroutineCopy {
  enum class Stack : std::uint8_t {
    kWalked,     ///< its frames are known
    kNeverRan,   ///< only start_pc is
    kElsewhere,  ///< it runs on another thread; only start_pc is known
  };

  std::uint32_t id = 0;
  std::uint32_t creator = 0;
  std::uintptr_t gopc = 0;  ///< 0: main
  Status status = Status::kIdle;
  WaitReason reason = WaitReason::kNone;
  Stack stack = Stack::kElsewhere;
  bool locked = false;
  LabelRef labels;
  std::uintptr_t start_pc = 0;  ///< 0: unknown, or not asked for
  std::size_t depth = 0;        ///< return addresses, innermost first
};

/// Copies `g` and up to `most` of its return addresses to `pcs`, without the frames below its own
/// function. False: there is no goroutine, or only one of the runtime's own. Any thread; not for
/// the goroutine that runs there.
bool CopyGoroutine(const G* g, std::uintptr_t* pcs, std::size_t most, GoroutineCopy* out) noexcept;

/// The same of the goroutine that runs here, from `frame` of its stack.
void CopyOwn(const G* g, const void* frame, std::uintptr_t* pcs, std::size_t most,
             GoroutineCopy* out) noexcept;

}  // namespace golab::rt
