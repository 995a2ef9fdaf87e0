// The system's sockets.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/arch/x86_64/system_call.h"
#include "runtime/net/backend.h"
#include "runtime/net/netpoll.h"

namespace golab::rt {
namespace {

using arch::SystemCall;
using arch::Word;

constexpr int kKeepAliveSeconds = 15;  // Go's
constexpr int kKeepAliveProbes = 9;

union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

socklen_t ToSystem(const Endpoint& from, Address* to) noexcept {
  std::memset(to, 0, sizeof *to);
  if (from.v6) {
    to->v6.sin6_family = AF_INET6;
    to->v6.sin6_port = htons(from.port);
    std::memcpy(&to->v6.sin6_addr, from.ip.data(), 16);
    return sizeof to->v6;
  }
  to->v4.sin_family = AF_INET;
  to->v4.sin_port = htons(from.port);
  std::memcpy(&to->v4.sin_addr, from.ip.data(), 4);
  return sizeof to->v4;
}

Endpoint FromSystem(const Address& from) noexcept {
  Endpoint to;
  if (from.any.sa_family == AF_INET6) {
    to.v6 = true;
    to.port = ntohs(from.v6.sin6_port);
    std::memcpy(to.ip.data(), &from.v6.sin6_addr, 16);
  } else {
    to.port = ntohs(from.v4.sin_port);
    std::memcpy(to.ip.data(), &from.v4.sin_addr, 4);
  }
  return to;
}

int Set(int fd, int level, int name, int value) noexcept {
  return static_cast<int>(SystemCall(SYS_setsockopt, fd, level, name, Word(&value), sizeof value));
}

void Close(int fd) {
  SystemCall(SYS_close, fd);
}

Opened Failed(int fd, const char* call, long error) noexcept {
  if (fd >= 0) Close(fd);
  return {error, call};
}

/// On a listener they are set once: what it accepts inherits them.
void SetDefaults(int fd) noexcept {
  Set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  Set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  Set(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveSeconds);
  Set(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveSeconds);
  Set(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
}

long NewSocket(bool v6) noexcept {
  return SystemCall(SYS_socket, v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    0);
}

/// How many connections may wait to be accepted: what the system allows, as Go asks for.
int Backlog() noexcept {
  static const int backlog = [] {
    int value = SOMAXCONN;
    if (std::FILE* file = std::fopen("/proc/sys/net/core/somaxconn", "re"); file != nullptr) {
      char digits[16] = {};
      if (std::fgets(digits, sizeof digits, file) != nullptr) value = std::atoi(digits);
      std::fclose(file);
    }
    return value > 0 ? value : SOMAXCONN;
  }();
  return backlog;
}

Endpoint LocalOf(int fd) {
  Address address{};
  socklen_t size = sizeof address;
  if (SystemCall(SYS_getsockname, fd, Word(&address), Word(&size)) < 0) return {};
  return FromSystem(address);
}

Opened Listen(Endpoint* at, bool both) {
  const bool any_v6 = both && at->v6 && at->IsUnspecified();
  long fd = NewSocket(at->v6);
  if (fd < 0 && any_v6) {  // a system without IPv6
    at->v6 = false;
    fd = NewSocket(false);
  }
  if (fd < 0) return Failed(-1, "socket", fd);
  const int s = static_cast<int>(fd);
  if (at->v6) Set(s, IPPROTO_IPV6, IPV6_V6ONLY, any_v6 ? 0 : 1);
  Set(s, SOL_SOCKET, SO_REUSEADDR, 1);
  SetDefaults(s);
  Address address{};
  socklen_t size = ToSystem(*at, &address);
  long error = SystemCall(SYS_bind, s, Word(&address), size);
  if (error == -EADDRNOTAVAIL && any_v6) {  // IPv6 sockets, but no address
    Close(s);
    at->v6 = false;
    return Listen(at, both);
  }
  if (error < 0) return Failed(s, "bind", error);
  error = SystemCall(SYS_listen, s, Backlog());
  if (error < 0) return Failed(s, "listen", error);
  *at = LocalOf(s);
  return {fd};
}

Opened Connect(const Endpoint& to) {
  const long fd = NewSocket(to.v6);
  if (fd < 0) return Failed(-1, "socket", fd);
  const int s = static_cast<int>(fd);
  SetDefaults(s);
  Address address{};
  const socklen_t size = ToSystem(to, &address);
  const long error = SystemCall(SYS_connect, s, Word(&address), size);
  if (error < 0 && error != -EINPROGRESS && error != -EINTR) return Failed(s, "connect", error);
  return {fd, "", error < 0};
}

int FinishConnect(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  const long failed =
      SystemCall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, Word(&error), Word(&size));
  if (failed < 0) return static_cast<int>(failed);
  if (error == EINPROGRESS || error == EALREADY || error == EINTR) return -EAGAIN;
  if (error == EISCONN) return 0;
  if (error != 0) return -error;
  // Woken although nothing is decided: then there is no other end yet.
  Address address{};
  size = sizeof address;
  const long peer = SystemCall(SYS_getpeername, fd, Word(&address), Word(&size));
  return peer == -ENOTCONN ? -EAGAIN : 0;
}

Opened Accept(int fd, Endpoint* from) {
  Address address{};
  socklen_t size = sizeof address;
  const long got =
      SystemCall(SYS_accept4, fd, Word(&address), Word(&size), SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (got >= 0) *from = FromSystem(address);
  return {got, "accept4"};
}

long Read(int fd, void* to, std::size_t size) {
  return SystemCall(SYS_recvfrom, fd, Word(to), static_cast<long>(size));
}

long Write(int fd, const void* from, std::size_t size) {
  return SystemCall(SYS_sendto, fd, Word(from), static_cast<long>(size), MSG_NOSIGNAL);
}

long WriteVector(int fd, const iovec* parts, int count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<std::size_t>(count);
  return SystemCall(SYS_sendmsg, fd, Word(&message), MSG_NOSIGNAL);
}

int Shutdown(int fd, Direction direction) {
  return static_cast<int>(
      SystemCall(SYS_shutdown, fd, direction == Direction::kRead ? SHUT_RD : SHUT_WR));
}

int SetOption(int fd, SocketOption option, int value) {
  switch (option) {
    case SocketOption::kNoDelay:
      return Set(fd, IPPROTO_TCP, TCP_NODELAY, value);
    case SocketOption::kKeepAlive:
      return Set(fd, SOL_SOCKET, SO_KEEPALIVE, value);
    case SocketOption::kLinger: {
      const linger how{value >= 0 ? 1 : 0, value >= 0 ? value : 0};
      return static_cast<int>(
          SystemCall(SYS_setsockopt, fd, SOL_SOCKET, SO_LINGER, Word(&how), sizeof how));
    }
  }
  return -EINVAL;
}

int Watch(int fd, PollDesc* d) {
  const int error = OpenNetpoll();
  return error != 0 ? error : WatchDescriptor(fd, d);
}

}  // namespace

constexpr Backend kRealBackend = {&Listen,   &Connect, &FinishConnect, &Accept,
                                  &Watch,    &Read,    &Write,         &WriteVector,
                                  &Shutdown, &Close,   &LocalOf,       &SetOption};

}  // namespace golab::rt
