#pragma once
// EventLog: where a P writes what happens. One writer, no locks.
//
// When a lab watches several Ps they share one log, so that there is one order of all events: each
// P's own then forwards, under the shared one's lock. A P records what it does to a goroutine
// before it makes it known to others, so creation comes before the start, and an unblocking before
// the run.
//
// In a lab run the buffers lie in the map that the lab shares (record.h): a program that crashes
// leaves its evidence behind, and a full buffer is noted, never overwritten. Else they lie in
// private memory and the ring overwrites its oldest records.

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

inline constexpr int kStackDepth = 8;  // frames kept of a stack outside lab runs
inline constexpr int kLabStackDepth = 48;

/// Return addresses, innermost first.
struct StackTrace {
  std::uint64_t id = 0;
  int n = 0;
  std::uint64_t pcs[kLabStackDepth] = {};
};

class EventLog {
 public:
  /// `header` describes the map. `stop_when_full`: lab runs.
  void Attach(Header* header, bool stop_when_full) noexcept;

  /// Forwards all to `shared`, which others forward to as well.
  void ForwardTo(EventLog* shared) noexcept;

  /// Appends a record. Its fields are written where they stay: a Record made elsewhere in pieces
  /// and then copied waits for its own stores, twice the time of all else here.
  GOLAB_INLINE void Append(std::uint64_t time, std::uint32_t g, std::uint16_t p, std::uint8_t type,
                           std::uint8_t reason, std::uint64_t arg, std::uint64_t stack) noexcept {
    if (n_ >= limit_) [[unlikely]] {
      if (shared_ != nullptr) return Forward({time, g, p, type, reason, arg, stack});
      if (!MakeRoom()) return;
    }
    Record* r = &records_[n_ & mask_];
    r->time = time;
    r->g = g;
    r->p = p;
    r->type = type;
    r->reason = reason;
    r->arg = arg;
    r->stack = stack;
    ++n_;
    // Release: a reader in the lab that sees the count sees the record. (On x86-64 a plain store.)
    __atomic_store_n(used_, n_, __ATOMIC_RELEASE);
  }

  GOLAB_INLINE void Append(const Record& r) noexcept {
    Append(r.time, r.g, r.p, r.type, r.reason, r.arg, r.stack);
  }

  std::uint64_t count() const noexcept { return n_; }

  /// Makes sure that the stack table knows the stack with this id.
  GOLAB_INLINE void KnowStack(std::uint64_t id, const std::uint64_t* pcs, int n) noexcept {
    std::uint64_t* known = &known_[id % kKnown];
    if (*known != id) [[unlikely]]
      AddStack(known, id, pcs, n);
  }

  /// Stores a text; its reference fits in Record::arg. Cut where there is no room (noted).
  std::uint64_t AddBlob(const char* data, std::size_t size) noexcept;

  Header* header() const noexcept { return header_; }

 private:
  static constexpr std::size_t kKnown =
      4096;  // stacks remembered as written; collisions write twice

  GOLAB_COLD bool MakeRoom() noexcept;
  GOLAB_COLD void Forward(Record r) noexcept;
  GOLAB_COLD void AddStack(std::uint64_t* known, std::uint64_t id, const std::uint64_t* pcs,
                           int n) noexcept;

  Header* header_ = nullptr;
  Record* records_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t n_ = 0;
  std::uint64_t limit_ = 0;
  std::uint64_t* used_ = nullptr;
  bool stop_when_full_ = false;
  EventLog* shared_ = nullptr;
  std::uint32_t lock_ = 0;       // of a shared log: guards all of it
  std::uint64_t last_time_ = 0;  // of a shared log: its time does not go back
  std::uint64_t known_[kKnown] = {};
};

}  // namespace golab::rt
