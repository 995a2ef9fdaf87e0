#pragma once
// All goroutines of a program with their stacks, taken while they run. Go:
// runtime.goroutineProfile, which stops the world.
//
// In the virtual world it is one instant. In the real one others run in between: each goroutine is
// seen once and as it was at a moment, but a goroutine that begins or ends meanwhile may be in it
// or not.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/pprof/pacer.h"
#include "runtime/pprof/saved_stack.h"
#include "runtime/pprof/stack_table.h"

namespace golab::rt {

/// Deeper stacks lose their outermost frames in profiles. Go: maxProfStackDepth.
inline constexpr std::size_t kProfileDepth = 128;
/// In dumps, which count the frames they leave out.
inline constexpr std::size_t kDumpDepth = 16'384;

struct GoroutineRecord {
  std::uint32_t id = 0;
  std::uint32_t creator = 0;
  std::uintptr_t gopc = 0;
  std::uint32_t stack = 0;  ///< in `stacks`; of one that never ran or runs elsewhere: its function
  const char* state = "";
  GoroutineCopy::Stack kind = GoroutineCopy::Stack::kWalked;
  bool locked = false;
  LabelRef labels;
};

class GoroutineSnapshot {
 public:
  std::vector<GoroutineRecord> goroutines;  ///< the caller's first, the others by id
  StackTable stacks;

  /// `frame`: of the calling goroutine, whose stack is shown from there. `depth`: frames of each
  /// that are kept at most.
  GoroutineSnapshot(const void* frame, std::size_t depth, Pacer& pacer);

 private:
  GoroutineSnapshot(std::uint32_t used, const void* frame, std::size_t depth, Pacer& pacer);
};

}  // namespace golab::rt
