#pragma once
// Which frames of a stack its reader is shown: the program's own and those of public packages, each
// function once. One rule for dumps and profiles.

#include <string_view>

#include "runtime/traceback/defers_body.h"
#include "runtime/traceback/frame.h"

namespace golab::rt {

/// Asked for each frame of a stack in turn, innermost first. `full`: it shows all.
class VisibleFrames {
 public:
  explicit constexpr VisibleFrames(bool full = false) noexcept : full_(full) {}

  /// What follows is no caller of what was asked for last.
  void BeginPiece() noexcept { body_shown_ = false; }

  /// The frames of another program counter follow.
  void BeginPc() noexcept { is_shown_already_ = false; }

  bool Shows(const Frame& frame) noexcept {
    if (!full_ && IsHidden(frame.kind)) {
      is_shown_already_ = body_shown_ && frame.function == kWithDefers;
      return false;
    }
    body_shown_ = IsDefersBody(frame.raw);
    if (!is_shown_already_ || full_) return true;
    is_shown_already_ = false;  // the function whose body was the frame before
    return false;
  }

  /// Whether the last frame shown is the body of a WithDefers: the next ones depend on it.
  bool body_shown() const noexcept { return body_shown_; }

 private:
  const bool full_;
  bool body_shown_ = false;
  bool is_shown_already_ = false;
};

}  // namespace golab::rt
