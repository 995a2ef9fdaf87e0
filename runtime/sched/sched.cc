#include "runtime/sched/sched.h"

#include <sys/mman.h>

#include <cstdlib>

#include "runtime/arch/fiber.h"
#include "runtime/base/delay.h"
#include "runtime/base/futex.h"
#include "runtime/base/lasting.h"
#include "runtime/debugger/debugger_info.h"
#include "runtime/net/netpoll.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/transition.h"
#include "runtime/sched/wait_profile.h"
#include "runtime/unwind/unwind.h"
#include "runtime/world/exit.h"
#include "runtime/world/recording.h"
#include "runtime/world/signals.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

extern "C" {
// Which P the calling thread holds; null on threads that run no goroutines. Local-exec or
// initial-exec, so that arch::ThisP is two instructions.
[[gnu::tls_model("initial-exec")]] thread_local golab::rt::P* golab_tls_p = nullptr;
golab::rt::ExceptionGlobals* __cxa_get_globals() noexcept;
[[noreturn]] void golab_goroutine_main();
}

namespace golab::rt {

constinit Sched sched;

// Linked in wherever the scheduler is, for debuggers: nothing else refers to it.
[[gnu::used]] static const DebuggerFact* const kDebuggerInfo = golab_debugger_info;

namespace {

constinit P first_p;
constinit M first_m;

constexpr std::size_t kMaxGs = kMaxGoroutines;
constexpr std::uint32_t kGChunk = (2u << 20) / sizeof(G);
// A queue that has grown longer than kLifoAbove runs newest first, until it is as short as
// kFifoBelow: trees of goroutines are run branch by branch, in a tenth of the memory, and what
// thieves find at the other end are whole branches.
constexpr std::uint32_t kLifoAbove = 256;
constexpr std::uint32_t kFifoBelow = RunQueue::kMaxSteal + 1;  // see RunQueue::PopTail
constexpr std::uint64_t kOldestEvery = 200'000;  // ns between turns of the oldest, then
constexpr std::uint32_t kGlobalEvery = 61;       // Go's number; all near it were within noise
constexpr std::uint32_t kTimersEvery = 32;       // picks between two looks at the clock
constexpr std::uint32_t kMostIds = 1024;         // that a P takes at once
constexpr std::uint32_t kGBatch = 32;            // dead Gs that change hands at once
constexpr std::uint32_t kKeptGs = 1024;   // that a P keeps: trees end as they begin, in hundreds
constexpr std::uint32_t kLookEvery = 32;  // `go`s between two looks at the length of the queue

void ReserveGs() noexcept {
  void* p = mmap(nullptr, kMaxGs * sizeof(G), PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) Fatal("runtime: cannot reserve address space for goroutines");
  madvise(p, kMaxGs * sizeof(G), MADV_NOHUGEPAGE);
  sched.gs = static_cast<G*>(p);
}

/// sched.lock held.
G* NewG() noexcept {
  if (sched.gs_used == sched.gs_opened) {
    if (sched.gs_opened + kGChunk > kMaxGs ||
        mprotect(sched.gs + sched.gs_opened, kGChunk * sizeof(G), PROT_READ | PROT_WRITE) != 0) {
      Fatal("runtime: out of memory: too many goroutines");
    }
    sched.gs_opened += kGChunk;
  }
  // The memory is zero, which is an idle G.
  G* g = &sched.gs[sched.gs_used];
  __atomic_store_n(&sched.gs_used, sched.gs_used + 1, __ATOMIC_RELEASE);
  return g;
}

/// `p` has no dead G of its own: some of those that others have given back, or a new one.
GOLAB_NOINLINE G* RefillGs(P* p) noexcept {
  LockWord(&sched.lock);
  for (std::uint32_t i = 0; i < kGBatch && !sched.free_gs.Empty(); ++i)
    p->free_gs.PushHead(sched.free_gs.PopHead());
  G* g = p->free_gs.PopHead();
  if (g == nullptr) g = NewG();
  UnlockWord(&sched.lock);
  return g;
}

/// Goroutines that begin on one P and end on another must not gather here.
GOLAB_NOINLINE void ShareGs(P* p) noexcept {
  LockWord(&sched.lock);
  for (std::uint32_t i = 0; i < kGBatch; ++i) sched.free_gs.PushHead(p->free_gs.PopHead());
  UnlockWord(&sched.lock);
}

GOLAB_INLINE void FreeG(P* p, G* g) noexcept {
  p->free_gs.PushHead(g);
  if (Multi() && p->free_gs.size > kKeptGs) [[unlikely]]
    ShareGs(p);
}

GOLAB_INLINE G* AllocateG(P* p) noexcept {
  G* g = p->free_gs.PopHead();
  __builtin_prefetch(p->free_gs.head, 1);  // its link is read next time
  return g != nullptr ? g : RefillGs(p);
}

GOLAB_NOINLINE void RefillIds(P* p) noexcept {
  LockWord(&sched.lock);
  p->next_id = sched.next_id;
  sched.next_id += p->id_batch;
  p->end_id = sched.next_id;
  UnlockWord(&sched.lock);
  // Who starts many takes the lock that all share less and less often.
  if (p->id_batch < kMostIds) p->id_batch *= 2;
}

/// Gives `g` the fiber that TSan knows it by. The running one comes before it.
GOLAB_INLINE void MakeFiber(G* g) noexcept {
  if (!fiber::kTracked) return;
  constexpr std::int64_t kMostFibers = 4'000;  // TSan ends a process with some 6,000 of them
  if (LiveGoroutines() > kMostFibers) Fatal("race image: more than 4000 goroutines are alive");
  Extra(g)->fiber = fiber::Create(g->id, g->gopc);
}

/// A full ring: its older half goes to the global queue, as in Go.
GOLAB_COLD void Overflow(P* p, G* g) noexcept {
  LockWord(&sched.lock);
  for (std::uint32_t i = 0; i < RunQueue::kSlots / 2; ++i)
    sched.global.PushTail(p->queue.PopHead());
  sched.global.PushTail(g);
  UnlockWord(&sched.lock);
}

G* PopGlobal() noexcept {
  // Whoever pushed while another looks here looks itself before it goes idle.
  if (__atomic_load_n(&sched.global.head, __ATOMIC_RELAXED) == nullptr) return nullptr;
  LockWord(&sched.lock);
  G* g = sched.global.PopHead();
  UnlockWord(&sched.lock);
  return g;
}

/// `g` runs next; who was to run next goes to the end of the queue.
GOLAB_INLINE void PutNext(P* p, G* g) noexcept {
  G* old = p->runnext;
  p->runnext = g;
  if (old != nullptr && !p->queue.Push(old)) [[unlikely]]
    Overflow(p, old);
}

/// Who follows `previous`. Null: the scheduling loop sees to it.
GOLAB_INLINE G* Pick(P* p, G* previous) noexcept {
  if (world.is_virtual) [[unlikely]]
    return PickVirtual(p, previous);
  G* next = PickReal(p);
  const std::uint8_t flags = next == nullptr ? previous->flags : previous->flags | next->flags;
  if ((flags & kGWired) != 0) [[unlikely]] {  // one of them needs another thread
    p->assigned = next;
    return nullptr;
  }
  return next;
}

/// Notes how deep the running stack is.
GOLAB_INLINE void NoteDepth(P* p, G* g, const void* frame) noexcept {
  const auto depth = static_cast<std::uint32_t>(g->stack_top - static_cast<const char*>(frame));
  if (depth <= g->low_water) [[likely]]
    return;
  const bool page = depth / kPage > g->low_water / kPage;
  g->low_water = depth;
  if (page && depth > kPage && ShownId(g) != 0) Emit(p, EventType::kStackGrow, g->id, 0, depth, 0);
}

/// A stack's bounds where a sanitizer wants them.
GOLAB_INLINE StackBounds BoundsIfTracked(const G* g) noexcept {
#if GOLAB_ASAN
  return BoundsOf(g->stack_top);
#else
  (void)g;
  return {nullptr, nullptr};
#endif
}

/// `g` is about to run: gives it a stack if it has none, records its first run. Where it resumes;
/// of no use if that is this stack.
GOLAB_INLINE void* Arrive(P* p, G* g) noexcept {
  if ((g->flags & kGStarted) == 0) {
    const bool handed_over = g->stack_top != nullptr && g->id != 1;
    if (g->stack_top == nullptr) {
      g->stack_top = p->stacks.Take();
      g->low_water = 0;
    }
    // A stack that was handed over is the one that runs here: it is fresh below this frame.
    fiber::FreshStack(
        BoundsIfTracked(g).lo,
        handed_over ? static_cast<const char*>(__builtin_frame_address(0)) - 1024 : g->stack_top);
    if (!handed_over) g->sp = arch::PrepareStack(g->stack_top);
    g->flags |= kGStarted;
    Transition(p, g, Status::kRunnable, Status::kRunning, EventType::kStart, g->id, 0, StartPc(g),
               NextOrder(g));
  } else {
    Transition(p, g, Status::kRunnable, Status::kRunning,
               world.records_runs ? EventType::kRun : EventType::kNone, g->id, 0, 0, NextOrder(g));
  }
  p->current = g;
  return TakeSaved(g);
}

/// A switch by a goroutine with exceptions in flight: they travel with it.
GOLAB_NOINLINE void SwitchWithExceptions(P* p, G* me, void* next_sp, std::uint32_t* word) noexcept {
  const ExceptionGlobals saved = *p->exceptions;
  *p->exceptions = ExceptionGlobals{nullptr, 0};
  arch::Switch(&me->sp, next_sp, word, 0);
  *arch::ThisP()->exceptions = saved;
}

/// Announces to the sanitizers that `m`'s scheduling loop is about to run. `save`: where what
/// belongs to the running stack is kept; null if that stack ends.
GOLAB_INLINE void AnnounceLoop(const M* m, void** save) noexcept {
  fiber::StartSwitch(save, m->g0_bottom, m->g0_size, m->g0_fiber);
}

/// The same for `next`; null: the loop.
GOLAB_INLINE void Announce(P* p, const G* next, void** save) noexcept {
  if (next == nullptr) return AnnounceLoop(p->m, save);
  const StackBounds b = BoundsIfTracked(next);
  fiber::StartSwitch(save, b.lo, static_cast<std::size_t>(b.top - b.lo),
                     fiber::kTracked ? next->extra->fiber : nullptr);
}

/// Leaves the running goroutine `me` for `next`, or for the scheduling loop if that is null.
/// `word` becomes 0 once `me` is saved.
GOLAB_INLINE void Leave(P* p, G* me, G* next, std::uint32_t* word) noexcept {
  void* next_sp;
  if (next != nullptr) {
    next_sp = Arrive(p, next);
  } else {
    p->current = nullptr;
    next_sp = p->m->g0_sp;
  }
  DelayHere();
  void* kept = nullptr;
  Announce(p, next, &kept);
  if (p->exceptions->Any()) [[unlikely]] {
    SwitchWithExceptions(p, me, next_sp, word);
  } else {
    arch::Switch(&me->sp, next_sp, word, 0);
  }
  fiber::FinishSwitch(kept);
}

/// What a stop must note in a lab run before another goroutine runs.
GOLAB_INLINE void BeforeStop(P* p, G* me) noexcept {
  if (world.lab) [[unlikely]]
    MarkOutput(p, ShownId(me));
}

/// What runs next in the virtual world, on the M's own stack.
G* FindWorkVirtual(P* p) noexcept {
  if (G* g = PickVirtual(p, nullptr); g != nullptr) return g;
  if (world.phase != Phase::kRunning) return SettledMain(p);
  ReportDeadlock(p);
}

/// The scheduling loop of an M, on its own stack (g0). Returns when its thread is to end.
void ScheduleLoop(M* m) noexcept {
  for (;;) {
    G* g = world.is_virtual ? FindWorkVirtual(m->p) : FindWorkReal(m);
    if (g == nullptr) return;
    P* p = m->p;
    void* sp = Arrive(p, g);
    void* kept = nullptr;
    Announce(p, g, &kept);
    arch::Switch(&m->g0_sp, sp, &m->commit, 0);
    fiber::FinishSwitch(kept);
  }
}

void (*the_main)() = nullptr;

constexpr std::size_t kKeptFrames = 16 << 10;

/// Makes the compiler leave the room where it is.
GOLAB_NOINLINE void KeepFrames(void* room) noexcept {
  asm volatile("" : : "r"(room) : "memory");
}

void RunTheMain(void* /*closure*/) {
  P* p = arch::ThisP();
  if (world.lab) Emit(p, EventType::kMainStart, 1, 0, 0, 0);
  the_main();
  // What main's frames held stays as it was, for those who use it still: that is their fault, and
  // what a lab finds of it must not depend on what the runtime's own end writes there.
  if (world.lab) KeepFrames(__builtin_alloca(kKeptFrames));
  MainReturned();
}

constexpr ClosureOps kMainOps{0, nullptr, &RunTheMain, &the_main};

void InitExtra(G* g, const G* creator) noexcept {
  GExtra* x = Extra(g);
  UnwindState* unwind = x->unwind;
  *x = GExtra{};
  x->unwind = unwind;
  if (creator == nullptr) {
    x->path = kMainPath;
    return;
  }
  GExtra* parent = Extra(const_cast<G*>(creator));
  x->parent_path = parent->path;
  x->path = ChildPath(parent->path, ++parent->children);
  InheritWork(parent, x);
}

/// A G with its closure in place and an id; not yet runnable.
GOLAB_INLINE G* MakeG(P* p, const ClosureOps* ops) noexcept {
  G* g = AllocateG(p);
  if (p->next_id == p->end_id) [[unlikely]]
    RefillIds(p);
  g->id = p->next_id++;
  g->ops = ops;
  g->flags = 0;
  if (g->extra != nullptr) {  // of the one that had it before
    g->extra->thread_locks = 0;
    if (g->extra->labels != nullptr) DropLabels(g);
  }
  ++p->live;
  return g;
}

}  // namespace

const char* GoName(Status status) noexcept {
  switch (status) {
    case Status::kIdle:
      return "_Gidle";
    case Status::kRunnable:
      return "_Grunnable";
    case Status::kRunning:
      return "_Grunning";
    case Status::kSyscall:
      return "_Gsyscall";
    case Status::kWaiting:
      return "_Gwaiting";
    case Status::kDead:
      return "_Gdead";
    case Status::kCopystack:
      return "_Gcopystack";
    case Status::kPreempted:
      return "_Gpreempted";
  }
  return "_G?";
}

std::uintptr_t StartPc(const G* g) noexcept {
  const void* closure = g->closure;
  if ((g->flags & kGHeapClosure) != 0) __builtin_memcpy(&closure, g->closure, sizeof closure);
  return EntryAt(g->ops->target, closure);
}

namespace {

// So many locks found held in so little time: 4 producers with 4 consumers on a channel have 250 in
// it, a tree of goroutines (skynet) 5.
constexpr std::uint32_t kCollisions = 64;
constexpr std::uint64_t kCollisionsNs = 150'000;

/// One more lock that another M held. Many of them in little time mean that goroutines on two Ps
/// work on the same channel: together on one P they are faster.
void NoteCollision() noexcept {
  P* p = arch::ThisP();
  if (p == nullptr || ++p->collisions < kCollisions) return;
  const std::uint64_t now = Now();
  if (now - p->collisions_since < kCollisionsNs) Want(p, kWantTogether);
  p->collisions = 0;
  p->collisions_since = now;
}

}  // namespace

void SpinLockSlow(std::uint32_t* word) noexcept {
  NoteCollision();
  for (int spins = 0;; ++spins) {
    if (__atomic_load_n(word, __ATOMIC_RELAXED) == 0 &&
        __atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE) == 0) {
      return;
    }
    arch::Pause();
    // The holder may have lost its CPU inside the few instructions it holds the lock.
    if (spins % 2000 == 1999) YieldThread();
  }
}

