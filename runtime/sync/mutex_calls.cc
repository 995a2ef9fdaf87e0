// Mutex::Lock and Unlock as functions of the library, for programs built with GOLAB_OUT_OF_LINE
// (tasks, submissions), in whose headers they have no body.

#define GOLAB_OUT_OF_LINE 1
#include "golab/sync.h"

#include "runtime/sync/mutex_inside.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::sync {

void Mutex::Lock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  rt::MutexInside::Lock(this, rt::WaitReason::kMutexLock, this);
  GOLAB_EVIDENCE(rt::EventType::kLock, rt::LockKind::kMutex,
                 reinterpret_cast<std::uintptr_t>(this));
}

void Mutex::Unlock() {
  GOLAB_AT_CALL_AT(this, kWrite);
  GOLAB_EVIDENCE(rt::EventType::kUnlock, rt::LockKind::kMutex,
                 reinterpret_cast<std::uintptr_t>(this));
  rt::MutexInside::Unlock(this);
}

}  // namespace golab::sync
