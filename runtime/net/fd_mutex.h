#pragma once
// FdMutex: who uses a descriptor. Reads exclude each other, so do writes; closing lets nobody in
// any more, and whoever leaves last is told to close the descriptor itself. Go: poll.fdMutex.
//
// Thread safety: Ms that hold a P, under `lock_`, which is real only while several run. Waits are
// [semacquire], as Go's.

#include "golab/sync.h"

#include "runtime/net/poll_desc.h"

namespace golab::rt {

class FdMutex {
 public:
  /// One more user. False: closed.
  bool Enter() noexcept;

  /// The same, alone in this direction: waits for whoever else is there.
  bool Lock(Direction direction) noexcept;

  // True: the caller was the last user of what is closed, and closes the descriptor.
  bool Leave() noexcept;
  bool Unlock(Direction direction) noexcept;

  /// Closes, and makes the caller a user. False: it was closed.
  bool Close() noexcept;

  /// The descriptor has been closed.
  void NoteGone() noexcept;

  /// Waits for NoteGone: then nobody uses it any more, and its port is free.
  void AwaitGone() noexcept;

 private:
  struct Side {
    bool taken = false;
    WaitQueue waiters;
  };

  bool LeaveLocked() noexcept { return --users_ == 0 && closed_; }

  std::uint32_t lock_ = 0;
  std::uint32_t users_ = 0;
  bool closed_ = false;
  bool gone_ = false;
  Side sides_[2];
  WaitQueue closers_;
};

}  // namespace golab::rt