void InitRuntime() noexcept {
  if (sched.gs != nullptr) return;
  InitStacks();
  ReserveGs();
  P* p = &first_p;
  procs.all[0] = p;
  procs.count = procs.active = 1;
  AttachP(BecomeM(&first_m), p);
  first_m.counted = first_m.announced = true;
  AttachFirstRecording(p);
  G* g = NewG();  // main: goroutine 1, reserved before any initialiser can start another
  g->id = 1;
  g->ops = &kMainOps;
  p->live = 1;
  if (world.lab || world.is_virtual) InitExtra(g, nullptr);
  Transition(p, g, Status::kIdle, Status::kRunnable, EventType::kCreate, 0, 0, 1, 0);
}

void RunMain(void (*main_function)()) noexcept {
  InitRuntime();
  P* p = &first_p;
  the_main = main_function;
  sched.started = true;
  if (SeveralPs()) SetProcs(world.lab ? world.procs : InitialProcs());
  G* g = &sched.gs[0];
  g->stack_top = MainStackTop();
  if (p->runnext != nullptr) {  // started by initialisers: they queue behind main
    p->queue.Push(p->runnext);
    p->runnext = nullptr;
  }
  SetBudget(world.plan != nullptr ? world.plan->quantum : kQuantumCallbacks);
  MakeFiber(g);
  PutNext(p, g);
  p->slice_start = Now();
  ScheduleLoop(&first_m);
  // Main's goroutine has ended with its thread locked: the process's first thread cannot end alone.
  for (;;) FutexWait(&first_m.commit, first_m.commit);
}

