#include "runtime/base/errno.h"

#include <cerrno>

namespace golab::rt {

int Errno() noexcept {
  return errno;
}

void SetErrno(int value) noexcept {
  errno = value;
}

}  // namespace golab::rt
