#pragma once
// NetFd: a descriptor of the network that goroutines use: reads that wait, writes that write all,
// close with users inside. Go: internal/poll.FD.
//
// Thread safety: any goroutine. The destructor: the last holder, which may be any thread.

#include "runtime/net/backend.h"
#include "runtime/net/fd_mutex.h"
#include "runtime/net/poll_desc.h"

namespace golab::rt {

/// Results below 0 that are no errno.
inline constexpr long kNetClosed = -100'001;
inline constexpr long kNetTimeout = -100'002;
inline constexpr long kNetAborted = -100'003;

long FailureOf(Awaited awaited) noexcept;

class NetFd {
 public:
  explicit NetFd(int fd) noexcept : fd_(fd) {}

  NetFd(const NetFd&) = delete;
  NetFd& operator=(const NetFd&) = delete;
  ~NetFd();

  /// Has the descriptor watched. 0, or minus an errno: then it is closed.
  int Init() noexcept;

  int fd() const noexcept { return fd_; }

  PollDesc* desc() const noexcept { return desc_; }

  // Bytes, or below 0 minus an errno or one of the above.

  /// Up to `size` bytes; 0 at the end.
  long Read(void* to, std::size_t size) noexcept;

  /// The same without waiting: -EAGAIN if nothing is there.
  long ReadAvailable(void* to, std::size_t size) noexcept;

  /// 0: a read would not wait.
  long WaitReadable() noexcept;

  /// What was written by then is in *written, also if it fails.
  long Write(const void* from, std::size_t size, std::size_t* written) noexcept;
  long WriteVector(iovec* parts, int count, std::size_t* written) noexcept;

  /// A new descriptor.
  Opened Accept(Endpoint* from) noexcept;

  /// Waits for a connection begun; 0 once it is there.
  long FinishConnect() noexcept;

  long Shutdown(Direction direction) noexcept;
  long SetOption(SocketOption option, int value) noexcept;
  long SetDeadline(bool read, bool write, std::uint64_t when) noexcept;

  Endpoint Local() const { return TheNetwork().local(fd_); }

  /// Waits until all users have left. kNetClosed: it was closed.
  long Close() noexcept;

 private:
  class InUse;

  template <class Call>
  long Reading(Call&& call) noexcept;
  long ReadNow(void* to, std::size_t size) noexcept;
  void Leave(bool last) noexcept;
  void Destroy() noexcept;

  int fd_;
  int accepted_ = 0;  // connections in a row without a wait
  PollDesc* desc_ = nullptr;
  FdMutex mutex_;
};

}  // namespace golab::rt
