// Everything that KillTree calls is async-signal-safe: system calls and the stack, no allocation,
// no stdio, no opendir.

#include "lab/program/process_tree.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include "lab/program/process.h"

namespace golab::lab {
namespace {

constexpr int kMaxPids = 4096;    // of one tree: more are found in the next round
constexpr int kKillRounds = 200;  // a fork bomb of 64 processes is gone after one or two

constinit std::array<std::atomic<pid_t>, 256> children{};
constinit std::mutex table_mutex;

// A path below /proc, made without stdio.
class ProcPath {
 public:
  ProcPath& Text(const char* text) {
    while (*text != '\0' && size_ < sizeof path_ - 1) path_[size_++] = *text++;
    path_[size_] = '\0';
    return *this;
  }

  ProcPath& Number(pid_t number) {
    char digits[12];
    int n = 0;
    do digits[n++] = static_cast<char>('0' + number % 10);
    while ((number /= 10) > 0);
    while (n > 0 && size_ < sizeof path_ - 1) path_[size_++] = digits[--n];
    path_[size_] = '\0';
    return *this;
  }

  const char* get() const { return path_; }

 private:
  char path_[64] = "";
  std::size_t size_ = 0;
};

class PidList {
 public:
  void Add(pid_t pid) {
    if (size_ < kMaxPids) pids_[static_cast<std::size_t>(size_++)] = pid;
  }

  int size() const { return size_; }

  pid_t operator[](int i) const { return pids_[static_cast<std::size_t>(i)]; }

