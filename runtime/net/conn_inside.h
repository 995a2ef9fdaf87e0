#pragma once
// What package http needs of connections beyond their public face.

#include <sys/uio.h>

#include "golab/net.h"

namespace golab::rt {

/// How WaitReadable ended.
enum class Readiness : std::uint8_t {
  kReadable,  ///< a Read would not wait: bytes, the end, or a failure
  kAborted,   ///< AbortWait
  kTimeout,   ///< the read deadline has passed
  kClosed,    ///< this end was closed
};

/// Waits in [IO wait] until a Read of `conn` would not wait, reads nothing. It may end too early,
/// as readiness is a hint: after an abort, for one. Counts as a Read: one goroutine at a time reads
/// or waits, others queue. Honours the read deadline. A pipe, which cannot be asked, is readable at
/// once.
Readiness WaitReadable(const net::Conn& conn);

/// Ends a WaitReadable that waits, or the next one if none does, with kAborted. ClearAbort takes it
/// back. Any goroutine. The two are for one who owns the connection's reading side.
void AbortWait(const net::Conn& conn);
void ClearAbort(const net::Conn& conn);

/// Takes what is there without waiting: n bytes; or 0 and io::Eof at the end, or an error; or 0 and
/// no error if nothing is there.
io::Transfer ReadAvailable(const net::Conn& conn, void* buffer, std::size_t size);

/// Whether the other end has shut down its writing side or reset the connection, as far as is
/// known without a system call; there may be bytes to be read still.
bool IsHungUp(const net::Conn& conn);

/// Writes all parts in one system call where the system takes them at once. Changes `parts`.
/// Go: net.Buffers.WriteTo.
io::Transfer WriteVector(const net::Conn& conn, iovec* parts, int count);

}  // namespace golab::rt
