// Readiness first: `read` is called only when the descriptor is known to be readable, and what
// comes to the end of what is there says so by being short. So a request costs one read, where
// trying first would cost two.

#include "runtime/net/net_fd.h"

#include <cerrno>

#include "runtime/arch/fiber.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr int kMostInARow = 16;  // accepted at once, before others get a turn

/// What is written to any connection comes before what is read from any: Go's race detector knows
/// no more, either.
constinit char io_order = 0;

}  // namespace

long FailureOf(Awaited awaited) noexcept {
  switch (awaited) {
    case Awaited::kReady:
      return 0;
    case Awaited::kClosing:
      return kNetClosed;
    case Awaited::kTimeout:
      return kNetTimeout;
    case Awaited::kAborted:
      return kNetAborted;
  }
  return kNetClosed;
}

/// A user of the descriptor, for a scope.
class NetFd::InUse {
 public:
  explicit InUse(NetFd* fd) noexcept : fd_(fd), entered_(fd->mutex_.Enter()) {}

  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

  ~InUse() {
    if (entered_) fd_->Leave(fd_->mutex_.Leave());
  }

  explicit operator bool() const noexcept { return entered_; }

 private:
  NetFd* fd_;
  bool entered_;
};

NetFd::~NetFd() {
  if (desc_ == nullptr) {
    if (fd_ >= 0) TheNetwork().close(fd_);
  } else if (fd_ >= 0) {  // nobody has closed it, and nobody uses it any more
    GList nobody;
    desc_->Evict(&nobody);
    Destroy();
  }
}

int NetFd::Init() noexcept {
  desc_ = PollDesc::Take();
  const int error = desc_ == nullptr ? -ENOMEM : TheNetwork().watch(fd_, desc_);
  if (error == 0) return 0;
  if (desc_ != nullptr) desc_->Release();
  desc_ = nullptr;
  TheNetwork().close(fd_);
  fd_ = -1;
  return error;
}

void NetFd::Destroy() noexcept {
  const int fd = fd_;
  fd_ = -1;
  // The tag first: news that is fetched by now must not reach who gets the same number next.
  desc_->Release();
  TheNetwork().close(fd);
}

void NetFd::Leave(bool last) noexcept {
  if (!last) return;
  Destroy();
  mutex_.NoteGone();
}

/// Does what `call` does as the one who reads. It returns -EAGAIN to wait and be called again.
template <class Call>
long NetFd::Reading(Call&& call) noexcept {
  if (!mutex_.Lock(Direction::kRead)) return kNetClosed;
  long result;
  for (;;) {
    result = FailureOf(desc_->Await(Direction::kRead));
    if (result != 0) break;
    result = call();
    if (result != -EAGAIN) break;
  }
  Leave(mutex_.Unlock(Direction::kRead));
  return result;
}

/// One read, after the readiness was taken.
long NetFd::ReadNow(void* to, std::size_t size) noexcept {
  long n;
  do {
    n = TheNetwork().read(fd_, to, size);
  } while (n == -EINTR);
  // Filled to the brim, or failed: there may be more, and no event will say so.
  if (n == static_cast<long>(size) || (n < 0 && n != -EAGAIN)) desc_->NoteReady(Direction::kRead);
  // At the end it stays ready: it can be read again and again.
  if (n == 0) desc_->NoteReady(Direction::kRead);
  if (n >= 0) fiber::Acquire(&io_order);
  return n;
}

long NetFd::Read(void* to, std::size_t size) noexcept {
  if (size == 0) return InUse(this) ? 0 : kNetClosed;
  return Reading([&] { return ReadNow(to, size); });
}

long NetFd::WaitReadable() noexcept {
  return Reading([&]() -> long {
    desc_->NoteReady(Direction::kRead);
    return 0;
  });
}

long NetFd::ReadAvailable(void* to, std::size_t size) noexcept {
  if (!mutex_.Lock(Direction::kRead)) return kNetClosed;
  long n = FailureOf(desc_->Check(Direction::kRead));
  if (n == 0) {
    // Else who waits for readiness and finds nothing would find it ready for ever.
    desc_->TakeReadiness(Direction::kRead);
    n = ReadNow(to, size);
  }
  Leave(mutex_.Unlock(Direction::kRead));
  return n;
}

