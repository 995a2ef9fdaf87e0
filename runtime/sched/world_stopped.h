#pragma once
// Work on goroutines that belong to others.

#include "runtime/sched/procs.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/syscall.h"

namespace golab::rt {

/// Nobody runs but the caller, no call returns and no status changes, while `f` is called: with
/// procs.lock held, so it may take none that somebody holds who wants that one. A goroutine that
/// holds no lock.
template <class F>
void WithTheWorldStopped(F&& f) {
  while (!StopTheWorld()) {  // somebody computes where he cannot be interrupted
    StartTheWorld();
    Yield(EventType::kYield);
  }
  LockRealWord(&procs.lock);
  ForEachP([](P* p) { (void)HoldSyscall(p); });
  f();
  ForEachP([](P* p) {
    if (StateOf(p) == PState::kHeld) ReleaseSyscall(p);
  });
  UnlockWord(&procs.lock);
  StartTheWorld();
}

}  // namespace golab::rt
