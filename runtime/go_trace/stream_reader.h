#pragma once
// Reads the streams of all Ps and gives a GoTraceWriter their records in one order, in which they
// can have happened: by time, but what depends on another P's record comes after it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/go_trace/writer.h"
#include "runtime/sched/procs.h"

namespace golab::rt {

/// One thread, the tracer's. The Ps write meanwhile.
class StreamReader {
 public:
  explicit StreamReader(GoTraceWriter* writer) : writer_(writer) {}

  /// Takes what has been recorded when it is called, and gives its room back. Returns the number of
  /// records taken.
  std::size_t Look();

 private:
  struct Stream {
    P* p = nullptr;
    std::uint64_t next = 0;       // record to be taken
    std::uint64_t available = 0;  // those before are complete
    bool stalled = false;         // the next one waits for a record of another P
    std::string text;             // of the next event
  };

  void FindStreams();

  const Record& At(const Stream& s) const noexcept {
    return s.p->log.slots()[s.next & s.p->log.mask()];
  }

  GOLAB_INLINE bool SkipInline(Stream& s) {
    if (s.next >= s.available) return false;
    const std::uint8_t type = At(s).type;
    if (type < static_cast<std::uint8_t>(EventType::kInlineStack)) [[likely]]
      return true;
    return SkipInlineSlow(s);
  }

  bool SkipInlineSlow(Stream& s);
  bool CanTake(const Record& r) const noexcept;
  std::size_t Run(Stream& s, std::uint64_t until);
  Stream* Earliest(std::uint64_t* second) noexcept;

  GoTraceWriter* writer_;
  std::vector<Stream> streams_;
  std::string bytes_;                // of an inline piece
  bool alone_ = false;               // one stream has records: they are in order
  std::uint64_t stalled_since_ = 0;  // all that have something wait; 0: not so
};

}  // namespace golab::rt
