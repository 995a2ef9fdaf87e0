#pragma once
// The seam between the two worlds' networks: descriptors that never wait. Above it (NetFd, Conn,
// http) everything is the same code. Failures are minus an errno; what cannot be done yet is
// -EAGAIN, and a PollDesc that watches the descriptor is told when to try again.
//
// Thread safety: a descriptor's operations are called by who holds the NetFd's direction.

#include <sys/uio.h>

#include "runtime/net/endpoint.h"
#include "runtime/net/poll_desc.h"
#include "runtime/world/world.h"

namespace golab::rt {

enum class SocketOption : std::uint8_t { kLinger, kNoDelay, kKeepAlive };

/// A new descriptor, or why there is none.
struct Opened {
  long fd = -1;              ///< below 0: minus an errno
  const char* call = "";     ///< which call failed, as Go names it: bind, connect, accept4
  bool in_progress = false;  ///< connect: it is decided when the descriptor becomes writable
};

struct Backend {
  /// *at is changed to where it listens. `both`: an IPv6 wildcard takes IPv4, too.
  Opened (*listen)(Endpoint* at, bool both);
  Opened (*connect)(const Endpoint& to);
  int (*finish_connect)(int fd);  ///< 0, or why it has failed; -EAGAIN: not decided yet
  Opened (*accept)(int fd, Endpoint* from);
  int (*watch)(int fd, PollDesc* d);
  long (*read)(int fd, void* to, std::size_t size);
  long (*write)(int fd, const void* from, std::size_t size);
  long (*write_vector)(int fd, const iovec* parts, int count);
  int (*shutdown)(int fd, Direction direction);
  void (*close)(int fd);
  Endpoint (*local)(int fd);
  int (*set_option)(int fd, SocketOption option, int value);
};

extern const Backend kRealBackend;
extern const Backend kVirtualBackend;

inline const Backend& TheNetwork() noexcept {
  return world.is_virtual ? kVirtualBackend : kRealBackend;
}

}  // namespace golab::rt
