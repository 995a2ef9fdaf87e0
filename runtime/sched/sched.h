#pragma once
// The scheduler: goroutines onto processors. Go: runtime/proc.go. Who holds a processor: procs.h.

#include "runtime/base/fault.h"
#include "runtime/base/spin_lock.h"
#include "runtime/sched/p.h"
#include "runtime/sched/procs.h"
#include "runtime/world/exit.h"

namespace golab::rt {

/// The whole scheduler's shared state.
struct Sched {
  std::uint32_t lock = 0;     // guards global, next_id, free_gs and the array of Gs
  GList global;               // runnable goroutines of no P; Gosched and preemption put them here
  std::uint32_t next_id = 6;  // 1 is main, 2 to 5 are Go's system goroutines
  GList free_gs;              // dead Gs that Ps with many have given back
  G* gs = nullptr;            // all Gs ever, a dense array
  std::uint32_t gs_used = 0;  // atomic: ForEachG reads it
  std::uint32_t gs_opened = 0;
  bool started = false;  // main has begun
  bool main_returned = false;
};

extern Sched sched;

/// Reserves memory and attaches the calling thread to the P. Idempotent; before anything else.
void InitRuntime() noexcept;

/// Runs `main_function` as goroutine 1 and never returns: when it returns the process exits.
[[noreturn]] void RunMain(void (*main_function)()) noexcept;

/// Starts a goroutine that is not the program's. The first thread, before main.
void SpawnSystem(const ClosureOps* ops, void* closure);

/// Starts the one goroutine of the runtime's that is recorded as such (kGBackground). Any goroutine.
void SpawnBackground(const ClosureOps* ops) noexcept;

/// The goroutine that runs here. Fatal (`what` outside a goroutine) where none does.
G* CurrentG(const char* what) noexcept;

/// Fatal (`what` outside a goroutine) on a thread that holds no P. Cheaper than CurrentG.
GOLAB_INLINE void RequireP(const char* what) noexcept {
  if (arch::ThisP() == nullptr) [[unlikely]]
    FatalOutside(what);
}

/// Makes the running goroutine wait until Ready. `commit_word`, if not null, is set to 0 when the
/// goroutine can be made ready from elsewhere: it is the lock under which the caller announced
/// itself. Returns after Ready. Go: gopark.
void Park(WaitReason reason, std::uint64_t object, std::uint32_t* commit_word) noexcept;

/// The halves of Park, for those whose announcement no single lock guards: MarkParked; then make it
/// known to those who may wake it, who wait in Ready until it is saved; then LeaveParked(nullptr).
/// In between nothing may wait for a lock that is held by one who calls Ready.
void MarkParked(WaitReason reason, std::uint64_t object) noexcept;
void LeaveParked(std::uint32_t* commit_word) noexcept;

/// Waits until `g`, which another M has announced as parked, is saved: a few instructions, unless
/// that M has lost its CPU.
GOLAB_COLD void AwaitSaved(const G* g) noexcept;

/// Makes a parked goroutine runnable; it is the next to run on this P. Go: goready.
void Ready(G* g) noexcept;

/// The same, but it goes to the end of this P's queue.
void ReadyBehind(G* g) noexcept;

/// Puts the running goroutine behind all runnable ones. Go: Gosched, goschedImpl.
void Yield(EventType why) noexcept;

/// As Yield, but of several that can run it is another one that does, whatever the schedule.
void GiveWay() noexcept;

/// As Yield, for a goroutine that the caller has taken out of its queue: it runs now. Virtual
/// world.
void YieldTo(G* next) noexcept;

/// Address of the function that `g` begins with, 0 if unknown.
std::uintptr_t StartPc(const G* g) noexcept;

/// Called by the program's own functions while the runtime is inside an operation (element copies).
struct EnteredScope {
  EnteredScope() noexcept { ++arch::ThisP()->entered; }

  ~EnteredScope() { --arch::ThisP()->entered; }
};

/// The calling goroutine's extra part, made if there is none yet.
GExtra* Extra(G* g) noexcept;

/// Some goroutine has or had labels (pprof/label_map.h). Atomic; never cleared.
extern bool labels_in_use;
/// `g`, which is being made, has the labels of `creator`, which runs here.
void InheritLabels(const G* creator, G* g) noexcept;
/// `g` has ended.
void DropLabels(G* g) noexcept;

/// Ends the running goroutine: its closure has been left.
[[noreturn]] void EndCurrent(EndKind kind) noexcept;

/// Calls visit(G*) for each goroutine of the program that is neither dead nor idle, in order of
/// their places.
template <class Visit>
void ForEachG(Visit&& visit) noexcept {
  for (std::uint32_t i = 0; i < sched.gs_used; ++i) {
    G* g = &sched.gs[i];
    const Status status = StatusOf(g);
    if (status != Status::kDead && status != Status::kIdle &&
        (g->flags & (kGSystem | kGBackground)) == 0)
      visit(g);
  }
}

/// Arms and disarms a timer. Whoever does it holds what guards the timer's other fields.
void ArmTimer(Timer* timer) noexcept;
bool DisarmTimer(Timer* timer) noexcept;

/// Fires every timer of `owner` that is due, in the name of the calling M. Real world; the caller
/// holds no lock.
void RunTimers(P* owner, std::uint64_t now) noexcept;

/// The next goroutine to run on `p`; null if there is none, or the scheduling loop has to look
/// after something first. Takes no lock but sched.lock. Real world.
G* PickReal(P* p) noexcept;

/// The next goroutine in the queues that `p` looks at; null if there is none. Real world.
G* TakeLocal(P* p) noexcept;

/// Behind all that are runnable.
void PushGlobal(G* g) noexcept;

/// Moves what lies in the global queue to p's own, as far as there is room. Its M.
void TakeAllGlobal(P* p) noexcept;

/// The body of an M's thread. `m`: an M* that has a P.
void* RunM(void* m);

/// Leaves the running goroutine in a blocking call that no thread of its own waits in: in the real
/// world PushReturned ends it. `commit_word` as in Park; a switch follows with that lock held, so
/// it may be procs.lock.
void LeaveForCall(std::uint32_t* commit_word) noexcept;

/// Leaves the running goroutine `me`, in a blocking call and without a P, for the scheduling loop
/// of `m`; procs.lock is held and released once `me` is saved.
void LeaveCall(M* m, G* me) noexcept;

}  // namespace golab::rt
