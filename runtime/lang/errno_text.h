#pragma once
// System errors as Go words them.

#include "golab/errors.h"

namespace golab::rt {

/// An errno value as an error: `no such file or directory`. os::ErrNotExist and its like are it by
/// errors::Is. Go: syscall.Errno.
struct Errno {
  int number;

  String Text() const;
  bool Is(const Error& target) const;
};

/// The current errno, as the Err of an os::PathError.
Error PathFailure(const char* op, const String& path);

}  // namespace golab::rt
