#pragma once
// What the sanitizers of a race image saw in one run, decoded from its recording. A program can
// write anything into that: every field is bounded here, and a stack that is not there has no
// frames.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/history/history.h"

namespace golab::lab {

/// One side of a race.
struct RaceSide {
  std::uint32_t g = 0;  ///< 0: an initialiser, or the clock
  std::uint64_t stack = 0;
  bool is_write = false;
  Frame frame = {};  ///< the innermost of the program's own; line 0: not known any more
};

/// Two accesses to one place, at least one a write, that nothing orders.
struct Race {
  Moment at = kNever;  ///< of the access that came second in this run
  std::uint64_t address = 0;
  RaceSide now, before;
  std::uint64_t heap_stack = 0;  ///< where the memory was allocated, 0: not known
};

/// Races in which a line of the program's own has a part, by moment.
std::vector<Race> RacesOf(const History& h);

/// One bad access.
struct BadAccess {
  Moment at = kNever;
  std::uint32_t g = 0;
  std::uint64_t stack = 0;
  rt::MemoryFault fault = rt::MemoryFault::kOther;
  bool is_write = false;
  std::string variable = {};   ///< empty: not known
  int variable_line = 0;       ///< 0: not known
  std::string function = {};   ///< whose variable it was, Go style; empty: not known
  bool function_runs = false;  ///< it has not returned
  std::uint64_t heap_stack = 0, free_stack = 0;
};

std::vector<BadAccess> BadAccessesOf(const History& h);

/// What C++ gives no meaning to, done once.
struct UndefinedOperation {
  Moment at = kNever;
  std::uint32_t g = 0;
  std::uint64_t stack = 0;
  rt::Undefined what = rt::Undefined::kOther;
  Frame frame = {};          ///< the program's own, with the operation's column; line 0: not known
  std::string message = {};  ///< UBSan's, printable
};

std::vector<UndefinedOperation> UndefinedOperationsOf(const History& h);

}  // namespace golab::lab
