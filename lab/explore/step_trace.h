#pragma once
// A run as steps (runtime/event/record.h, "The trace"), read from what the program's process wrote:
// each field is checked, and the steps are compared with the recording, which was validated.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/recording/recording.h"
#include "runtime/event/record.h"

namespace golab::lab {

struct Access {
  std::uint64_t object = 0;
  rt::AccessMode mode = rt::AccessMode::kRead;
  std::int16_t added = 0;  ///< to a counter
};

/// A select with more than one ready case.
struct CaseTaken {
  std::uint16_t count = 0;
  std::uint16_t index = 0;

  friend bool operator==(const CaseTaken&, const CaseTaken&) = default;
};

struct Step {
  std::uint32_t thread = 0;
  std::uint64_t flags = 0;                     ///< rt::StepFlag
  std::uint64_t now = 0;                       ///< the clock
  std::uint32_t epoch = 0;                     ///< how often the clock had moved
  std::vector<std::uint32_t> candidates = {};  ///< empty where the run was not asked for them
  std::vector<Access> accesses = {};
  std::vector<std::uint32_t> wakes = {};
  std::vector<CaseTaken> cases = {};

  bool TouchesEverything() const;
};

struct StepTrace {
  std::vector<Step> steps;
  std::uint32_t flags = 0;  ///< rt::TraceFlag
  /// What is wrong with it, in words; then there are no steps.
  std::string damage;

  bool Is(rt::TraceFlag flag) const { return (flags & flag) != 0; }
};

/// Of a recording that Validate has found possible.
StepTrace ReadTrace(const Recording& recording);

}  // namespace golab::lab
