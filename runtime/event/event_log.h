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
//
// While an execution trace is written, a ring in private memory is a stream: the P waits for the
// reader where it is full, and stacks and texts stand between the records (kInlineStack,
// kInlineText). A lab's log hands each record on instead, once it has it (Watch).

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

inline constexpr int kLabStackDepth = 48;  // most frames kept of a stack

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
      if (shared_ != nullptr || watcher_ != nullptr)
        return Detour({time, g, p, type, reason, arg, stack});
      if (!MakeRoom()) return;
    }
    Store(time, g, p, type, reason, arg, stack);
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

  /// From here on the reader, another thread, takes all records and gives their room back by
  /// Header::consumed; `awake`: a futex by which it is woken when there is no room. Private memory.
  void BeginStream(std::uint32_t* awake) noexcept;
  /// Nothing waits for the reader any more. The P's own M, or while that stands still.
  void EndStream() noexcept;

  /// Calls `watcher` with each record that is appended, on the spot; null: no more. Not while the
  /// log is a stream. In private memory the tables of stacks and texts begin anew then, and after
  /// each record: the watcher has taken what it needs of them, so that they never fill up.
  void Watch(void (*watcher)(const Record& r)) noexcept;

  /// Records appended so far: what follows is seen by a reader that starts here.
  std::uint64_t begun() const noexcept { return stream_begin_; }

  const Record* slots() const noexcept { return records_; }

  std::uint64_t mask() const noexcept { return mask_; }

 private:
  static constexpr std::size_t kKnown =
      4096;  // stacks remembered as written; collisions write twice

  GOLAB_INLINE void Store(std::uint64_t time, std::uint32_t g, std::uint16_t p, std::uint8_t type,
                          std::uint8_t reason, std::uint64_t arg, std::uint64_t stack) noexcept {
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

  GOLAB_COLD bool MakeRoom() noexcept;
  void GiveTablesBack() noexcept;
  GOLAB_COLD void Detour(const Record& r) noexcept;
  GOLAB_COLD void AppendInline(EventType type, std::uint64_t id, const void* data,
                               std::size_t size) noexcept;
  GOLAB_COLD void AddStack(std::uint64_t* known, std::uint64_t id, const std::uint64_t* pcs,
                           int n) noexcept;

  Header* header_ = nullptr;
  Record* records_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t n_ = 0;
  std::uint64_t limit_ = 0;
  std::uint64_t* used_ = nullptr;
  bool stop_when_full_ = false;
  std::uint32_t* reader_awake_ = nullptr;  // not null: a stream
  std::uint64_t stream_begin_ = 0;
  void (*watcher_)(const Record& r) = nullptr;
  std::uint64_t watched_limit_ = 0;  // what limit_ is, but for the watcher
  EventLog* shared_ = nullptr;
  std::uint32_t lock_ = 0;       // of a shared log: guards all of it
  std::uint64_t last_time_ = 0;  // of a shared log: its time does not go back
  std::uint64_t known_[kKnown] = {};
};

}  // namespace golab::rt
