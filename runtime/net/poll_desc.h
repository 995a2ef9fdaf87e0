#pragma once
// PollDesc: what is known about a descriptor of the network: whether it can be read or written
// without waiting, who waits for that, and until when. Go: runtime.pollDesc.
//
// Thread safety. `read` and `write` are words that a goroutine which waits and whoever has news
// exchange, with real atomic operations always: the one who asks the kernel may hold no P. `lock`,
// a real one, guards the deadlines. A PollDesc is never freed, only used again: late news does no
// harm, since readiness is a hint (the call itself says EAGAIN) and a hang-up carries the tag.

#include "runtime/base/compiler.h"
#include "runtime/sched/run_queue.h"
#include "runtime/timer/wheel.h"

namespace golab::rt {

enum class Direction : std::uint8_t { kRead = 0, kWrite = 1 };

/// How a wait has ended.
enum class Awaited : std::uint8_t { kReady, kClosing, kTimeout, kAborted };

/// What has happened to a descriptor: bits.
enum NetEvent : std::uint8_t {
  kNetReadable = 1,
  kNetWritable = 2,
  kNetHangUp = 4,  ///< the other end sends no more, or all is over
};

class alignas(64) PollDesc {
 public:
  static constexpr std::uint32_t kTagMask = 0xffff;

  /// A free one, nothing known, no deadline. Null: out of memory.
  static PollDesc* Take() noexcept;

  /// Gives it back; the caller is its last user.
  void Release() noexcept;

  static PollDesc* At(std::uint32_t index) noexcept;

  std::uint32_t index() const noexcept { return index_; }

  /// Changes whenever the descriptor does: news of an earlier one is told by it.
  std::uint32_t tag() const noexcept {
    return __atomic_load_n(&state_, __ATOMIC_ACQUIRE) >> 1 & kTagMask;
  }

  /// Waits until the direction is ready, in [IO wait], and takes that readiness. Only one goroutine
  /// a direction.
  Awaited Await(Direction direction) noexcept;

  /// What keeps the direction from being used, kReady if nothing does. Does not wait.
  Awaited Check(Direction direction) const noexcept;

  /// The direction is ready, as far as the caller knows: to be said after a call that has not come
  /// to the end of what is there.
  void NoteReady(Direction direction) noexcept;

  /// Forgets that the direction is ready: before a call that does not wait, and tells by EAGAIN.
  /// Whoever holds the direction.
  void TakeReadiness(Direction direction) noexcept;

  /// News for the descriptor with `tag`, by `events`. Returns through `out` the goroutines to be
  /// made ready, in order. Any thread.
  void Tell(std::uint32_t tag, std::uint8_t events, GList* out) noexcept;

  /// Nothing of this descriptor can be waited for any more; who waits is in `out`.
  void Evict(GList* out) noexcept;

  bool closing() const noexcept { return __atomic_load_n(&closing_, __ATOMIC_SEQ_CST) != 0; }

  /// The other end has said that no more comes, or all is over.
  bool hung_up() const noexcept { return (__atomic_load_n(&state_, __ATOMIC_ACQUIRE) & 1) != 0; }

  /// From `when` on, waits in this direction end. Wheel::kNone: never; 0: now.
  void SetDeadline(Direction direction, std::uint64_t when) noexcept;

  /// Whether waits for reading end at once with kAborted.
  void SetAborted(bool on) noexcept;

 private:
  static constexpr std::uint64_t kNothing = 0;
  static constexpr std::uint64_t kReady = 1;

  struct Deadline {
    std::uint64_t when = Wheel::kNone;  // lock; kNone: none
    std::uint32_t passed = 0;           // atomic
    Timer timer;
  };

  std::uint64_t* WordOf(Direction d) noexcept { return d == Direction::kRead ? &read_ : &write_; }

  void Set(Direction direction, GList* out) noexcept;
  void Wake(Direction direction) noexcept;
  static void Fire(Timer* timer, std::uint64_t now);
  void Expire(Direction direction, std::uint64_t now) noexcept;

  std::uint64_t read_ = kNothing;   // atomic: kNothing, kReady, or the G that waits
  std::uint64_t write_ = kNothing;  // the same
  std::uint32_t state_ = 0;         // atomic: tag << 1 | hung up
  std::uint32_t closing_ = 0;       // atomic
  std::uint32_t aborted_ = 0;       // atomic
  std::uint32_t lock_ = 0;
  std::uint32_t index_ = 0;
  PollDesc* next_free_ = nullptr;
  Deadline deadlines_[2];
};

}  // namespace golab::rt
