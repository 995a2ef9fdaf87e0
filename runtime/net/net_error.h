#pragma once
// What operations of the network fail with.

#include "golab/net.h"

namespace golab::rt {

/// A failed system call, by the name that Go gives it: `connect: connection refused`. Go:
/// os.SyscallError.
struct SyscallError {
  const char* call;
  Error err;

  String Text() const;

  Error Unwrap() const { return err; }

  bool Timeout() const;
};

/// The Err of an OpError: a result below 0 (minus an errno, or kNetClosed and its like) of `call`.
Error NetErrorOf(long result, const char* call);

/// `operation was canceled`, also context::Canceled; and `i/o timeout`, also
/// context::DeadlineExceeded: how a dial ends with its context. Go: errCanceled, errTimeout.
const Error& DialCanceled();
const Error& DialTimedOut();

/// `io: read/write on closed pipe`. Go: io.ErrClosedPipe.
const Error& ClosedPipeError();

}  // namespace golab::rt
