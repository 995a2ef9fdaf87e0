#pragma once
// Reads Go's execution traces: those of Go 1.22 to 1.24, and golab's own. The bytes are a
// stranger's: every length is checked, memory and time are proportional to the file, and what
// cannot have happened is an error that says where.
//
// Events of different Ms are ordered as Go's own reader does it: by time, but a start, a wake-up or
// a theft waits for what it follows, by the numbers that it carries.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"
#include "runtime/go_trace/wire.h"

namespace golab::lab {

/// Views into the trace's bytes.
struct GoFrame {
  std::uint64_t pc = 0;
  std::string_view function, file;
  std::uint64_t line = 0;
};

enum class GoState : std::uint8_t {
  kUndetermined = 0,
  kRunnable = 1,
  kRunning = 2,
  kSyscall = 3,
  kWaiting = 4,
  kNotExist = 5,
};

inline constexpr std::uint64_t kNoResource = ~std::uint64_t{0};

/// One event, in the order in which it is given.
struct GoTraceEvent {
  enum class Kind : std::uint8_t {
    kGoroutine,  ///< `id` goes from `from` to `to`
    kProc,       ///< P `id` does; kWaiting: idle
    kTaskBegin,
    kTaskEnd,
    kRegionBegin,
    kRegionEnd,
    kLog,
  };

  Kind kind = Kind::kGoroutine;
  std::uint64_t time = 0;                                           ///< ns, rising
  std::uint64_t m = kNoResource, p = kNoResource, g = kNoResource;  ///< where; before the event
  std::uint64_t id = 0;                                             ///< goroutine, P or task
  GoState from = GoState::kUndetermined, to = GoState::kUndetermined;
  std::string_view reason;   ///< of waiting or stopping; a task's, region's or category's name
  std::string_view message;  ///< kLog
  std::uint64_t parent = 0;  ///< kTaskBegin
  const std::vector<GoFrame>* stack = nullptr;  ///< where it happened, innermost first
  const std::vector<GoFrame>* start = nullptr;  ///< of a goroutine that is created: its function
};

/// Takes the events of a trace. What they refer to lasts as long as the call, strings as the bytes.
class GoTraceVisitor {
 public:
  virtual ~GoTraceVisitor() = default;
  virtual void Visit(const GoTraceEvent& event) = 0;
};

/// What is known of the whole.
struct GoTraceSummary {
  int version = 0;  ///< 23: "go 1.23 trace"
  std::size_t generations = 0;
  std::size_t events = 0;
  std::string cut;  ///< why the file ends before the trace does; empty if it is whole
};

/// Whether bytes begin as a Go trace does, of any version.
bool LooksLikeGoTrace(std::string_view bytes);

/// Reads all of it. Complete generations before a damaged one are good: then `cut` says why there
/// is no more. Errors (usage): not a trace, too old, nothing complete, not a possible history.
[[nodiscard]] Result<GoTraceSummary> ReadGoTrace(std::string_view bytes, GoTraceVisitor& visitor);

}  // namespace golab::lab
