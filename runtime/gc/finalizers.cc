#include "runtime/gc/finalizers.h"

#include "golab/defer.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/fault.h"
#include "runtime/gc/collect.h"
#include "runtime/sched/sched.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt::gc {
namespace {

void Drop(Callback* callback) {
  if (DropReference(&callback->references)) callback->destroy(callback);
}

GcWatch WatchOf(const Callback* callback) noexcept {
  return callback->is_cleanup ? GcWatch::kCleanup : GcWatch::kFinalizer;
}

/// The next one; parks until there is one.
Callback* AwaitCallback() noexcept {
  for (;;) {
    LockRealWord(&waiters.lock);
    if (Callback* const first = waiters.queue) {
      waiters.queue = first->next;
      if (waiters.queue == nullptr) waiters.queue_end = &waiters.queue;
      UnlockWord(&waiters.lock);
      Touch(kTheHeap, AccessMode::kWrite);
      return first;
    }
    waiters.finalizer_g = arch::ThisP()->current;
    waiters.finalizer_waits = true;
    Park(WaitReason::kFinalizerWait, 0, &waiters.lock);
  }
}

/// While it runs a function of the program's, the goroutine is shown as any other. Go:
/// fingRunningFinalizer.
class InProgramsCode {
 public:
  explicit InProgramsCode(Callback* callback) : callback_(callback), number_(callback->number) {
    me()->flags &= static_cast<std::uint8_t>(~kGBackground);
    GOLAB_EVIDENCE(EventType::kGcCallBegin, WatchOf(callback_), number_);
  }

  ~InProgramsCode() {
    GOLAB_EVIDENCE(EventType::kGcCallEnd, WatchOf(callback_), number_);
    me()->flags |= kGBackground;
    Drop(callback_);
  }

  InProgramsCode(const InProgramsCode&) = delete;
  InProgramsCode& operator=(const InProgramsCode&) = delete;

 private:
  static G* me() noexcept { return arch::ThisP()->current; }

  Callback* callback_;
  std::uint64_t number_;
};

void Call(Callback* callback) {
  // It comes after all who ever let go of an object. Go: racefingo.
  fiber::Acquire(&heap);
  const InProgramsCode scope(callback);
  callback->run(callback);
}

void RunFinalizers(void* /*closure*/) {
  for (;;) Call(AwaitCallback());
}

using Body = void (*)(void*);
constexpr Body kBody = &RunFinalizers;
constexpr ClosureOps kOps{0, nullptr, &RunFinalizers, &kBody};

/// Makes the goroutine when the first finalizer is set. Go: createfing.
void NeedFinalizerG() {
  {
    const WaitersLock lock;
    if (waiters.finalizers_run) return;
    waiters.finalizers_run = true;
  }
  SpawnBackground(&kOps);
}

/// Lock held, but not while memory is asked for: `spare` is taken if there is none yet.
Special* SpecialOf(Object* object, Special** spare) noexcept {
  if (object->special == nullptr) {
    object->special = *spare;
    *spare = nullptr;
  }
  return object->special;
}

/// Changes what waits for the object's end. `change` is called with the lock held.
template <class Change>
void ChangeSpecial(Object* object, Change&& change) {
  auto* spare = new Special;
  {
    const HeapLock lock;
    change(SpecialOf(object, &spare));
  }
  delete spare;
  fiber::Release(&heap);  // the collector deletes it, the finalizer goroutine calls what is in it
}

}  // namespace

void Queue(const CallbackList& list) noexcept {
  if (list.first == nullptr) return;
  G* wake = nullptr;
  {
    const WaitersLock lock;
    *waiters.queue_end = list.first;
    waiters.queue_end = list.end;
    if (waiters.finalizer_waits) wake = waiters.finalizer_g;
    waiters.finalizer_waits = false;
  }
  if (wake != nullptr) Ready(wake);
}

void SetFinalizerOf(Object* object, Callback* callback) {
  GOLAB_AT_CALL_ON(kTheHeap, kWrite);
  CurrentG("runtime.SetFinalizer");
  if (callback != nullptr) {
    callback->owner = object;
    callback->number = object->number;
    NeedFinalizerG();
  }
  Callback* before = nullptr;
  ChangeSpecial(object, [&](Special* special) {
    before = special->finalizer;
    if (before != nullptr && callback != nullptr) return;
    special->finalizer = callback;
  });
  if (before != nullptr && callback != nullptr)
    Fatal("runtime.SetFinalizer: finalizer already set");
  GOLAB_EVIDENCE(EventType::kGcWatch,
                 callback != nullptr ? GcWatch::kFinalizer : GcWatch::kNoFinalizer, object->number);
  if (before != nullptr) Drop(before);
}

void AddCleanupOf(Object* object, Callback* callback) {
  GOLAB_AT_CALL_ON(kTheHeap, kWrite);
  CurrentG("runtime.AddCleanup");
  callback->owner = object;
  callback->number = object->number;
  NeedFinalizerG();
  ChangeSpecial(object, [&](Special* special) {
    callback->next = special->cleanups;
    special->cleanups = callback;
  });
  GOLAB_EVIDENCE(EventType::kGcWatch, GcWatch::kCleanup, object->number);
}

void StopCallback(Callback* callback) noexcept {
  GOLAB_AT_CALL_ON(kTheHeap, kWrite);
  {
    const HeapLock lock;
    if (callback->owner == nullptr) return;
    Callback** at = &callback->owner->special->cleanups;
    while (*at != callback) at = &(*at)->next;
    *at = callback->next;
    callback->owner = nullptr;
  }
  GOLAB_EVIDENCE(EventType::kGcWatch, GcWatch::kStopped, callback->number);
  Drop(callback);  // the collector's
}

Object* ObjectForFinalizer(const void* address) {
  Object* object;
  {
    const HeapLock lock;
    object = ObjectAt(address);
  }
  if (object == nullptr) Fatal("runtime.SetFinalizer: pointer not in heap");
  if (DataOf(object) != address)
    Fatal("runtime.SetFinalizer: pointer not at beginning of allocated block");
  return object;
}

void FatalFirstArgumentIsNil() {
  Fatal("runtime.SetFinalizer: first argument is nil");
}

void PanicCleanupOfNil() {
  panic("runtime.AddCleanup: ptr is nil");
}

void PanicCleanupOfItself() {
  panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run");
}

WeakCell* WeakCellOf(Object* object) {
  GOLAB_AT_CALL_ON(kTheHeap, kUp);
  auto* fresh = new WeakCell{1, object};
  WeakCell* cell = nullptr;
  ChangeSpecial(object, [&](Special* special) {
    if (special->weak == nullptr) {
      special->weak = cell = fresh;
      fresh = nullptr;
      return;
    }
    cell = special->weak;
    __atomic_fetch_add(&cell->references, 1, __ATOMIC_RELAXED);
  });
  delete fresh;
  return cell;
}

void DestroyWeakCell(WeakCell* cell) noexcept {
  {
    const HeapLock lock;
    if (__atomic_load_n(&cell->references, __ATOMIC_RELAXED) != 0)
      return;  // handed out again meanwhile
    if (cell->object != nullptr) cell->object->special->weak = nullptr;
  }
  delete cell;
}

bool SetFromWeak(Handle* handle, WeakCell* cell) noexcept {
  GOLAB_AT_CALL_ON(kTheHeap, kRead);
  fiber::Write(handle, __builtin_return_address(0));
  Handle** const list = ListOf(handle);
  const HeapLock lock;
  if (cell->object == nullptr) return false;
  Link(handle, cell->object, list);
  return true;
}

}  // namespace golab::rt::gc
