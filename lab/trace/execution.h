#pragma once
// What goroutines did, read off a Go trace: the data of timelines and conversions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lab/error.h"
#include "lab/report/picture.h"
#include "lab/trace/go_reader.h"

namespace golab::lab {

/// Strings by number: 0 is none.
struct GoPlace {
  std::uint32_t function = 0, file = 0;  ///< the file without its folder
  std::uint64_t line = 0;
};

/// A stretch in one state. Strings and stacks by number: 0 is none.
struct GoSpan {
  Phase phase = Phase::kReady;
  std::uint64_t begin_ns = 0, end_ns = 0;
  std::uint32_t reason = 0;  ///< of waiting, or of having stopped
  std::uint32_t stack = 0;
  std::uint64_t proc = kNoResource;   ///< running
  std::uint64_t waker = kNoResource;  ///< ready after a wait: the goroutine that ended it
};

struct GoLife {
  std::uint64_t id = 0;
  std::string name;  ///< of its first function; "" if the trace does not tell
  std::uint64_t creator = kNoResource;
  std::uint64_t begin_ns = 0;  ///< created, or the beginning of the trace
  std::uint64_t end_ns = 0;    ///< ended, or the end of the trace
  bool created = false, ended = false;
  std::vector<GoSpan> spans;

  bool IsMain() const { return id == 1; }

  /// Of the Go runtime itself: not shown unless asked for.
  bool IsSystem() const;
};

/// What one goroutine did to another.
struct GoArrow {
  std::uint64_t from = kNoResource, to = 0;
  std::uint64_t time = 0;
  bool creates = false;      ///< else wakes
  std::uint32_t reason = 0;  ///< of the wait that it ends
};

/// What the program said: tasks, regions, messages.
struct GoNote {
  GoTraceEvent::Kind kind = GoTraceEvent::Kind::kLog;
  std::uint64_t time = 0;
  std::uint64_t g = kNoResource, task = 0;
  std::uint32_t name = 0, message = 0;
};

class Execution {
 public:
  std::uint64_t begin_ns = 0, end_ns = 0;  ///< as the trace counts
  std::vector<GoLife> lives;               ///< in the order of appearance
  std::vector<GoArrow> arrows;
  std::vector<GoNote> notes;
  GoTraceSummary summary;

  const std::string& Text(std::uint32_t number) const { return texts_[number]; }

  /// "main.worker t9.cc:12;..." innermost first.
  const std::string& Stack(std::uint32_t number) const { return stacks_[number]; }

  /// The same, frame by frame.
  const std::vector<GoPlace>& Places(std::uint32_t number) const { return places_[number]; }

  const GoLife* Find(std::uint64_t id) const;

 private:
  friend class ExecutionBuilder;
  std::vector<std::string> texts_{""}, stacks_{""};
  std::vector<std::vector<GoPlace>> places_{{}};  // of each stack
  std::unordered_map<std::uint64_t, std::size_t> by_id_;
};

/// Errors: as ReadGoTrace.
[[nodiscard]] Result<Execution> ReadExecution(std::string_view trace);

/// A piece of time, in ns from the beginning of the trace.
struct TimeWindow {
  std::uint64_t from_ns = 0;
  std::uint64_t to_ns = ~std::uint64_t{0};
};

/// The goroutines that lived in that time, main first; times from the beginning of the trace. Rows
/// that look alike are one. `all`: those of the Go runtime, too.
Timeline TimelineOfExecution(const Execution& execution, const TimeWindow& window, bool all);

}  // namespace golab::lab
