#pragma once
// Mutex without schedule points and evidence, for those who build on it (RWMutex, Once).

#include "golab/sync.h"

#include "runtime/event/record.h"

namespace golab::rt {

struct MutexInside {
  /// `object`: what the trace of steps knows the lock by.
  static void Lock(sync::Mutex* m, WaitReason reason, const void* object);
  static bool TryLock(sync::Mutex* m);
  static void Unlock(sync::Mutex* m);
};

}  // namespace golab::rt
