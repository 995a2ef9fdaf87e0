#include "runtime/go_trace/reasons.h"

namespace golab::rt {

const char* GoTraceReason(WaitReason reason) noexcept {
  switch (reason) {
    case WaitReason::kChanReceive:
      return "chan receive";
    case WaitReason::kChanSend:
      return "chan send";
    case WaitReason::kChanReceiveNil:
    case WaitReason::kChanSendNil:
    case WaitReason::kSelectNoCases:
      return "forever";  // the tools take such a goroutine for ended, and nobody wakes it
    case WaitReason::kSelect:
      return "select";
    case WaitReason::kSemacquire:
    case WaitReason::kMutexLock:
    case WaitReason::kRWMutexRLock:
    case WaitReason::kRWMutexLock:
    case WaitReason::kWaitGroupWait:
    case WaitReason::kStdMutex:
      return "sync";
    case WaitReason::kCondWait:
      return "sync.(*Cond).Wait";
    case WaitReason::kSleep:
      return "sleep";
    case WaitReason::kIOWait:
      return "network";
    case WaitReason::kFinalizerWait:
      return "system goroutine wait";
    case WaitReason::kPreempted:
      return "preempted";
    case WaitReason::kNone:
      break;
  }
  return "unspecified";
}

}  // namespace golab::rt
