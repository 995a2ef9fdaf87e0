#include "runtime/pprof/thread_timers.h"

#include <dirent.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>

namespace golab::rt {
namespace {

std::set<pid_t> Threads() {
  std::set<pid_t> threads;
  DIR* folder = opendir("/proc/self/task");
  if (folder == nullptr) return threads;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a folder of this function's own
  while (const dirent* entry = readdir(folder)) {
    const long tid = std::strtol(entry->d_name, nullptr, 10);
    if (tid > 0) threads.insert(static_cast<pid_t>(tid));
  }
  closedir(folder);
  return threads;
}

/// The clock of another thread's processor time: Linux's MAKE_THREAD_CPUCLOCK(tid, CPUCLOCK_SCHED).
clockid_t CpuClockOf(pid_t tid) {
  constexpr unsigned kPerThread = 4;
  constexpr unsigned kScheduled = 2;
  return static_cast<clockid_t>(~static_cast<unsigned>(tid) << 3 | kPerThread | kScheduled);
}

/// False: the thread has ended, or there are no more timers.
bool StartTimer(pid_t tid, long period_ns, timer_t* timer) {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGPROF;
  event._sigev_un._tid = tid;
  if (timer_create(CpuClockOf(tid), &event, timer) != 0) return false;
  const timespec period{0, period_ns};
  const itimerspec often{period, period};
  if (timer_settime(*timer, 0, &often, nullptr) == 0) return true;
  timer_delete(*timer);
  return false;
}

}  // namespace

bool ThreadTimers::CoverThreads(long period_ns) {
  std::set<pid_t> threads = Threads();
  if (threads.empty()) threads.insert(getpid());  // no /proc: at least the first thread
  threads.erase(gettid());
  for (auto at = timers_.begin(); at != timers_.end();) {
    if (threads.erase(at->first) != 0) {  // it has one
      ++at;
      continue;
    }
    timer_delete(at->second);
    at = timers_.erase(at);
  }
  for (const pid_t tid : threads) {
    timer_t timer;
    if (StartTimer(tid, period_ns, &timer)) timers_[tid] = timer;
  }
  return !timers_.empty();
}

void ThreadTimers::Stop() {
  for (const auto& [tid, timer] : timers_) timer_delete(timer);
  timers_.clear();
}

}  // namespace golab::rt
