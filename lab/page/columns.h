#pragma once
// The part of a page that can be large: goroutines and their transitions as columns of numbers,
// packed. Read by lab/page/app/columns.ts.
//
//   byte 1, the version; the number of columns; the length of each in bytes; the columns.
//
// Numbers are LEB128; "signed" ones are zigzag (0, -1, 1, -2 ... as 0, 1, 2, 3 ...). A column is
// empty where a recording has nothing of its kind. The goroutines' columns have one number each,
// the transitions' one for each transition, goroutine after goroutine.

#include <cstdint>
#include <string>
#include <string_view>

#include "lab/page/timeline.h"

namespace golab::lab::page {

inline constexpr std::uint8_t kColumnsVersion = 1;

/// In the order in which they are stored.
enum class Column : std::uint8_t {
  kId,        ///< signed, less the id before
  kCreator,   ///< id
  kFunction,  ///< into the head's strings
  kSite,
  kFlags,   ///< 1 created here, 2 system, 4 never ends
  kCount,   ///< of its transitions
  kTime,    ///< signed: ns since its transition before; of the first: since the begin of the
            ///< recording
  kState,   ///< State
  kReason,  ///< one for each kWaiting: into the head's reasons
  kStack,   ///< into the head's stacks
  kWaker,   ///< one for each kRunnable: id
  kOrder,   ///< signed: less the order of its transition before. Empty: no order is known
  kP,       ///< one for each kRunning
  kShares,  ///< three for each kMixed
  kRegionGoroutine,
  kRegionBegin,  ///< since the begin of the recording
  kRegionLength,
  kRegionName,
};
inline constexpr int kColumns = 18;

/// The columns of `timeline`, not packed yet.
std::string WriteColumns(const Timeline& timeline);

/// gzip. `fast`: a third of the time, some percent larger.
std::string Gzip(std::string_view bytes, bool fast);

std::string Base64(std::string_view bytes);

}  // namespace golab::lab::page