void* RunM(void* raw) {
  M* m = BecomeM(static_cast<M*>(raw));
  InstallAlternateStack();
  SetBudget(kQuantumCallbacks);
  ScheduleLoop(m);
  RemoveAlternateStack();
  return nullptr;
}

G* CurrentG(const char* what) noexcept {
  P* p = arch::ThisP();
  if (p == nullptr || p->current == nullptr) [[unlikely]]
    FatalOutside(what);
  return p->current;
}

GExtra* Extra(G* g) noexcept {
  if (g->extra == nullptr) {
    g->extra = new (std::nothrow) GExtra;
    if (g->extra == nullptr) Fatal("runtime: out of memory");
    KeepForEver(g->extra);
  }
  return g->extra;
}

namespace {

constexpr std::uint32_t kFirstSystemId = 1 << 30;  // far from what programs reach

/// `g` is not the program's: it takes no number of its, and what hangs on its place among the
/// creations stays as it is without it.
GOLAB_COLD void MakeSystem(P* p, G* g) noexcept {
  static constinit std::uint32_t made = 0;
  --p->next_id;  // taken on this P just now
  --p->live;
  g->id = kFirstSystemId + __atomic_fetch_add(&made, 1, __ATOMIC_RELAXED);
  g->flags |= kGSystem;
  if (!world.lab && !world.is_virtual) return;
  InitExtra(g, nullptr);
  g->extra->path = MixPath(g->id);
}

}  // namespace

