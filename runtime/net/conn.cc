// The public face of connections and listeners.

#include "golab/fmt.h"
#include "golab/references.h"

#include "runtime/lang/doors.h"
#include "runtime/net/conn_rep.h"
#include "runtime/net/net_error.h"
#include "runtime/sched/sched.h"
#include "runtime/unwind/unwind.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

template <class Rep>
Rep& Live(Rep* rep) {
  if (rep == nullptr) PanicNilDereference();
  return *rep;
}

}  // namespace

void RetainConn(ConnRep* rep) noexcept {
  // Relaxed: a new reference is made from one that keeps it alive.
  __atomic_fetch_add(&rep->references, 1, __ATOMIC_RELAXED);
}

void ReleaseConn(ConnRep* rep) noexcept {
  if (DropReference(&rep->references)) delete rep;
}

void RetainListener(ListenerRep* rep) noexcept {
  __atomic_fetch_add(&rep->references, 1, __ATOMIC_RELAXED);
}

void ReleaseListener(ListenerRep* rep) noexcept {
  if (DropReference(&rep->references)) delete rep;
}

std::uint64_t WorldInstant(const time::Time& t) {
  if (t.IsZero()) return Wheel::kNone;
  const std::uint64_t now = Now();
  const std::int64_t ahead = t.Sub(time::Now()).Nanoseconds();
  if (ahead <= 0) return 0;
  const std::uint64_t when = now + static_cast<std::uint64_t>(ahead);
  return when < now ? Wheel::kNone - 1 : when;
}

// For package http: conn_inside.h.

Readiness WaitReadable(const net::Conn& conn) {
  GOLAB_AT_CALL_ON(kTheNetwork, kWrite);
  TcpConn* tcp = Live(conn.raw()).Tcp();
  if (tcp == nullptr) return Readiness::kReadable;
  CurrentG("net.Conn.Read");
  switch (tcp->fd().WaitReadable()) {
    case 0:
      return Readiness::kReadable;
    case kNetAborted:
      return Readiness::kAborted;
    case kNetTimeout:
      return Readiness::kTimeout;
    default:
      return Readiness::kClosed;
  }
}

void AbortWait(const net::Conn& conn) {
  Touch(kTheNetwork, AccessMode::kWrite);
  if (TcpConn* tcp = Live(conn.raw()).Tcp()) tcp->fd().desc()->SetAborted(true);
}

void ClearAbort(const net::Conn& conn) {
  Touch(kTheNetwork, AccessMode::kWrite);
  if (TcpConn* tcp = Live(conn.raw()).Tcp()) tcp->fd().desc()->SetAborted(false);
}

io::Transfer ReadAvailable(const net::Conn& conn, void* buffer, std::size_t size) {
  GOLAB_AT_CALL_ON(kTheNetwork, kWrite);
  TcpConn* tcp = Live(conn.raw()).Tcp();
  if (tcp == nullptr) return {};
  const long n = tcp->fd().ReadAvailable(buffer, size);
  if (n == -EAGAIN) return {};
  if (n == 0) return {0, io::Eof};
  if (n < 0) return {0, tcp->Failure("read", "read", n)};
  return {static_cast<int>(n), nullptr};
}

bool IsHungUp(const net::Conn& conn) {
  Touch(kTheNetwork, AccessMode::kRead);
  TcpConn* tcp = Live(conn.raw()).Tcp();
  return tcp != nullptr && tcp->fd().desc()->hung_up();
}

io::Transfer WriteVector(const net::Conn& conn, iovec* parts, int count) {
  GOLAB_AT_CALL_ON(kTheNetwork, kWrite);
  CurrentG("net.Conn.Write");
  return Live(conn.raw()).WriteVector(parts, count);
}

}  // namespace rt

