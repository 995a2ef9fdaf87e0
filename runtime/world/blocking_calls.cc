// System calls that wait, as programs call them: a goroutine lends out its processor meanwhile, as
// if the call stood in syscall::Blocking. So a program that knows nothing of golab blocks one
// thread, not all.
//
// What the C library calls inside itself (getchar, std::cin) does not come by here; nor does write,
// whose callers are the runtime's own reports, too.

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/arch/x86_64/switch.h"
#include "runtime/base/errno.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/syscall.h"
#include "runtime/world/behind.h"
#include "runtime/world/world.h"

#if !GOLAB_ASAN && !GOLAB_TSAN  // which have such functions themselves

namespace golab::rt {
namespace {

/// Whether the caller is a goroutine whose processor others could use.
bool CanLend() noexcept {
  if (!sched.started || !SeveralPs()) return false;
  const P* p = arch::ThisP();
  return p != nullptr && p->entered == 0 && p->current != nullptr &&
         StatusOf(p->current) == Status::kRunning;
}

template <class F, class... Args>
GOLAB_INLINE auto MayBlock(F* call, Args... args) {
  if (!CanLend()) return call(args...);
  SyscallFrame frame;
  EnterSyscall(&frame);
  const auto result = call(args...);
  const int error = Errno();
  ExitSyscall();
  SetErrno(error);
  return result;
}

}  // namespace
}  // namespace golab::rt

#  define GOLAB_MAY_BLOCK(result, name, parameters, ...)                 \
    extern "C" GOLAB_EXPORT result name parameters {                     \
      static constinit golab::rt::Behind<result parameters> next(#name); \
      return golab::rt::MayBlock(next.Get(), __VA_ARGS__);               \
    }

GOLAB_MAY_BLOCK(ssize_t, read, (int fd, void* to, std::size_t size), fd, to, size)
GOLAB_MAY_BLOCK(ssize_t, readv, (int fd, const iovec* parts, int count), fd, parts, count)
GOLAB_MAY_BLOCK(int, poll, (pollfd * fds, nfds_t count, int ms), fds, count, ms)
GOLAB_MAY_BLOCK(int, select, (int n, fd_set* in, fd_set* out, fd_set* err, timeval* at_most), n, in,
                out, err, at_most)
GOLAB_MAY_BLOCK(int, epoll_wait, (int fd, epoll_event* events, int most, int ms), fd, events, most,
                ms)
GOLAB_MAY_BLOCK(int, accept, (int fd, sockaddr* from, socklen_t* size), fd, from, size)
GOLAB_MAY_BLOCK(int, accept4, (int fd, sockaddr* from, socklen_t* size, int flags), fd, from, size,
                flags)
GOLAB_MAY_BLOCK(int, connect, (int fd, const sockaddr* to, socklen_t size), fd, to, size)
GOLAB_MAY_BLOCK(ssize_t, recv, (int fd, void* to, std::size_t size, int flags), fd, to, size, flags)
GOLAB_MAY_BLOCK(ssize_t, recvfrom,
                (int fd, void* to, std::size_t size, int flags, sockaddr* from,
                 socklen_t* from_size),
                fd, to, size, flags, from, from_size)
GOLAB_MAY_BLOCK(ssize_t, recvmsg, (int fd, msghdr* message, int flags), fd, message, flags)
GOLAB_MAY_BLOCK(pid_t, waitpid, (pid_t child, int* status, int options), child, status, options)

#endif
