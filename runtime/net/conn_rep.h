#pragma once
// What a net::Conn or net::Listener refers to.

#include "golab/net.h"

#include "runtime/net/conn_inside.h"
#include "runtime/net/net_fd.h"

namespace golab::rt {

/// A connection of some kind. Operations: any goroutine.
class ConnRep {
 public:
  ConnRep() = default;
  ConnRep(const ConnRep&) = delete;
  ConnRep& operator=(const ConnRep&) = delete;
  virtual ~ConnRep() = default;

  virtual io::Transfer Read(void* buffer, std::size_t size) = 0;
  virtual io::Transfer Write(const void* data, std::size_t size) = 0;
  virtual io::Transfer WriteVector(iovec* parts, int count) = 0;
  virtual Error Close() = 0;
  virtual net::Addr LocalAddr() const = 0;
  virtual net::Addr RemoteAddr() const = 0;
  /// From `when` on the world's clock; Wheel::kNone: never.
  virtual Error SetDeadline(bool read, bool write, std::uint64_t when) = 0;

  /// Null if it is no TCP connection.
  virtual class TcpConn* Tcp() noexcept { return nullptr; }

  std::uint32_t references = 1;  // atomic; the last one destroys
};

class TcpConn final : public ConnRep {
 public:
  TcpConn(int fd, const Endpoint& remote) noexcept : fd_(fd), remote_(remote) {}

  NetFd& fd() noexcept { return fd_; }

  io::Transfer Read(void* buffer, std::size_t size) override;
  io::Transfer Write(const void* data, std::size_t size) override;
  io::Transfer WriteVector(iovec* parts, int count) override;
  Error Close() override;
  net::Addr LocalAddr() const override;

  net::Addr RemoteAddr() const override { return remote_.ToAddr(); }

  Error SetDeadline(bool read, bool write, std::uint64_t when) override;

  TcpConn* Tcp() noexcept override { return this; }

  /// An OpError for `result` of operation `op`, which made system call `call`.
  Error Failure(const char* op, const char* call, long result) const;

  /// Keeps its own address: after Close the system does not know it any more.
  void KeepLocal() noexcept;

  void SetLocal(const Endpoint& local) noexcept {
    local_ = local;
    knows_local_ = true;
  }

 private:
  NetFd fd_;
  Endpoint remote_;
  mutable Endpoint local_;  // asked for on first use
  mutable bool knows_local_ = false;
};

class ListenerRep {
 public:
  ListenerRep(int fd, const Endpoint& at) noexcept : fd_(fd), at_(at) {}

  NetFd& fd() noexcept { return fd_; }

  net::Connected Accept();
  Error Close();

  net::Addr Addr() const { return at_.ToAddr(); }

  Error SetDeadline(std::uint64_t when);

  std::uint32_t references = 1;  // atomic; the last one destroys

 private:
  Error Failure(const char* op, const char* call, long result) const;

  NetFd fd_;
  Endpoint at_;
};

/// `t` on the world's clock: kNone for the zero Time, 0 for what is past.
std::uint64_t WorldInstant(const time::Time& t);

}  // namespace golab::rt
