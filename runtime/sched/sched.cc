#include "runtime/sched/sched.h"

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

#include <cstdlib>

#include "runtime/arch/fiber.h"
#include "runtime/debugger/debugger_info.h"
#include "runtime/sched/transition.h"
#include "runtime/unwind/unwind.h"
#include "runtime/world/exit.h"
#include "runtime/world/recording.h"
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

constinit bool multi_flag = false;
constinit Sched sched;
constinit P the_p;

// Linked in wherever the scheduler is, for debuggers: nothing else refers to it.
[[gnu::used]] static const DebuggerFact* const kDebuggerInfo = golab_debugger_info;

namespace {

constexpr std::size_t kMaxGs = kMaxGoroutines;
constexpr std::uint32_t kGChunk = (2u << 20) / sizeof(G);
constexpr std::uint32_t kLifoAbove = 256;   // longer queues run newest first: skynet needs 10x less
constexpr std::uint32_t kGlobalEvery = 61;  // Go's number; all near it were within noise
constexpr std::uint32_t kTimersEvery = 32;  // picks between two looks at the clock

void ReserveGs() noexcept {
  void* p = mmap(nullptr, kMaxGs * sizeof(G), PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) Fatal("runtime: cannot reserve address space for goroutines");
  madvise(p, kMaxGs * sizeof(G), MADV_NOHUGEPAGE);
  sched.gs = static_cast<G*>(p);
}

G* NewG() noexcept {
  if (sched.gs_used == sched.gs_opened) {
    if (sched.gs_opened + kGChunk > kMaxGs ||
        mprotect(sched.gs + sched.gs_opened, kGChunk * sizeof(G), PROT_READ | PROT_WRITE) != 0) {
      Fatal("runtime: out of memory: too many goroutines");
    }
    sched.gs_opened += kGChunk;
  }
  // The memory is zero, which is an idle G.
  return &sched.gs[sched.gs_used++];
}

G* AllocateG(P* p) noexcept {
  G* g = p->free_gs.PopHead();
  if (g == nullptr) g = NewG();
  return g;
}

/// Gives `g` the fiber that TSan knows it by. The running one comes before it.
GOLAB_INLINE void MakeFiber(G* g) noexcept {
  if (!fiber::kTracked) return;
  constexpr std::uint32_t kMostFibers = 4'000;  // TSan ends a process with some 6,000 of them
  if (sched.live > kMostFibers) Fatal("race image: more than 4000 goroutines are alive");
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

void PushGlobal(G* g) noexcept {
  LockWord(&sched.lock);
  sched.global.PushTail(g);
  UnlockWord(&sched.lock);
}

G* PopGlobal() noexcept {
  if (sched.global.Empty()) return nullptr;
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

GOLAB_INLINE G* Pick(P* p, G* previous) noexcept {
  return world.is_virtual ? PickVirtual(p, previous) : PickReal(p);
}

/// Notes how deep the running stack is.
GOLAB_INLINE void NoteDepth(P* p, G* g, const void* frame) noexcept {
  const auto depth = static_cast<std::uint32_t>(g->stack_top - static_cast<const char*>(frame));
  if (depth <= g->low_water) [[likely]]
    return;
  const bool page = depth / kPage > g->low_water / kPage;
  g->low_water = depth;
  if (page && depth > kPage) Emit(p, EventType::kStackGrow, g->id, 0, depth, 0);
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

/// `g` is about to run: gives it a stack if it has none, records its first run.
GOLAB_INLINE void Arrive(P* p, G* g) noexcept {
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
    g->sp = arch::PrepareStack(g->stack_top);
    g->flags |= kGStarted;
    Transition(p, g, Status::kRunnable, Status::kRunning, EventType::kStart, g->id, 0, StartPc(g),
               0);
  } else {
    Transition(p, g, Status::kRunnable, Status::kRunning,
               world.lab ? EventType::kRun : EventType::kNone, g->id, 0, 0, 0);
  }
  p->current = g;
}

/// A switch by a goroutine with exceptions in flight: they travel with it.
GOLAB_NOINLINE void SwitchWithExceptions(P* p, G* me, void* next_sp, std::uint32_t* word) noexcept {
  const ExceptionGlobals saved = *p->exceptions;
  *p->exceptions = ExceptionGlobals{nullptr, 0};
  arch::Switch(&me->sp, next_sp, word, 0);
  *arch::ThisP()->exceptions = saved;
}

/// Announces to the sanitizers that `next` (null: the scheduling loop) is about to run. `save`:
/// where what belongs to the running stack is kept; null if that stack ends.
GOLAB_INLINE void Announce(P* p, const G* next, void** save) noexcept {
  if (next == nullptr) {
    fiber::StartSwitch(save, p->g0_bottom, p->g0_size, p->g0_fiber);
    return;
  }
  const StackBounds b = BoundsIfTracked(next);
  fiber::StartSwitch(save, b.lo, static_cast<std::size_t>(b.top - b.lo),
                     fiber::kTracked ? next->extra->fiber : nullptr);
}

/// Leaves the running goroutine `me` for `next`, or for the scheduling loop if that is null.
/// `word` becomes 0 once `me` is saved.
GOLAB_INLINE void Leave(P* p, G* me, G* next, std::uint32_t* word) noexcept {
  void* next_sp;
  if (next != nullptr) {
    Arrive(p, next);
    next_sp = next->sp;
  } else {
    p->current = nullptr;
    next_sp = p->g0_sp;
  }
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
    MarkOutput(p, me->id);
}

/// Waits for something to run. On the M's own stack. Never null: ends the process where nothing
/// can ever run again.
G* FindWork(P* p) noexcept {
  for (;;) {
    if (world.is_virtual) {
      G* g = PickVirtual(p, nullptr);
      if (g != nullptr) return g;
    } else {
      CalibrateEventClock();
      RunTimers(p, Now());
      G* g = PickReal(p);
      if (g != nullptr) return g;
      const std::uint64_t next = p->timers.NextWhen();
      if (next != Wheel::kNone && world.phase == Phase::kRunning) {
        if (world.lab) MarkOutputFully(p, 0);
        const std::uint64_t at = world.start + next;
        timespec until{static_cast<time_t>(at / 1'000'000'000),
                       static_cast<long>(at % 1'000'000'000)};
        SleepUntil(until);
        continue;
      }
    }
    if (world.phase != Phase::kRunning) return SettledMain(p);
    ReportDeadlock(p);
  }
}

/// The scheduling loop of an M, on its own stack (g0).
[[noreturn]] void ScheduleLoop(P* p) noexcept {
  for (;;) {
    G* g = FindWork(p);
    Arrive(p, g);
    void* kept = nullptr;
    Announce(p, g, &kept);
    arch::Switch(&p->g0_sp, g->sp, &p->commit, 0);
    fiber::FinishSwitch(kept);
    p = arch::ThisP();
  }
}

/// Notes the bounds of the M's own stack where a sanitizer wants them.
void NoteOwnStack([[maybe_unused]] P* p) noexcept {
#if GOLAB_ASAN
  pthread_attr_t attributes;
  void* bottom = nullptr;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  pthread_attr_getstack(&attributes, &bottom, &p->g0_size);
  pthread_attr_destroy(&attributes);
  p->g0_bottom = bottom;
#endif
}

void (*the_main)() = nullptr;

void RunTheMain(void* /*closure*/) {
  P* p = arch::ThisP();
  if (world.lab) Emit(p, EventType::kMainStart, 1, 0, 0, 0);
  the_main();
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
  g->id = sched.next_id++;
  g->ops = ops;
  g->flags = 0;
  if (g->extra != nullptr) g->extra->thread_locks = 0;  // of the one that had it before
  ++sched.live;
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

void SpinLockSlow(std::uint32_t* word) noexcept {
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
  P* p = &the_p;
  golab_tls_p = p;
  p->exceptions = __cxa_get_globals();
  p->g0_fiber = fiber::Current();
  AttachRecording(p);
  G* g = NewG();  // main: goroutine 1, reserved before any initialiser can start another
  g->id = 1;
  g->ops = &kMainOps;
  sched.live = 1;
  if (world.lab || world.is_virtual) InitExtra(g, nullptr);
  Transition(p, g, Status::kIdle, Status::kRunnable, EventType::kCreate, 0, 0, 1, 0);
}

void RunMain(void (*main_function)()) noexcept {
  InitRuntime();
  P* p = &the_p;
  the_main = main_function;
  sched.started = true;
  G* g = &sched.gs[0];
  g->stack_top = MainStackTop();
  if (p->runnext != nullptr) {  // started by initialisers: they queue behind main
    p->queue.Push(p->runnext);
    p->runnext = nullptr;
  }
  SetBudget(world.plan != nullptr ? world.plan->quantum : kQuantumCallbacks);
  MakeFiber(g);
  PutNext(p, g);
  NoteOwnStack(p);
  p->slice_start = Now();
  ScheduleLoop(p);
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
  }
  return g->extra;
}

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
      p->current != nullptr && p->current->status == Status::kRunning ? p->current : &sched.gs[0];
  g->creator = creator->id;
  if (world.lab || world.is_virtual) [[unlikely]]
    InitExtra(g, creator);
  MakeFiber(g);
  const std::uint64_t stack = CaptureStack(p, __builtin_frame_address(0));
  Transition(p, g, g->status == Status::kDead ? Status::kDead : Status::kIdle, Status::kRunnable,
             EventType::kCreate, g->creator, 0, g->id, stack);
  NoteProgress(g);
  PutNext(p, g);
}

void SpawnNil() {
  Fatal("go of nil func value");
}

void Park(WaitReason reason, std::uint64_t object, std::uint32_t* commit_word) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  me->reason = reason;
  me->wait_object = object;
  Transition(p, me, Status::kRunning, Status::kWaiting, EventType::kBlock, me->id,
             static_cast<std::uint8_t>(reason), object, stack);
  if (world.lab) [[unlikely]]
    NoteParked(p, me, stack);
  std::uint32_t* word = commit_word != nullptr ? commit_word : &p->commit;
  G* next = Pick(p, me);
  if (next == me) {  // woken by what the pick set off; nothing was switched
    Arrive(p, me);
    UnlockWord(word);
  } else {
    Leave(p, me, next, word);
  }
  fiber::Acquire(me);  // what the waker did before Ready
}

void Ready(G* g) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const std::uint64_t stack =
      world.lab && me != nullptr ? CaptureStack(p, __builtin_frame_address(0)) : 0;
  const bool by_goroutine = me != nullptr && me->status == Status::kRunning;
  Transition(p, g, Status::kWaiting, Status::kRunnable, EventType::kUnblock,
             by_goroutine ? me->id : 0, 0, g->id, stack);
  NoteProgress(g);
  // The clock orders nothing: it is on the stack of somebody who has nothing to do with `g`.
  if (by_goroutine) fiber::Release(g);
  PutNext(p, g);
}

/// In real time a busy goroutine would keep a lab's run from its end after main's return: it gets
/// as many slices as in the virtual world, then main ends the run. A lab's run has one P.
bool SettledEnough(EventType why) noexcept {
  static constinit std::uint32_t slices = 0;
  if (world.is_virtual || world.phase != Phase::kSettling || why != EventType::kPreempt)
    return false;
  return ++slices >= kLivelockPreemptions;
}

void Yield(EventType why) noexcept {
  P* p = arch::ThisP();
  G* me = p->current;
  const void* frame = __builtin_frame_address(0);
  NoteDepth(p, me, frame);
  BeforeStop(p, me);
  const std::uint64_t stack = CaptureStack(p, frame);
  Transition(p, me, Status::kRunning, Status::kRunnable, why, me->id, 0, 0, stack);
  PushGlobal(me);
  if (world.is_virtual) [[unlikely]] {
    if (why == EventType::kPreempt) NotePreemption(p, me);
    Extra(me)->demoted = true;
  }
  G* next = SettledEnough(why) ? SettledMain(p) : Pick(p, me);
  if (next == me) {
    Arrive(p, me);
    return;
  }
  Leave(p, me, next, &p->commit);
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
  Leave(p, me, next, &p->commit);
}

void EndCurrent(EndKind kind) noexcept {
  for (;;) {
    P* p = arch::ThisP();
    G* me = p->current;
    BeforeStop(p, me);
    if (world.lab) NoteWork(me);
    me->end_kind = kind;
    Transition(p, me, Status::kRunning, Status::kDead, EventType::kEnd, me->id,
               static_cast<std::uint8_t>(kind), 0, 0);
    NoteProgress(nullptr);
    Touch(kTheLives, AccessMode::kUp);
    --sched.live;
    char* stack_top = me->stack_top;
    const std::uint32_t low_water = me->low_water;
    me->stack_top = nullptr;
    const bool is_main = me->id == 1;
    // TSan would take what the next goroutine does there for a race with what this one did.
    const bool is_reused = !is_main && !fiber::kTracked;
    if (is_reused) p->free_gs.PushHead(me);
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
    if (next == nullptr) {
      p->current = nullptr;
    } else {
      Arrive(p, next);
    }
    Announce(p, next, fiber::KeepFrames());
    if (fiber::kTracked) fiber::Destroy(me->extra->fiber);
    arch::Jump(next == nullptr ? p->g0_sp : next->sp);
  }
}

void RunTimers(P* p, std::uint64_t now) noexcept {
  const fiber::ActingAs clock(p->g0_fiber);
  while (Timer* t = p->timers.PopDue(now)) t->fire(t, now);
}

G* PickReal(P* p) noexcept {
  if (p->timers.size() != 0 && ++p->tick % kTimersEvery == 0) [[unlikely]] {
    // Only timers that make others ready: `previous` is saved only after the pick, and a second P
    // could take it before. With one P that is harmless.
    RunTimers(p, Now());
  }
  if (++p->tick % kGlobalEvery == 0 && !sched.global.Empty()) [[unlikely]]
    return PopGlobal();
  if (G* g = p->runnext) {
    p->runnext = nullptr;
    return g;
  }
  if (p->queue.Size() > kLifoAbove && !Multi() && p->tick % kGlobalEvery != 1) {
    return p->queue.PopTailSolo();
  }
  if (G* g = p->queue.PopHead()) return g;
  return PopGlobal();
}

}  // namespace golab::rt

void golab_goroutine_main() {
  using namespace golab::rt;
  fiber::FinishSwitch(nullptr);
  fiber::Acquire(arch::ThisP()->current);
  EndCurrent(RunRoot(arch::ThisP()->current));
}
