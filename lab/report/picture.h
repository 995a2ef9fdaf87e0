#pragma once
// The pictures that show a run, as data: which goroutine did what when. Drawn by lab/explain at any
// width; kept in the report, so that one run can be drawn for a terminal, in plain words, and for
// machine formats.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace golab::lab {

/// What a goroutine does for a stretch of time.
enum class Phase : std::uint8_t { kRunning, kReady, kWaiting, kSyscall };

/// begin_ns == end_ns: an instant (running takes no virtual time); it is drawn all the same.
struct Segment {
  Phase phase = Phase::kRunning;
  std::uint64_t begin_ns = 0;
  std::uint64_t end_ns = 0;
};

/// One goroutine, or several alike.
struct TimelineRow {
  enum class End : std::uint8_t { kEnded, kCutOff, kGoesOn };

  std::string label;  ///< "main", "goroutine 7", "10 workers"
  int count = 1;
  std::uint64_t created_ns = 0;
  std::uint64_t end_ns = 0;  ///< when it ended, was cut off, or where the picture ends
  End end = End::kGoesOn;
  std::vector<Segment> segments;          ///< in order
  std::string tail;                       ///< after the bar: "[sleep]"
  std::optional<std::uint64_t> fault_ns;  ///< the moment of the fault, if it is in this row
};

struct Timeline {
  std::uint64_t begin_ns = 0;
  std::uint64_t end_ns = 0;
  std::vector<TimelineRow> rows;  ///< main first
};

/// Numbered when drawn.
struct StoryStep {
  std::string when;   ///< "0.300 s", empty where time says nothing
  std::string who;    ///< "main", "goroutine 7"
  std::string what;   ///< "waits in wg.Wait()"
  std::string where;  ///< "main.cc:31", empty if none
};

using Story = std::vector<StoryStep>;

/// Goroutines by the line that created them.
struct Site {
  int count = 0;
  std::string where;  ///< "main.cc:19"
};

using Sites = std::vector<Site>;

}  // namespace golab::lab
