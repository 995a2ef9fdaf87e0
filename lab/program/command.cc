#include "lab/program/command.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "lab/program/process_tree.h"

namespace golab::lab {
namespace {

constexpr int kHighFd = 100;  // above every descriptor that a child is to have

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// What the child does between fork and exec. System calls only: another thread of golab may have
// held any lock at the fork.
class ChildSide {
 public:
  ChildSide(const SpawnSpec& spec, pid_t parent, int error_fd)
      : spec_(spec),
        argv_(Pointers(spec.argv)),
        env_(Pointers(spec.environment)),
        parent_(parent),
        error_fd_(error_fd) {}

  [[noreturn]] void Execute() {
    ResetSignals();
    if (spec_.own_session) {
      ::setsid();
    } else {
      ::setpgid(0, 0);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent_) ::_exit(127);  // golab ended before the line above
    if (!PlaceFds() || !SetLimits()) Fail();
    if (!spec_.folder.empty() && ::chdir(spec_.folder.c_str()) != 0) Fail();
    if (spec_.fixed_addresses) {
      const int old = ::personality(0xffffffff);
      ::personality(static_cast<unsigned long>(old) | ADDR_NO_RANDOMIZE);
    }
    ::umask(022);
    ::execve(spec_.path.c_str(), argv_.data(), env_.data());
    Fail();
  }

 private:
  [[noreturn]] void Fail() const {
    const int code = errno;
    [[maybe_unused]] const ssize_t n = ::write(error_fd_, &code, sizeof code);
    ::_exit(127);
  }

  static void ResetSignals() {
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < 65; ++signal) ::sigaction(signal, &action, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  }

  // All go out of the way first: a source may sit where another one belongs.
  bool PlaceFds() {
    const int count = static_cast<int>(spec_.fds.size());
    const int error_fd = ::fcntl(error_fd_, F_DUPFD_CLOEXEC, kHighFd);
    if (error_fd < 0) return false;
    error_fd_ = error_fd;
    for (int i = 0; i < count; ++i) {
      const int source = spec_.fds[static_cast<std::size_t>(i)];
      const int fd = source < 0 ? ::open("/dev/null", O_RDWR) : source;
      if (fd < 0) return false;
      const int high = ::fcntl(fd, F_DUPFD, kHighFd);
      if (high < 0) return false;
      placed_[i] = high;
    }
    for (int i = 0; i < count; ++i) {
      if (::dup2(placed_[i], i) != i) return false;
    }
    if (::dup2(error_fd_, count) != count) return false;
    error_fd_ = count;
    ::fcntl(error_fd_, F_SETFD, FD_CLOEXEC);
    return ::syscall(SYS_close_range, static_cast<unsigned>(count + 1), ~0u, 0u) == 0;
  }

  bool SetLimits() {
    for (const auto& [resource, value] : spec_.limits) {
      rlimit limit;
      if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return false;
      limit.rlim_max = std::min(limit.rlim_max, value);
      limit.rlim_cur = limit.rlim_max;
      // SIGXCPU at the soft limit can be caught; the hard one, a second later, kills.
      if (resource == RLIMIT_CPU && limit.rlim_max != RLIM_INFINITY) ++limit.rlim_max;
      if (resource == RLIMIT_CPU) limit.rlim_max = std::max(limit.rlim_cur, limit.rlim_max);
      if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0 && errno != EPERM) {
        return false;
      }
    }
    if (spec_.fixed_addresses) {  // the kernel places the maps by the stack's limit
      rlimit stack;
      if (::getrlimit(RLIMIT_STACK, &stack) != 0) return false;
      stack.rlim_cur = std::min<rlim_t>(stack.rlim_max, 8 << 20);
      ::setrlimit(RLIMIT_STACK, &stack);
    }
    return true;
  }

  const SpawnSpec& spec_;
  std::vector<char*> argv_;
  std::vector<char*> env_;
  pid_t parent_;
  int error_fd_;
  int placed_[16] = {};
};

// The errno that the child reports, 0 if it was executed.
int ReadExecError(const Fd& fd) {
  int code = 0;
  ssize_t n;
  do n = ::read(fd.get(), &code, sizeof code);
  while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(sizeof code) ? code : 0;
}

int MillisecondsUntil(std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<long long>(left.count(), 0, 1'000'000));
}

}  // namespace