 private:
  std::array<pid_t, kMaxPids> pids_;
  int size_ = 0;
};

ssize_t ReadSmall(const char* path, char* buffer, std::size_t size) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  std::size_t used = 0;
  while (used < size) {
    const ssize_t n = ::read(fd, buffer + used, size - used);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    used += static_cast<std::size_t>(n);
  }
  ::close(fd);
  return static_cast<ssize_t>(used);
}

void AddChildrenOfThread(pid_t pid, pid_t thread, PidList* list) {
  ProcPath path;
  path.Text("/proc/").Number(pid).Text("/task/").Number(thread).Text("/children");
  const int fd = ::open(path.get(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  char buffer[1024];
  pid_t number = 0;
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) {
    for (ssize_t i = 0; i < n; ++i) {
      if (buffer[i] >= '0' && buffer[i] <= '9') {
        number = number * 10 + (buffer[i] - '0');
      } else if (number > 0) {
        list->Add(std::exchange(number, 0));
      }
    }
  }
  if (number > 0) list->Add(number);
  ::close(fd);
}

struct DirectoryEntry {  // as getdents64 writes it; opendir would allocate
  std::uint64_t ino;
  std::int64_t off;
  std::uint16_t size;
  std::uint8_t type;
  char name[];
};

void AddChildren(pid_t pid, PidList* list) {
  ProcPath path;
  path.Text("/proc/").Number(pid).Text("/task");
  const int fd = ::open(path.get(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  alignas(8) char buffer[2048];
  for (long n; (n = ::syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0;) {
    for (long at = 0; at < n;) {
      DirectoryEntry entry;
      std::memcpy(&entry, buffer + at, sizeof entry);
      pid_t thread = 0;
      for (const char* c = buffer + at + offsetof(DirectoryEntry, name); *c >= '0' && *c <= '9';
           ++c) {
        thread = thread * 10 + (*c - '0');
      }
      if (thread > 0) AddChildrenOfThread(pid, thread, list);
      at += entry.size;
    }
  }
  ::close(fd);
}

void AddDescendants(pid_t root, PidList* list) {
  AddChildren(root, list);
  for (int i = 0; i < list->size(); ++i) AddChildren((*list)[i], list);
}

// What /proc/PID/stat says after the command's name, which may hold anything.
struct Stat {
  char state = 'X';
  pid_t session = 0;
  std::uint64_t ticks = 0;
};

Stat ReadStat(pid_t pid) {
  char buffer[1024];
  ProcPath path;
  path.Text("/proc/").Number(pid).Text("/stat");
  const ssize_t n = ReadSmall(path.get(), buffer, sizeof buffer - 1);
  Stat stat;
  if (n <= 0) return stat;
  buffer[n] = '\0';
  const char* at = ::strrchr(buffer, ')');
  if (at == nullptr || at[1] == '\0') return stat;
  at += 2;
  stat.state = *at;
  // Fields by number as in proc(5): 3 state, 6 session, 14 utime, 15 stime.
  for (int field = 4; field <= 15; ++field) {
    at = ::strchr(at, ' ');
    if (at == nullptr) break;
    ++at;
    std::uint64_t value = 0;
    for (const char* c = at; *c >= '0' && *c <= '9'; ++c)
      value = value * 10 + static_cast<unsigned>(*c - '0');
    if (field == 6) stat.session = static_cast<pid_t>(value);
    if (field == 14 || field == 15) stat.ticks += value;
  }
  return stat;
}

bool IsAlive(char state) {
  return state != 'Z' && state != 'X';
}

// "VmRSS:	    1234 kB"
std::uint64_t KibOf(const char* status, const char* key) {
  const char* at = ::strstr(status, key);
  return at == nullptr ? 0 : ::strtoull(at + ::strlen(key), nullptr, 10);
}

bool IsEntered(pid_t pid) {
  return std::any_of(children.begin(), children.end(),
                     [&](const std::atomic<pid_t>& child) { return child.load() == pid; });
}

}  // namespace

TreeUse UseOfDescendants(pid_t root) {
  static const std::uint64_t tick_ns =
      1'000'000'000u / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  PidList pids;
  AddDescendants(root, &pids);
  TreeUse use;
  for (int i = 0; i < pids.size(); ++i) {
    char buffer[4096];
    ProcPath path;
    path.Text("/proc/").Number(pids[i]).Text("/status");
    const ssize_t n = ReadSmall(path.get(), buffer, sizeof buffer - 1);
    if (n <= 0) continue;
    buffer[n] = '\0';
    use.memory_bytes += (KibOf(buffer, "VmRSS:") + KibOf(buffer, "VmPTE:")) << 10;
    use.cpu_ns += ReadStat(pids[i]).ticks * tick_ns;
    ++use.processes;
  }
  return use;
}

void KillTree(pid_t root, bool with_root) {
  for (int round = 0; round < kKillRounds; ++round) {
    PidList pids;
    AddDescendants(root, &pids);
    bool left = false;
    for (int i = 0; i < pids.size(); ++i) {
      if (!IsAlive(ReadStat(pids[i]).state)) continue;
      ::kill(pids[i], SIGKILL);
      left = true;
    }
    if (!left) break;
    if (round > 0) {  // killed ones need a moment to die
      const timespec pause{0, 500'000};
      ::nanosleep(&pause, nullptr);
    }
  }
  if (with_root) ::kill(root, SIGKILL);
}

void AdoptOrphans() {
  static const bool done = ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
  (void)done;
}

void ReapStrays() {
  const ChildTableLock lock;
  PidList mine;
  AddChildren(::getpid(), &mine);
  const pid_t session = ::getsid(0);
  for (int i = 0; i < mine.size(); ++i) {
    const pid_t pid = mine[i];
    // What another part of golab started shares golab's session, or is entered.
    if (IsEntered(pid) || ReadStat(pid).session == session) continue;
    KillTree(pid, true);
    ::waitpid(pid, nullptr, 0);
  }
}

ChildTableLock::ChildTableLock() {
  table_mutex.lock();
}

ChildTableLock::~ChildTableLock() {
  table_mutex.unlock();
}

bool EnterChild(pid_t pid) {
  for (std::atomic<pid_t>& child : children) {
    pid_t none = 0;
    if (child.compare_exchange_strong(none, pid)) return true;
  }
  return false;
}

void LeaveChild(pid_t pid) {
  for (std::atomic<pid_t>& child : children) {
    pid_t expected = pid;
    if (child.compare_exchange_strong(expected, 0)) return;
  }
}

void KillAllPrograms() {
  for (std::atomic<pid_t>& child : children) {
    if (const pid_t pid = child.load(); pid > 0) KillTree(pid, true);
  }
}

}  // namespace golab::lab
