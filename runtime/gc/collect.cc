#include "runtime/gc/collect.h"

#include "golab/mem_stats.h"

#include "runtime/arch/fiber.h"
#include "runtime/gc/finalizers.h"
#include "runtime/gc/heap.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/sched/world_stopped.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt::gc {
namespace {

constexpr int kDrainedAtOnce = 256;  // objects, before others get the lock

/// Something that refers: for the evidence of why an object lives.
struct Holder {
  HeldBy by;
  std::uint32_t g = 0;
  std::uint64_t object = 0;
};

void NoteHolder(Object* object, const Handle* handle, const Holder& holder) noexcept {
  object->held_by = holder.by;
  object->holder_g = holder.g;
  object->holder = holder.object;
  object->holder_stack = handle->stack;
}

/// Shades what the handles of a list refer to. Lock held. Returns how many there are.
std::uint64_t ScanList(const Handle* list, const Holder& holder) noexcept {
  std::uint64_t n = 0;
  for (const Handle* h = list; h != nullptr; h = h->next, ++n) {
    if (h->object->mark == heap.cycle) continue;
    Shade(h->object);
    if (world.lab) NoteHolder(h->object, h, holder);
  }
  return n;
}

/// Lock held.
void Drain(int most) noexcept {
  for (int n = 0; heap.grey != nullptr && n < most; ++n) {
    Object* const object = heap.grey;
    heap.grey = object->grey;
    ScanList(object->edges, {HeldBy::kObject, 0, object->number});
  }
}

void DrainAll() noexcept {
  while (heap.grey != nullptr) Drain(kDrainedAtOnce);
}

std::uint64_t ScanStackOf(const G* g) noexcept {
  if (g->extra == nullptr) return 0;
  return ScanList(g->extra->handles, {HeldBy::kGoroutine, g->id, 0});
}

/// How long a goroutine waits is told from the collection before the one that finds it waiting, as
/// in Go.
void NoteWaiting(G* g) noexcept {
  const Status status = StatusOf(g);
  if (heap.mark_end == 0 || (status != Status::kWaiting && status != Status::kSyscall)) return;
  GExtra* const x = Extra(g);
  if (x->waits_since != 0 && x->waits_resumes == g->resumes) return;
  x->waits_since = heap.mark_end;
  x->waits_resumes = g->resumes;
}

template <class Visit>
void ForEachLiveG(Visit&& visit) noexcept {
  const std::uint32_t n = __atomic_load_n(&sched.gs_used, __ATOMIC_ACQUIRE);
  for (std::uint32_t i = 0; i < n; ++i) {
    G* const g = &sched.gs[i];
    const Status status = StatusOf(g);
    if (status != Status::kDead && status != Status::kIdle) visit(g);
  }
}

/// Not told to execution traces, which have no such thing; the tracer may be slow while the world
/// stands still.
void EmitScan(P* p, EventType type, const G* g, std::uint8_t reason, std::uint64_t arg) noexcept {
  if (!world.streamed) Emit(p, type, g->id, reason, arg, 0);
}

/// The time for which nobody else can go on.
class Pause {
 public:
  explicit Pause(std::uint64_t* total) noexcept : total_(total), began_(Now()) {}

