#include "runtime/net/net_error.h"

#include <cerrno>

#include "golab/context.h"
#include "golab/os.h"

#include "runtime/lang/errno_text.h"
#include "runtime/lang/error_timeout.h"
#include "runtime/net/net_fd.h"

namespace golab {
namespace rt {
namespace {

struct NetClosing {
  String Text() const { return "use of closed network connection"; }

  bool Timeout() const { return false; }

  bool Temporary() const { return false; }
};

struct Canceled {
  String Text() const { return "operation was canceled"; }

  bool Is(const Error& target) const { return target == context::Canceled; }
};

struct TimedOut {
  String Text() const { return "i/o timeout"; }

  bool Timeout() const { return true; }

  bool Temporary() const { return true; }

  bool Is(const Error& target) const { return target == context::DeadlineExceeded; }
};

}  // namespace

String SyscallError::Text() const {
  return String(call) + ": " + err.Text();
}

bool SyscallError::Timeout() const {
  const auto* number = errors::As<Errno>(err);
  return number != nullptr && (number->number == ETIMEDOUT || number->number == EAGAIN);
}

Error NetErrorOf(long result, const char* call) {
  switch (result) {
    case kNetClosed:
      return net::ErrClosed;
    case kNetTimeout:
    case kNetAborted:
      return os::ErrDeadlineExceeded;
    default:
      return SyscallError{call, Errno{static_cast<int>(-result)}};
  }
}

const Error& ErrNetClosed() {
  static const Error error = NetClosing{};
  return error;
}

const Error& DialCanceled() {
  static const Error error = Canceled{};
  return error;
}

const Error& DialTimedOut() {
  static const Error error = TimedOut{};
  return error;
}

const Error& ClosedPipeError() {
  static const Error error = errors::New("io: read/write on closed pipe");
  return error;
}

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made =
    (ErrNetClosed(), DialCanceled(), DialTimedOut(), ClosedPipeError(), true);

}  // namespace

}  // namespace rt

namespace net {

golab::String OpError::Text() const {
  golab::String text = Op;
  if (Net != "") text += " " + Net;
  if (Source) text += " " + Source.String();
  if (Addr) text += (Source ? "->" : " ") + Addr.String();
  return text + ": " + Err.Text();
}

bool OpError::Timeout() const {
  return os::IsTimeout(Err);
}

bool OpError::Temporary() const {
  if (const auto* system = errors::As<rt::Errno>(Err)) {
    const int number = system->number;
    return number == EINTR || number == EMFILE || number == ENFILE || number == ECONNRESET ||
           number == ECONNABORTED || number == EAGAIN || number == ETIMEDOUT;
  }
  return Timeout();
}

golab::String AddrError::Text() const {
  return Addr.empty() ? Err : "address " + Addr + ": " + Err;
}

golab::String DNSError::Text() const {
  return "lookup " + Name + ": " + Err;
}

Error::Error(const golab::Error& err) {
  bool ignored = false;
  if (rt::HasTimeout(err, &ignored)) err_ = err;
}

bool Error::Timeout() const {
  bool timeout = false;
  if (!rt::HasTimeout(err_, &timeout)) static_cast<void>(err_.Text());  // panics: nil
  return timeout;
}

golab::String Error::Text() const {
  return err_.Text();
}

}  // namespace net
}  // namespace golab