void Spawn(const ClosureOps* ops, void* closure) {
  InitRuntime();
  GOLAB_AT_CALL_ON(kTheLives, kUp);
  P* p = arch::ThisP();
  if (p == nullptr) [[unlikely]]
    FatalOutside("go");
  G* g = MakeG(p, ops);
  if (ops->size <= kInlineClosure) [[likely]] {
    ops->move(g->closure, closure);
  } else {
    void* heap = std::malloc(ops->size);
    if (heap == nullptr) Fatal("runtime: out of memory: closure of a goroutine");
    ops->move(heap, closure);
    __builtin_memcpy(g->closure, &heap, sizeof heap);
    g->flags |= kGHeapClosure;
  }
  g->gopc = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  fiber::Release(g);
  // Initialisers and timers start goroutines in main's name: whoever stopped last has nothing to do
  // with it.
  const G* creator =
      p->current != nullptr && StatusOf(p->current) == Status::kRunning ? p->current : &sched.gs[0];
  g->creator = creator->id;
  if ((creator->flags & kGSystem) != 0 || p->spawns_system) [[unlikely]] {
    MakeSystem(p, g);
  } else if (world.lab || world.is_virtual) [[unlikely]] {
    InitExtra(g, creator);
  }
  if (labels_in_use && creator == p->current) [[unlikely]]
    InheritLabels(creator, g);
  MakeFiber(g);
  const std::uint64_t stack = CaptureStack(p, __builtin_frame_address(0));
  if (world.traced) [[unlikely]]
    NoteFunction(p, g);
  Transition(p, g, g->status == Status::kDead ? Status::kDead : Status::kIdle, Status::kRunnable,
             EventType::kCreate, g->creator, (creator->flags & kGStartsSystem) != 0, g->id, stack);
  NoteProgress(g);
  PutNext(p, g);
  if (--p->spawn_countdown == 0) [[unlikely]] {
    p->spawn_countdown = kLookEvery;
    if (SeveralPs()) NoteSpawns(p);
  }
}