Result<Child> Spawn(const SpawnSpec& spec) {
  const std::string what = "cannot start '" + spec.path + "'";
  int pipe_fds[2];
  if (::pipe2(pipe_fds, O_CLOEXEC) != 0) return SystemFailure(what, errno);
  const Fd error_read(pipe_fds[0]);
  Fd error_write(pipe_fds[1]);
  ChildSide side(spec, ::getpid(), error_write.get());
  Child child;
  bool entered = false;
  {
    const ChildTableLock lock;
    child.pid = ::fork();
    if (child.pid == 0) side.Execute();
    if (child.pid < 0) return SystemFailure(what, errno);
    entered = EnterChild(child.pid);
  }
  error_write.Close();
  child.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.pidfd.open() || !entered) {
    const int code = entered ? errno : EAGAIN;
    ::kill(child.pid, SIGKILL);
    Reap(&child);
    return SystemFailure(what, code);
  }
  if (const int code = ReadExecError(error_read); code != 0) {
    Reap(&child);
    return SystemFailure(what, code);
  }
  return child;
}

int Reap(Child* child) {
  // Waited for without the lock, taken with it: only the second frees the process id.
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(child->pid), &info, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  int status = 0;
  {
    const ChildTableLock lock;
    ::waitpid(child->pid, &status, 0);
    LeaveChild(child->pid);
  }
  child->pid = -1;
  child->pidfd.Close();
  return status;
}

Result<CommandResult> RunCommand(SpawnSpec spec, const CommandLimits& limits,
                                 const std::atomic<bool>* cancel) {
  int pipe_fds[2];
  if (::pipe2(pipe_fds, O_CLOEXEC) != 0) return SystemFailure("cannot make a pipe", errno);
  const Fd output(pipe_fds[0]);
  Fd output_write(pipe_fds[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  spec.fds = {-1, output_write.get(), output_write.get()};
  auto child = Spawn(spec);
  if (!child) return tl::unexpected(child.error());
  output_write.Close();

  CommandResult result;
  const auto end = std::chrono::steady_clock::now() + limits.wall;
  const auto read_output = [&] {
    char buffer[16384];
    ssize_t n = -1;
    while (result.output.size() <= limits.output_bytes &&
           (n = ::read(output.get(), buffer, sizeof buffer)) > 0) {
      result.output.append(buffer, static_cast<std::size_t>(n));
    }
    return n != 0;  // false: nobody has it open any more
  };
  bool open = true;
  for (;;) {
    // A cancelled build must end at once for `watch`: 20 ms is below what a person notices.
    const int timeout =
        cancel == nullptr ? MillisecondsUntil(end) : std::min(20, MillisecondsUntil(end));
    pollfd fds[2] = {{child->pidfd.get(), POLLIN, 0},
                     {output.get(), static_cast<short>(open ? POLLIN : 0), 0}};
    if (!open) fds[1].fd = -1;
    ::poll(fds, 2, timeout);
    open = open && read_output();
    // The end of the command counts, not that of its output: a grandchild may hold that.
    if ((fds[0].revents & POLLIN) != 0) break;
    using Ended = CommandResult::Ended;
    if (result.output.size() > limits.output_bytes) result.ended = Ended::kOutput;
    if (std::chrono::steady_clock::now() >= end) result.ended = Ended::kWall;
    if (cancel != nullptr && cancel->load()) result.ended = Ended::kCancelled;
    if (result.ended != Ended::kByItself) break;
  }
  // Before it is reaped: its process id could be somebody else's afterwards.
  KillTree(child->pid, true);
  result.wait_status = Reap(&*child);
  if (open) read_output();
  if (result.output.size() > limits.output_bytes) result.output.resize(limits.output_bytes);
  return result;
}

std::string FindExecutable(const std::string& name, const std::string& folders) {
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    std::string path = Below(folders.substr(begin, end - begin), name);
    struct stat st;
    if (path[0] == '/' && ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        ::access(path.c_str(), X_OK) == 0) {
      return path;
    }
    begin = end + 1;
  }
  return "";
}

}  // namespace golab::lab