  ~Pause() { *total_ += Now() - began_; }

  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  std::uint64_t* total_;
  std::uint64_t began_;
};

/// What a collection has found.
struct Found {
  Object* dead = nullptr;
  CallbackList queued;
};

/// Waits until nobody else collects. False: somebody does, and the heap need not be collected
/// twice.
bool BecomeCollector(G* me, GcCause cause) noexcept {
  LockRealWord(&waiters.lock);
  if (!waiters.collecting) {
    // Relaxed: IsTimeToCollect looks without the lock.
    __atomic_store_n(&waiters.collecting, true, __ATOMIC_RELAXED);
    UnlockWord(&waiters.lock);
    return true;
  }
  if (cause == GcCause::kSize) {
    UnlockWord(&waiters.lock);
    return false;
  }
  waiters.collectors.PushTail(me);
  Park(WaitReason::kSemacquire, 0, &waiters.lock);
  return true;  // the one before has handed it over
}

void HandOver() noexcept {
  G* next;
  {
    const WaitersLock lock;
    next = waiters.collectors.PopHead();
    if (next == nullptr) __atomic_store_n(&waiters.collecting, false, __ATOMIC_RELAXED);
  }
  if (next != nullptr) Ready(next);
}

void Begin(GcCause cause, const void* frame) noexcept {
  {
    const HeapLock lock;
    Configure();
    heap.marking = true;
    ++heap.cycle;
  }
  P* const p = arch::ThisP();
  Emit(p, EventType::kGcBegin, ShownId(p->current), static_cast<std::uint8_t>(cause), heap.cycle,
       CaptureStack(p, frame));
}

/// Each goroutine but the caller is _Gscan... from here.
void MarkScanned() noexcept {
  P* const p = arch::ThisP();
  const G* const me = p->current;
  ForEachLiveG([&](G* g) {
    if (g == me || (g->flags & kGSystem) != 0) return;
    NoteWaiting(g);
    const auto status = static_cast<std::uint8_t>(StatusOf(g));
    auto scanned = static_cast<Status>(status | kScanFlag);
    __atomic_store(&g->status, &scanned, __ATOMIC_RELAXED);
    EmitScan(p, EventType::kGcScanBegin, g, status, heap.cycle);
  });
}

/// Those that have not gone on meanwhile.
void ScanThem() noexcept {
  P* const p = arch::ThisP();
  ForEachLiveG([&](G* g) {
    if (IsScanned(g)) FinishScan(p, g, /*needed=*/false);
  });
}

/// What is left to scan, while others run and change handles.
void Mark() noexcept {
  const G* const me = arch::ThisP()->current;
  {
    const HeapLock lock;
    ScanStackOf(me);
    ForEachLiveG([](const G* g) {
      if ((g->flags & kGSystem) != 0) ScanStackOf(g);
    });
    ScanList(heap.others, {HeldBy::kOther, 0, 0});
  }
  for (bool done = false; !done;) {
    const HeapLock lock;
    Drain(kDrainedAtOnce);
    done = heap.grey == nullptr;
  }
}

/// Why an object lives on whose end is awaited. The text is told anew only where it has changed: a
/// program may collect again and again.
void TellKept(const Object* object) noexcept {
  P* const p = arch::ThisP();
  Special* const special = object->special;
  const GcKept kept{object->number,
                    object->holder,
                    object->holder_g,
                    static_cast<std::uint8_t>(object->held_by),
                    {}};
  const GcKept& told = special->told;
  if (told.object != kept.object || told.holder != kept.holder || told.g != kept.g ||
      told.held_by != kept.held_by) {
    special->told = kept;
    special->told_at = p->log.AddBlob(reinterpret_cast<const char*>(&kept), sizeof kept);
  }
  Emit(p, EventType::kGcKept, 0, 0, special->told_at, object->holder_stack);
}

void TellUnreachable(const Object* object, GcWatch watch) noexcept {
  if (!world.lab) return;
  Emit(arch::ThisP(), EventType::kGcUnreachable, 0, static_cast<std::uint8_t>(watch),
       object->number, 0);
}

void ClearWeak(Special* special) noexcept {
  if (special->weak == nullptr) return;
  special->weak->object = nullptr;
  special->weak = nullptr;
}

/// Its finalizer is called with a Ptr to it: it lives on, and what it refers to does anyway.
void QueueFinalizer(Object* object, Found* found) noexcept {
  ClearWeak(object->special);
  Callback* const callback = object->special->finalizer;
  object->special->finalizer = nullptr;
  callback->owner = nullptr;
  Link(&callback->object, object, &heap.others);
  found->queued.Add(callback);
  TellUnreachable(object, GcWatch::kFinalizer);
}

void QueueCleanups(Object* object, Found* found) noexcept {
  ClearWeak(object->special);
  // In the order in which they were added.
  Callback* oldest_first = nullptr;
  while (Callback* const callback = object->special->cleanups) {
    object->special->cleanups = callback->next;
    callback->next = oldest_first;
    oldest_first = callback;
  }
  while (Callback* const callback = oldest_first) {
    oldest_first = callback->next;
    callback->owner = nullptr;
    found->queued.Add(callback);
    TellUnreachable(object, GcWatch::kCleanup);
  }
}

/// Takes a white object off the heap.
void Bury(Object* object, Found* found) noexcept {
  if (object->special != nullptr) QueueCleanups(object, found);
  for (Handle* h = object->edges; h != nullptr; h = object->edges) {
    Unlink(h);  // what it refers to may be gone before it
    h->value = nullptr;
  }
  heap.index.Remove(object);
  ++heap.freed;
  heap.bytes_freed += object->type->size;
  object->next = found->dead;
  found->dead = object;
}

/// What is white now is unreachable. Lock held.
void Sort(Found* found) noexcept {
  // An object with a finalizer keeps what it refers to, but not itself. Go: markrootSpans.
  for (const Object* o = heap.objects; o != nullptr; o = o->next) {
    if (o->special != nullptr && o->special->finalizer != nullptr)
      ScanList(o->edges, {HeldBy::kFinalizer, 0, o->number});
  }
  DrainAll();
  for (Object** at = &heap.objects; *at != nullptr;) {
    Object* const o = *at;
    const Special* const special = o->special;
    if (o->mark == heap.cycle) {
      const bool awaited =
          special != nullptr && (special->finalizer != nullptr || special->cleanups != nullptr);
      if (awaited && world.lab) TellKept(o);
      at = &o->next;
    } else if (special != nullptr && special->finalizer != nullptr) {
      QueueFinalizer(o, found);
      at = &o->next;
    } else {
      *at = o->next;
      Bury(o, found);
    }
  }
  DrainAll();
  heap.marking = false;
}

void Account(GcCause cause, std::uint64_t paused) noexcept {
  const auto now = static_cast<std::uint64_t>(WallNow());
  heap.pauses[heap.cycles % 256] = paused;
  heap.pause_ends[heap.cycles % 256] = now;
  heap.pause_total += paused;
  heap.last_end = now;
  ++heap.cycles;
  if (cause == GcCause::kAsked) ++heap.forced;
  heap.live_after = heap.bytes_made - heap.bytes_freed;
  heap.mark_end = Now() + 1;
  SetGoal();
}

/// Destructors and memory of what nobody can see any more. To TSan that is done by a fiber of its
/// own, which comes after all who ever let go of an object, as Go's finalizer goroutine does.
void Free(Object* dead) {
  static constinit void* own_fiber = nullptr;
  if (dead == nullptr) return;
  if (fiber::kTracked) {
    const HeapLock lock;
    if (own_fiber == nullptr) own_fiber = fiber::Create(0, 0);
  }
  bool destroyed = false;
  {
    const fiber::ActingAs collector(own_fiber);
    fiber::Acquire(&heap);
    for (const Object* o = dead; o != nullptr; o = o->next) {
      if (!o->built || o->type->destroy == nullptr) continue;
      destroyed = true;
      o->type->destroy(DataOf(const_cast<Object*>(o)));
    }
    while (Object* const o = dead) {
      dead = o->next;
      delete o->special;
      FreeBlock(o);
    }
    fiber::Release(&own_fiber);
  }
  if (destroyed) fiber::Acquire(&own_fiber);  // the program's code ran here: what it did is seen
}

}  // namespace