void SpawnSystem(const ClosureOps* ops, void* closure) {
  InitRuntime();
  P* p = arch::ThisP();
  GOLAB_INVARIANT(p->current == nullptr, "a goroutine of the program's starts one of the outside");
  p->spawns_system = true;
  Spawn(ops, closure);
  p->spawns_system = false;
}

void SpawnBackground(const ClosureOps* ops) noexcept {
  constexpr std::uint32_t kId = 5;  // as Go's finalizer goroutine has
  P* p = arch::ThisP();
  G* g = MakeG(p, ops);
  --p->next_id;  // taken on this P just now
  --p->live;
  g->id = kId;
  g->flags |= kGBackground;
  g->gopc = 0;
  g->creator = 0;
  fiber::Release(g);
  if (world.lab || world.is_virtual) {
    InitExtra(g, nullptr);
    g->extra->path = ChildPath(0, 1);
  }
  MakeFiber(g);
  if (world.traced) NoteFunction(p, g);
  Transition(p, g, g->status == Status::kDead ? Status::kDead : Status::kIdle, Status::kRunnable,
             EventType::kCreate, 0, /*the runtime's*/ 1, kId, 0);
  NoteProgress(g);
  PutNext(p, g);
}

void SpawnNil() {
  Fatal("go of nil func value");
}