long NetFd::Write(const void* from, std::size_t size, std::size_t* written) noexcept {
  *written = 0;
  if (!mutex_.Lock(Direction::kWrite)) return kNetClosed;
  fiber::Release(&io_order);
  long result = FailureOf(desc_->Check(Direction::kWrite));
  while (result == 0 && *written < size) {
    const long n =
        TheNetwork().write(fd_, static_cast<const char*>(from) + *written, size - *written);
    if (n >= 0) {
      *written += static_cast<std::size_t>(n);
    } else if (n == -EAGAIN) {
      result = FailureOf(desc_->Await(Direction::kWrite));
    } else if (n != -EINTR) {
      result = n;
    }
  }
  Leave(mutex_.Unlock(Direction::kWrite));
  return result;
}

long NetFd::WriteVector(iovec* parts, int count, std::size_t* written) noexcept {
  *written = 0;
  if (!mutex_.Lock(Direction::kWrite)) return kNetClosed;
  fiber::Release(&io_order);
  long result = FailureOf(desc_->Check(Direction::kWrite));
  while (result == 0) {
    while (count > 0 && parts->iov_len == 0) {
      ++parts;
      --count;
    }
    if (count == 0) break;
    long n = TheNetwork().write_vector(fd_, parts, count);
    if (n == -EAGAIN) {
      result = FailureOf(desc_->Await(Direction::kWrite));
    } else if (n < 0 && n != -EINTR) {
      result = n;
    }
    for (int i = 0; n > 0; ++i) {
      const auto taken = static_cast<std::size_t>(n) < parts[i].iov_len
                             ? static_cast<std::size_t>(n)
                             : parts[i].iov_len;
      parts[i].iov_base = static_cast<char*>(parts[i].iov_base) + taken;
      parts[i].iov_len -= taken;
      *written += taken;
      n -= static_cast<long>(taken);
    }
  }
  Leave(mutex_.Unlock(Direction::kWrite));
  return result;
}

Opened NetFd::Accept(Endpoint* from) noexcept {
  Opened got;
  bool waited = false;
  const long failure = Reading([&]() -> long {
    do {
      got = TheNetwork().accept(fd_, from);
    } while (got.fd == -EINTR || got.fd == -ECONNABORTED);  // gone before it was accepted
    waited = got.fd == -EAGAIN;
    if (waited) return -EAGAIN;
    desc_->NoteReady(Direction::kRead);
    return 0;
  });
  if (failure != 0) return {failure, "accept4"};
  accepted_ = waited ? 0 : accepted_ + 1;
  if (accepted_ >= kMostInARow && !world.is_virtual) {
    accepted_ = 0;
    Yield(EventType::kYield);
  }
  return got;
}

long NetFd::FinishConnect() noexcept {
  if (!mutex_.Lock(Direction::kWrite)) return kNetClosed;
  long result;
  for (;;) {
    result = FailureOf(desc_->Await(Direction::kWrite));
    if (result != 0) break;
    result = TheNetwork().finish_connect(fd_);
    if (result != -EAGAIN) break;
  }
  Leave(mutex_.Unlock(Direction::kWrite));
  return result;
}

long NetFd::Shutdown(Direction direction) noexcept {
  const InUse in_use(this);
  return in_use ? TheNetwork().shutdown(fd_, direction) : kNetClosed;
}

long NetFd::SetOption(SocketOption option, int value) noexcept {
  const InUse in_use(this);
  return in_use ? TheNetwork().set_option(fd_, option, value) : kNetClosed;
}

long NetFd::SetDeadline(bool read, bool write, std::uint64_t when) noexcept {
  const InUse in_use(this);
  if (!in_use) return kNetClosed;
  if (read) desc_->SetDeadline(Direction::kRead, when);
  if (write) desc_->SetDeadline(Direction::kWrite, when);
  return 0;
}

long NetFd::Close() noexcept {
  if (!mutex_.Close()) return kNetClosed;
  GList woken;
  desc_->Evict(&woken);
  ReadyAll(&woken);
  const bool last = mutex_.Leave();
  Leave(last);
  if (!last) mutex_.AwaitGone();
  return 0;
}

}  // namespace golab::rt