namespace net {

Addr Addr::OfPipe() {
  Addr addr;
  addr.kind_ = kPipe;
  return addr;
}

golab::String Addr::Network() const {
  if (kind_ == kNil) rt::PanicNilDereference();
  return kind_ == kTCP ? "tcp" : "pipe";
}

golab::String Addr::String() const {
  if (kind_ == kNil) rt::PanicNilDereference();
  return kind_ == kTCP ? tcp_.String() : golab::String("pipe");
}

fmt::Arg Addr::AsArg() const {
  return kind_ == kNil ? fmt::Arg{} : fmt::Arg::Of(String());
}

io::Transfer Conn::Read(void* buffer, std::size_t size) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.Read");
  return rt::Live(rep_).Read(buffer, size);
}

io::Transfer Conn::Write(const void* data, std::size_t size) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.Write");
  return rt::Live(rep_).Write(data, size);
}

golab::Error Conn::Close() const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.Close");
  return rt::Live(rep_).Close();
}

net::Addr Conn::LocalAddr() const {
  return rt::Live(rep_).LocalAddr();
}

net::Addr Conn::RemoteAddr() const {
  return rt::Live(rep_).RemoteAddr();
}

golab::Error Conn::SetDeadline(const time::Time& t) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.SetDeadline");
  return rt::Live(rep_).SetDeadline(true, true, rt::WorldInstant(t));
}

golab::Error Conn::SetReadDeadline(const time::Time& t) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.SetReadDeadline");
  return rt::Live(rep_).SetDeadline(true, false, rt::WorldInstant(t));
}

golab::Error Conn::SetWriteDeadline(const time::Time& t) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Conn.SetWriteDeadline");
  return rt::Live(rep_).SetDeadline(false, true, rt::WorldInstant(t));
}

bool Conn::IsTCP() const noexcept {
  return rep_ != nullptr && rep_->Tcp() != nullptr;
}

namespace {

/// What a TCPConn's further operations have in common.
template <class Do>
golab::Error TcpDo(const Conn& conn, const char* op, const char* call, Do&& what) {
  rt::CurrentG("net.TCPConn");
  rt::TcpConn& tcp = *rt::Live(conn.raw()).Tcp();
  const long result = what(tcp.fd());
  return result == 0 ? golab::Error() : tcp.Failure(op, call, result);
}

}  // namespace

golab::Error TCPConn::CloseRead() const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return TcpDo(*this, "close", "shutdown",
               [](rt::NetFd& fd) { return fd.Shutdown(rt::Direction::kRead); });
}

golab::Error TCPConn::CloseWrite() const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return TcpDo(*this, "close", "shutdown",
               [](rt::NetFd& fd) { return fd.Shutdown(rt::Direction::kWrite); });
}

golab::Error TCPConn::SetLinger(int seconds) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return TcpDo(*this, "set", "setsockopt", [seconds](rt::NetFd& fd) {
    return fd.SetOption(rt::SocketOption::kLinger, seconds);
  });
}

golab::Error TCPConn::SetNoDelay(bool on) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return TcpDo(*this, "set", "setsockopt", [on](rt::NetFd& fd) {
    return fd.SetOption(rt::SocketOption::kNoDelay, on ? 1 : 0);
  });
}

golab::Error TCPConn::SetKeepAlive(bool on) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  return TcpDo(*this, "set", "setsockopt", [on](rt::NetFd& fd) {
    return fd.SetOption(rt::SocketOption::kKeepAlive, on ? 1 : 0);
  });
}

Connected Listener::Accept() const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Listener.Accept");
  return rt::Live(rep_).Accept();
}

golab::Error Listener::Close() const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Listener.Close");
  return rt::Live(rep_).Close();
}

net::Addr Listener::Addr() const {
  return rt::Live(rep_).Addr();
}

golab::Error Listener::SetDeadline(const time::Time& t) const {
  GOLAB_AT_CALL_ON(rt::kTheNetwork, kWrite);
  rt::CurrentG("net.Listener.SetDeadline");
  return rt::Live(rep_).SetDeadline(rt::WorldInstant(t));
}

}  // namespace net
}  // namespace golab
