#include "runtime/event/record.h"

namespace golab::rt {
namespace {

constexpr const char* Text(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone:
      return "";
    case WaitReason::kIOWait:
      return "IO wait";
    case WaitReason::kChanReceiveNil:
      return "chan receive (nil chan)";
    case WaitReason::kChanSendNil:
      return "chan send (nil chan)";
    case WaitReason::kSelect:
      return "select";
    case WaitReason::kSelectNoCases:
      return "select (no cases)";
    case WaitReason::kChanReceive:
      return "chan receive";
    case WaitReason::kChanSend:
      return "chan send";
    case WaitReason::kFinalizerWait:
      return "finalizer wait";
    case WaitReason::kSemacquire:
      return "semacquire";
    case WaitReason::kSleep:
      return "sleep";
    case WaitReason::kCondWait:
      return "sync.Cond.Wait";
    case WaitReason::kMutexLock:
      return "sync.Mutex.Lock";
    case WaitReason::kRWMutexRLock:
      return "sync.RWMutex.RLock";
    case WaitReason::kRWMutexLock:
      return "sync.RWMutex.Lock";
    case WaitReason::kWaitGroupWait:
      return "sync.WaitGroup.Wait";
    case WaitReason::kPreempted:
      return "preempted";
    case WaitReason::kStdMutex:
      return "std::mutex";
  }
  return "";
}

}  // namespace

constinit const std::array<const char*, kWaitReasonCount> kWaitReasonTexts = [] {
  std::array<const char*, kWaitReasonCount> texts{};
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = Text(static_cast<WaitReason>(i));
  return texts;
}();

const char* WaitReasonText(WaitReason reason) {
  return Text(reason);
}

}  // namespace golab::rt