namespace {

GOLAB_INLINE void Mark(P* p, G* me, const void* frame, WaitReason reason,
                       std::uint64_t object) noexcept {
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  me->reason = reason;
  me->wait_object = object;
  Transition(p, me, Status::kRunning, Status::kWaiting, EventType::kBlock, me->id,
             static_cast<std::uint8_t>(reason), object, stack);
  if (world.lab) [[unlikely]]
    NoteParked(p, me, stack);
}

GOLAB_INLINE void LeaveUnprofiled(P* p, G* me, std::uint32_t* word) noexcept {
  G* next = Pick(p, me);
  if (next == me) {  // woken by what the pick set off; nothing was switched
    Arrive(p, me);
    UnlockWord(word);
  } else {
    Leave(p, me, next, word);
  }
  fiber::Acquire(me);  // what the waker did before Ready
}

GOLAB_NOINLINE void LeaveProfiled(P* p, G* me, std::uint32_t* word, const void* frame) noexcept {
  const std::uint64_t began = Now();
  LeaveUnprofiled(p, me, word);
  NoteBlocked(me->reason, Now() - began, frame);
}

GOLAB_INLINE void LeaveMarked(P* p, G* me, std::uint32_t* word, const void* frame) noexcept {
  if (ProfilesBlocks()) [[unlikely]]
    return LeaveProfiled(p, me, word, frame);
  LeaveUnprofiled(p, me, word);
}

}  // namespace

void AwaitSaved(const G* g) noexcept {
  for (int spins = 0; __atomic_load_n(&g->unsaved, __ATOMIC_ACQUIRE) != 0; ++spins) {
    arch::Pause();
    if (spins % 2000 == 1999) YieldThread();
  }
}

void PushGlobal(G* g) noexcept {
  LockWord(&sched.lock);
  sched.global.PushTail(g);
  UnlockWord(&sched.lock);
}

void Park(WaitReason reason, std::uint64_t object, std::uint32_t* commit_word) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  Mark(p, me, frame, reason, object);
  LeaveMarked(p, me, commit_word != nullptr ? commit_word : &me->unsaved, frame);
}

void MarkParked(WaitReason reason, std::uint64_t object) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  // relaxed: published with the announcement that the caller makes after this.
  __atomic_store_n(&me->unsaved, 1, __ATOMIC_RELAXED);
  Mark(p, me, __builtin_frame_address(0), reason, object);
}

void LeaveParked(std::uint32_t* commit_word) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  LeaveMarked(p, me, commit_word != nullptr ? commit_word : &me->unsaved,
              __builtin_frame_address(0));
}

void LeaveForCall(std::uint32_t* commit_word) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  Transition(p, me, Status::kRunning, Status::kSyscall, EventType::kSyscallBegin, me->id, 0, 0,
             CaptureStack(p, frame));
  LeaveUnprofiled(p, me, commit_word != nullptr ? commit_word : &me->unsaved);
}

void LeaveCall(M* m, G* me) noexcept {
  const ExceptionGlobals saved = *m->exceptions;
  *m->exceptions = ExceptionGlobals{nullptr, 0};
  void* kept = nullptr;
  AnnounceLoop(m, &kept);
  arch::Switch(&me->sp, m->g0_sp, &procs.lock, 0);
  fiber::FinishSwitch(kept);
  *arch::ThisP()->exceptions = saved;
}

namespace {

/// What Ready does but for the place in the queue. True: a running goroutine does it.
GOLAB_INLINE bool MakeRunnable(P* p, G* g, const void* frame) noexcept {
  DelayHere();
  if (Multi() && __atomic_load_n(&g->unsaved, __ATOMIC_ACQUIRE) != 0) [[unlikely]]
    AwaitSaved(g);
  G* me = p->current;
  const bool by_goroutine = me != nullptr && StatusOf(me) == Status::kRunning;
  // A lab's also where the clock acts on the stack of somebody; who has ended has none.
  const bool has_stack = by_goroutine || (world.lab && me != nullptr);
  const std::uint64_t stack = world.records_runs && has_stack ? CaptureStack(p, frame) : 0;
  Transition(p, g, Status::kWaiting, Status::kRunnable, EventType::kUnblock,
             by_goroutine ? ShownId(me) : 0, 0, g->id | NextOrder(g) << 32, stack);
  NoteProgress(g);
  // The clock orders nothing: it is on the stack of somebody who has nothing to do with `g`.
  if (by_goroutine) fiber::Release(g);
  return by_goroutine;
}

}  // namespace

void ReadyBehind(G* g) noexcept {
  P* p = arch::ThisP();
  MakeRunnable(p, g, __builtin_frame_address(0));
  if (!p->queue.Push(g)) [[unlikely]]
    Overflow(p, g);
}

void Ready(G* g) noexcept {
  P* p = arch::ThisP();
  const bool by_goroutine = MakeRunnable(p, g, __builtin_frame_address(0));
  // What a student sees must not hang on how busy the machine is: after a long pause of the
  // process, who has slept does not overtake those who were ready before.
  if (world.lab && !world.is_virtual && !by_goroutine && p->queue.Push(g)) [[unlikely]]
    return;
  PutNext(p, g);
}

