#pragma once
// What return addresses mean, each looked up once a profile.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/traceback/frame.h"

namespace golab::rt {

/// Makes the symbol tables of the program ready, so that others can run meanwhile: it may take tens
/// of milliseconds the first time. On a goroutine.
void PrepareNamesAside();

/// One goroutine's.
class NameCache {
 public:
  struct Place {
    std::vector<Frame> frames;  ///< innermost first; empty: nothing is known
    bool visible = false;       ///< some frame is shown to readers
  };

  /// Of the call that returns to `pc`. Lives as long as the cache.
  const Place& Of(std::uintptr_t pc);

 private:
  std::unordered_map<std::uintptr_t, Place> places_;
};

/// The frames of a stack that a reader is shown, with the return address that each belongs to; all
/// that have a name if none would be.
struct ShownFrame {
  std::uintptr_t pc = 0;
  const Frame* frame = nullptr;  ///< null: nothing is known
};

std::vector<ShownFrame> ShownFrames(const std::uintptr_t* pcs, std::size_t depth, NameCache& names,
                                    bool all);

/// The stack's depth without the frames of golab and of libraries that called its outermost
/// function of the program; whole if it has none of the program's.
std::size_t DepthWithoutTrampolines(const std::uintptr_t* pcs, std::size_t depth, NameCache& names);

}  // namespace golab::rt
