#pragma once
// Decides whether a recording can be the history of any run at all. The program that is judged
// shares its memory with the runtime that records it, so a recording is a claim until this has
// passed; what does not pass is a verdict of its own, never a crash and never a pass.
//
// The rules are those that hold for every program: ids are given before they are used, time does
// not go back, a goroutine goes from state to state as runtime/event/record.h says, and references
// stay inside their areas. In the virtual world one goroutine runs at a time, and only it emits; in
// the real world events of different processors may overtake each other, so time is compared a
// processor at a time.

#include <cstddef>
#include <optional>
#include <string>

#include "lab/recording/recording.h"

namespace golab::lab {

/// How many bytes the program's streams hold.
struct StreamSizes {
  std::size_t out = 0;
  std::size_t err = 0;
};

/// The first event that cannot have happened.
struct Violation {
  static constexpr std::size_t kWholeRecording = static_cast<std::size_t>(-1);

  std::size_t index = kWholeRecording;  ///< of the event; kWholeRecording: no event in particular
  std::string what;                     ///< "goroutine 5 ends twice"

  /// "recording is not a possible history: event 12: goroutine 5 ends twice".
  std::string Text() const;
};

/// Linear in the recording's size; allocates at most in proportion to it. nullopt: possible.
[[nodiscard]] std::optional<Violation> Validate(const Recording& recording,
                                                const StreamSizes& streams);

}  // namespace golab::lab