/// In real time a busy goroutine would keep a lab's run from its end after main's return: it gets
/// as many slices as in the virtual world, then main ends the run.
bool SettledEnough(EventType why) noexcept {
  static constinit std::uint32_t slices = 0;
  if (world.is_virtual || world.phase != Phase::kSettling || why != EventType::kPreempt)
    return false;
  // One of several Ps is the last.
  return __atomic_add_fetch(&slices, 1, __ATOMIC_RELAXED) == kLivelockPreemptions;
}

void Yield(EventType why) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  Transition(p, me, Status::kRunning, Status::kRunnable, why, me->id, 0, 0, stack);
  if (world.is_virtual) [[unlikely]] {
    PushGlobal(me);
    if (why == EventType::kPreempt) NotePreemption(p, me);
    Extra(me)->demoted = true;
    G* next = PickVirtual(p, me);
    if (next == me) {
      Arrive(p, me);
      return;
    }
    return Leave(p, me, next, &me->unsaved);
  }
  G* next = SettledEnough(why) ? SettledMain(p) : Pick(p, me);
  if (next == nullptr && p->assigned == nullptr && NothingWanted(p)) {
    Arrive(p, me);
    return;
  }
  // Into the queue only now, under the lock that the switch releases: nobody finds it unsaved.
  LockWord(&sched.lock);
  sched.global.PushTail(me);
  Leave(p, me, next, &sched.lock);
}

void GiveWay() noexcept {
  P* p = arch::ThisP();
  const bool alone = p->runnext == nullptr && p->queue.Size() == 0 && sched.global.Empty();
  if (!world.is_virtual || alone) return Yield(EventType::kYield);
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  Transition(p, me, Status::kRunning, Status::kRunnable, EventType::kYield, me->id, 0, 0, stack);
  G* next = PickVirtual(p, me);  // not this one, which is in no queue
  PushGlobal(me);
  NoteProgress(me);  // to the search: the next one's step lets it go on
  Leave(p, me, next, &me->unsaved);
}

void YieldTo(G* next) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  Transition(p, me, Status::kRunning, Status::kRunnable, EventType::kYield, me->id, 1, 0, stack);
  PushGlobal(me);
  Leave(p, me, next, &me->unsaved);  // virtual world: one M
}

void EndCurrent(EndKind kind) noexcept {
  for (;;) {
    P* p = arch::ThisP();
    G* me = p->current;
    BeforeStop(p, me);
    if (world.lab) NoteWork(me);
    Transition(p, me, Status::kRunning, Status::kDead, EventType::kEnd, me->id,
               static_cast<std::uint8_t>(kind), 0, 0);
    NoteProgress(nullptr);
    Touch(kTheLives, AccessMode::kUp);
    if ((me->flags & (kGSystem | kGBackground)) == 0) --p->live;
    char* stack_top = me->stack_top;
    const std::uint32_t low_water = me->low_water;
    me->stack_top = nullptr;
    const bool is_main = me->id == 1;
    // TSan would take what the next goroutine does there for a race with what this one did.
    const bool is_reused = !is_main && !fiber::kTracked;
    const std::uint8_t flags = me->flags;
    if (is_reused && (flags & kGWired) == 0) FreeG(p, me);
    G* next = Pick(p, me);
    if (next != nullptr && (next->flags & kGStarted) == 0 && is_reused && next->id != 1) {
      // The next one has not begun: it takes over this stack, without any switch.
      next->stack_top = stack_top;
      next->low_water = low_water;
      Arrive(p, next);
      kind = RunRoot(next);
      continue;
    }
    if (is_reused) p->stacks.Give(stack_top, low_water);
    // Nobody but this P takes stacks from its cache, so this one stays ours until the jump.
    void* next_sp = p->m->g0_sp;
    if (next == nullptr) {
      p->current = nullptr;
    } else {
      next_sp = Arrive(p, next);
    }
    Announce(p, next, fiber::KeepFrames());
    if (fiber::kTracked) fiber::Destroy(me->extra->fiber);
    arch::Jump(next_sp);
  }
}

void TakeAllGlobal(P* p) noexcept {
  LockWord(&sched.lock);
  while (!sched.global.Empty() && p->queue.Size() < RunQueue::kSlots / 2)
    p->queue.Push(sched.global.PopHead());
  UnlockWord(&sched.lock);
}

