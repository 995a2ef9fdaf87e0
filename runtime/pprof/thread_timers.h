#pragma once
// A timer of processor time for each thread of the process, which sends SIGPROF to that thread. One
// timer for the process would send it to whichever thread the kernel finds first.

#include <sys/types.h>
#include <time.h>

#include <map>

namespace golab::rt {

/// One thread's.
class ThreadTimers {
 public:
  ThreadTimers() = default;
  ThreadTimers(const ThreadTimers&) = delete;
  ThreadTimers& operator=(const ThreadTimers&) = delete;

  ~ThreadTimers() { Stop(); }

  /// Starts a timer of `period_ns` for each thread that has none, but the calling one; drops those
  /// of threads that have ended. False: none can be made.
  bool CoverThreads(long period_ns);

  /// Ends all.
  void Stop();

 private:
  std::map<pid_t, timer_t> timers_;
};

}  // namespace golab::rt
