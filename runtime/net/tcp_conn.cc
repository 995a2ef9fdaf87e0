#include <cerrno>

#include "runtime/net/conn_rep.h"
#include "runtime/net/net_error.h"

namespace golab::rt {

void TcpConn::KeepLocal() noexcept {
  if (knows_local_) return;
  local_ = fd_.Local();
  knows_local_ = true;
}

net::Addr TcpConn::LocalAddr() const {
  const_cast<TcpConn*>(this)->KeepLocal();
  return local_.ToAddr();
}

Error TcpConn::Failure(const char* op, const char* call, long result) const {
  return net::OpError{op, "tcp", LocalAddr(), RemoteAddr(), NetErrorOf(result, call)};
}

io::Transfer TcpConn::Read(void* buffer, std::size_t size) {
  const long n = fd_.Read(buffer, size);
  if (n > 0) return {static_cast<int>(n), nullptr};
  if (n == 0) return {0, size == 0 ? Error() : Error(io::Eof)};
  return {0, Failure("read", "read", n)};
}

io::Transfer TcpConn::Write(const void* data, std::size_t size) {
  std::size_t written = 0;
  const long result = fd_.Write(data, size, &written);
  if (result == 0) return {static_cast<int>(written), nullptr};
  return {static_cast<int>(written), Failure("write", "write", result)};
}

io::Transfer TcpConn::WriteVector(iovec* parts, int count) {
  std::size_t written = 0;
  const long result = fd_.WriteVector(parts, count, &written);
  if (result == 0) return {static_cast<int>(written), nullptr};
  return {static_cast<int>(written), Failure("write", "writev", result)};
}

Error TcpConn::Close() {
  if (fd_.desc() != nullptr && !fd_.desc()->closing()) KeepLocal();
  const long result = fd_.Close();
  return result == 0 ? Error() : Failure("close", "close", result);
}

Error TcpConn::SetDeadline(bool read, bool write, std::uint64_t when) {
  const long result = fd_.SetDeadline(read, write, when);
  return result == 0 ? Error() : Failure("set", "set", result);
}

Error ListenerRep::Failure(const char* op, const char* call, long result) const {
  return net::OpError{op, "tcp", nullptr, Addr(), NetErrorOf(result, call)};
}

net::Connected ListenerRep::Accept() {
  Endpoint from;
  const Opened got = fd_.Accept(&from);
  if (got.fd < 0) return {nullptr, Failure("accept", got.call, got.fd)};
  auto* conn = new TcpConn(static_cast<int>(got.fd), from);
  net::Connected result{net::Conn(conn), nullptr};
  if (!at_.IsUnspecified()) conn->SetLocal(at_);
  if (const int error = conn->fd().Init(); error != 0)
    return {nullptr, Failure("accept", "epoll_ctl", error)};
  return result;
}

Error ListenerRep::Close() {
  const long result = fd_.Close();
  return result == 0 ? Error() : Failure("close", "close", result);
}

Error ListenerRep::SetDeadline(std::uint64_t when) {
  const long result = fd_.SetDeadline(true, false, when);
  return result == 0 ? Error() : Failure("set", "set", result);
}

}  // namespace golab::rt