// Another M may be at taking the timer out of the wheel that it was in, and at pinning what it
// belongs to: it is nobody else's only once that M has let go of that wheel's lock.
void ArmTimer(Timer* timer) noexcept {
  P* p = arch::ThisP();
  P* last = __atomic_load_n(&timer->owner, __ATOMIC_RELAXED);
  if (last != nullptr && last != p) {
    LockWord(&last->timer_lock);
    UnlockWord(&last->timer_lock);
  }
  LockWord(&p->timer_lock);
  // relaxed: who disarms is ordered after us by what guards the timer.
  __atomic_store_n(&timer->owner, p, __ATOMIC_RELAXED);
  p->timers.Insert(timer);
  if (timer->when < p->next_when) __atomic_store_n(&p->next_when, timer->when, __ATOMIC_RELAXED);
  UnlockWord(&p->timer_lock);
  NoteArmed(timer);
}

bool DisarmTimer(Timer* timer) noexcept {
  P* owner = __atomic_load_n(&timer->owner, __ATOMIC_RELAXED);
  if (owner == nullptr) return false;
  LockWord(&owner->timer_lock);
  const bool armed = owner->timers.Remove(timer);
  UnlockWord(&owner->timer_lock);
  return armed;
}

void RunTimers(P* owner, std::uint64_t now) noexcept {
  if (__atomic_load_n(&owner->next_when, __ATOMIC_RELAXED) > now) return;
  const fiber::ActingAs clock(arch::ThisP()->m->g0_fiber);
  for (;;) {
    LockWord(&owner->timer_lock);
    DelayHere();
    Timer* t = owner->timers.PopDue(now);
    if (t == nullptr) {
      __atomic_store_n(&owner->next_when, owner->timers.NextWhen(), __ATOMIC_RELAXED);
      UnlockWord(&owner->timer_lock);
      return;
    }
    DelayHere();
    const bool pinned = t->pin == nullptr || t->pin(t);
    UnlockWord(&owner->timer_lock);
    DelayHere();
    if (pinned) t->fire(t, now);
  }
}

namespace {

/// Whether the oldest in the queue is to run before newer ones. Where the newest run first, not at
/// each turn: the oldest are roots of trees of goroutines, and each such tree begun before another
/// is done lengthens the queue.
GOLAB_INLINE bool OldestIsDue(P* p) noexcept {
  if (!p->newest_first) return true;
  const std::uint64_t now = Now();
  if (now - p->oldest_taken < kOldestEvery) return false;
  p->oldest_taken = now;
  return true;
}

/// For IsStale: of those that were there when it looked, the newest has been taken.
GOLAB_INLINE void NoteTailTaken(P* p) noexcept {
  const std::uint32_t tail = p->queue.Tail();
  const std::uint32_t sample = __atomic_load_n(&p->sample_tail, __ATOMIC_RELAXED);
  if (static_cast<std::int32_t>(sample - tail) > 0)
    __atomic_store_n(&p->sample_tail, tail, __ATOMIC_RELAXED);
}

}  // namespace

G* TakeLocal(P* p) noexcept {
  const std::uint32_t tick = p->tick + 1;
  __atomic_store_n(&p->tick, tick, __ATOMIC_RELAXED);
  if (tick % kGlobalEvery == 0) [[unlikely]] {
    // Who waits longest: two that always make each other ready would keep all others out for ever.
    if (OldestIsDue(p)) {
      if (G* g = PopGlobal()) return g;
      if (G* g = p->queue.PopHead()) return g;
    }
  }
  if (G* g = p->runnext) {
    p->runnext = nullptr;
    return g;
  }
  const std::uint32_t size = p->queue.Size();
  if (size > (p->newest_first ? kFifoBelow : kLifoAbove)) {
    p->newest_first = true;
    if (G* g = Multi() ? p->queue.PopTail() : p->queue.PopTailSolo()) {
      NoteTailTaken(p);
      return g;
    }
  } else {
    p->newest_first = false;
  }
  if (G* g = p->queue.PopHead()) return g;
  return PopGlobal();
}

G* PickReal(P* p) noexcept {
  // kWantLook: so that also who gives way alone comes to the loop.
  if (!NothingWanted(p)) [[unlikely]]
    return nullptr;
  if (p->tick % kTimersEvery == 0 && p->next_when != Wheel::kNone && p->next_when <= Now())
      [[unlikely]] {
    Want(p, kWantLook);
    return nullptr;
  }
  if (p->tick % kGlobalEvery == 0 && (__atomic_load_n(&procs.any_returned, __ATOMIC_RELAXED) != 0 ||
                                      NetNeedsLooks())) [[unlikely]] {
    Want(p, kWantLook);
    return nullptr;
  }
  return TakeLocal(p);
}

}  // namespace golab::rt

void golab_goroutine_main() {
  using namespace golab::rt;
  fiber::FinishSwitch(nullptr);
  fiber::Acquire(arch::ThisP()->current);
  EndCurrent(RunRoot(arch::ThisP()->current));
}