void FinishScan(P* p, G* g, bool needed) noexcept {
  std::uint64_t handles = 0;
  {
    const HeapLock lock;
    if (heap.marking) handles = ScanStackOf(g);
  }
  Status status = StatusOf(g);
  __atomic_store(&g->status, &status, __ATOMIC_RELEASE);
  EmitScan(p, EventType::kGcScanEnd, g, needed ? 1 : 0, handles);
}

bool IsTimeToCollect() noexcept {
  if (!heap.configured) {
    const HeapLock lock;
    Configure();
  }
  if (heap.bytes_made - heap.bytes_freed < heap.goal ||
      __atomic_load_n(&waiters.collecting, __ATOMIC_RELAXED)) {
    return false;
  }
  const P* const p = arch::ThisP();
  return p != nullptr && p->current != nullptr && StatusOf(p->current) == Status::kRunning &&
         p->entered == 0;
}

void CollectBecauseOfSize() noexcept {
  Collect(GcCause::kSize);
}

void Collect(GcCause cause) noexcept {
  if (!BecomeCollector(arch::ThisP()->current, cause)) return;
  const void* const frame = __builtin_frame_address(0);
  std::uint64_t paused = 0;
  Begin(cause, frame);
  WithTheWorldStopped([&] {
    const Pause pause(&paused);
    MarkScanned();
  });
  // Others run while they are being scanned; who goes on finishes his own.
  GiveWay();
  Touch(kTheHeap, AccessMode::kWrite);
  WithTheWorldStopped([&] {
    const Pause pause(&paused);
    ScanThem();
  });
  Mark();
  Found found;
  {
    const Pause pause(&paused);
    const HeapLock lock;
    DrainAll();
    Sort(&found);
  }
  P* const p = arch::ThisP();
  Emit(p, EventType::kGcEnd, ShownId(p->current), 0, heap.cycle, 0);
  {
    const HeapLock lock;
    Account(cause, paused);
  }
  Queue(found.queued);
  HandOver();
  Free(found.dead);
}

}  // namespace golab::rt::gc

namespace golab::rt {

void EndScan(P* p, G* g, Status from) noexcept {
  if (!IsScanned(g) || StatusOf(g) != from) Throw("goroutine status changed by someone else");
  gc::FinishScan(p, g, /*needed=*/true);
}

}  // namespace golab::rt
