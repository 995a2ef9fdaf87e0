#pragma once
// The scheduler: goroutines onto processors. Go: runtime/proc.go.
//
// One P runs goroutines in this version; everything that a second one would touch already goes
// through queues and locks that the `multi` flag makes real.

#include "runtime/base/fault.h"
#include "runtime/base/spin_lock.h"
#include "runtime/sched/p.h"
#include "runtime/world/exit.h"

namespace golab::rt {

/// The whole scheduler's shared state.
struct Sched {
  std::uint32_t lock = 0;     // guards global, next_id and gs_opened
  GList global;               // runnable goroutines of no P; Gosched and preemption put them here
  std::uint32_t next_id = 6;  // 1 is main, 2 to 5 are Go's system goroutines
  std::uint64_t live = 0;     // goroutines that have not ended, main included, system ones not
  G* gs = nullptr;            // all Gs ever, a dense array
  std::uint32_t gs_used = 0;
  std::uint32_t gs_opened = 0;
  std::uint32_t max_procs = 1;  // what GOMAXPROCS was set to
  bool started = false;         // main has begun
  bool main_returned = false;
};

extern Sched sched;

extern P the_p;  // the one P of this version

/// Reserves memory and attaches the calling thread to the P. Idempotent; before anything else.
void InitRuntime() noexcept;

/// Runs `main_function` as goroutine 1 and never returns: when it returns the process exits.
[[noreturn]] void RunMain(void (*main_function)()) noexcept;

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

/// Makes a parked goroutine runnable; it is the next to run on this P. Go: goready.
void Ready(G* g) noexcept;

/// Puts the running goroutine behind all runnable ones. Go: Gosched, goschedImpl.
void Yield(EventType why) noexcept;

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

/// Ends the running goroutine: its closure has been left.
[[noreturn]] void EndCurrent(EndKind kind) noexcept;

/// Calls visit(G*) for each goroutine that is neither dead nor idle, in order of id.
template <class Visit>
void ForEachG(Visit&& visit) noexcept {
  for (std::uint32_t i = 0; i < sched.gs_used; ++i) {
    G* g = &sched.gs[i];
    if (g->status != Status::kDead && g->status != Status::kIdle) visit(g);
  }
}

/// Fires every timer of `p` that is due. Real world.
void RunTimers(P* p, std::uint64_t now) noexcept;

/// The next goroutine to run on `p` without waiting, null if there is none. Real world.
G* PickReal(P* p) noexcept;

}  // namespace golab::rt
