#pragma once
// Mutex without schedule points and evidence, for those who build on it (RWMutex, Once).

#include "golab/sync.h"
#include "runtime/event/record.h"

namespace golab::sync {

struct MutexInside {
  static void Lock(Mutex* m, rt::WaitReason reason);
  static bool TryLock(Mutex* m);
  static void Unlock(Mutex* m);
};

}  // namespace golab::sync
