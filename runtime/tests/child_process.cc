#include "runtime/tests/child_process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace golab::tests {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void BecomeProgram(const std::vector<std::string>& arguments,
                                const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    setenv(entry.substr(0, equals).c_str(), entry.c_str() + equals + 1, 1);
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(126);
}

// Appends what there is; false at the end of the stream.
bool Drain(int fd, std::string* text) {
  char buffer[65536];
  const ssize_t n = read(fd, buffer, sizeof buffer);
  if (n > 0) text->append(buffer, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && errno == EINTR);
}

// Whether all threads of `child` wait for time or for each other: nothing happens there by itself.
// Linux tells which system call a thread is in.
bool IsAsleep(pid_t child) {
  const std::filesystem::path tasks = "/proc/" + std::to_string(child) + "/task";
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    std::ifstream file(task.path() / "syscall");
    long number = -1;
    if (!(file >> number)) return false;  // "running" is no number
    if (number != SYS_nanosleep && number != SYS_clock_nanosleep && number != SYS_epoll_pwait &&
        number != SYS_epoll_pwait2 && number != SYS_futex)
      return false;
  }
  return !gone;
}

}  // namespace

ChildResult RunChild(const std::vector<std::string>& arguments, const ChildOptions& options) {
  return RunFunction([&] { BecomeProgram(arguments, options.environment); }, options);
}

ChildResult RunFunction(const std::function<void()>& run, const ChildOptions& options) {
  ChildResult result;
  int out[2];
  int err[2];
  if (pipe(out) != 0 || pipe(err) != 0) return {"", "no pipe", 126, false};
  const pid_t child = fork();
  if (child == 0) {
    dup2(out[1], 1);
    dup2(err[1], 2);
    run();
    _exit(126);
  }
  close(out[1]);
  close(err[1]);
  const auto deadline = Clock::now() + std::chrono::seconds(options.seconds);
  pollfd fds[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* const texts[2] = {&result.out, &result.err};
  bool signalled = options.signal_when_asleep == 0;
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const bool awaits = !signalled && result.out.find('\n') != std::string::npos;
    if (left <= 0 || (poll(fds, 2, awaits ? 1 : static_cast<int>(left)) == 0 && !awaits)) {
      result.timed_out = true;
      kill(child, SIGKILL);
      break;
    }
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      if (!Drain(fds[i].fd, texts[i])) fds[i].fd = -1;
    }
    if (awaits && IsAsleep(child)) {
      signalled = true;
      kill(child, options.signal_when_asleep);
    }
  }
  close(out[0]);
  close(err[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace golab::tests
