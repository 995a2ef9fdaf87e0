#pragma once
// G: a goroutine. 128 bytes, so that a million of them cost less than their stacks' page tables.
//
// Who may touch what: the fields are written by the M that runs the goroutine, or, while it is not
// running, by the one that holds the lock of the queue it is in. `status` changes in Transition
// alone (transition.h). `link` belongs to the queue the goroutine is in.

#include <cstddef>
#include <cstdint>

#include "golab/go.h"

#include "runtime/base/compiler.h"
#include "runtime/event/record.h"

namespace golab::rt {

struct SelectCase;

/// Where a goroutine is in its life. Values are Go's: never renumber.
enum class Status : std::uint8_t {
  kIdle = 0,      ///< Memory only.
  kRunnable = 1,  ///< In exactly one queue. Its stack belongs to nobody.
  kRunning = 2,   ///< An M and a P are attached; only that M touches its stack.
  kSyscall = 3,   ///< In a blocking call.
  kWaiting = 4,   ///< Parked; the wait reason says what for. In no run queue.
  kDead = 6,      ///< Ended; the G is on the free list.
  kCopystack = 8,
  kPreempted = 9,
};
inline constexpr std::uint32_t kScanBit = 0x1000;
/// Stands for it in G::status: the collector scans the goroutine.
inline constexpr std::uint8_t kScanFlag = 0x80;

/// "_Grunnable": Go's spelling, which C++ reserves.
const char* GoName(Status status) noexcept;

struct UnwindState;
struct LabelMap;
struct M;

namespace gc {
struct Handle;
}

/// The runtime call that a goroutine has entered last. Its decisions in there are told apart by
/// their number: a clock that moves, or a lock that is lost again, makes more than one.
struct CallPlace {
  std::uintptr_t pc = 0;         ///< where it returns to
  std::uint32_t occurrence = 0;  ///< how often the goroutine has been there; 0: not counted
  std::uint32_t decisions = 0;   ///< since it entered
};

/// What only some goroutines need: everything in lab runs, deferred calls and panics elsewhere.
/// Made on first use, kept with the G.
struct GExtra {
  std::uint64_t path = 0;          ///< place in the tree of creations, see ChildPath
  std::uint64_t children = 0;      ///< goroutines it has created
  std::uint64_t points = 0;        ///< runtime calls it has entered
  std::uint64_t weight = 0;        ///< what the walk expects it still to do
  std::uint32_t passed_over = 0;   ///< decisions since it last ran while it could
  std::uint32_t std_mutexes = 0;   ///< std::mutexes it holds
  std::uint32_t std_inits = 0;     ///< once-flags and static guards it is inside
  std::uint32_t thread_locks = 0;  ///< LockOSThread calls not undone
  bool demoted = false;  ///< no candidate for one pick: it was forced out, or gave up its turn
  std::uint64_t parent_path = 0;
  CallPlace call;
  UnwindState* unwind = nullptr;
  void* fiber = nullptr;                     ///< TSan's idea of it
  const SelectCase* select_cases = nullptr;  ///< the select it waits in; while steps are recorded
  int select_count = 0;
  bool spins = false;   ///< was forced out: no candidate of a systematic run while another can run
  M* thread = nullptr;  ///< with kGWired: where it runs
  const LabelMap* labels = nullptr;  ///< pprof's; see label_map.h
  gc::Handle* handles = nullptr;     ///< Ptrs on its stack; the collector's lock
  std::uint64_t waits_since = 0;     ///< as the collector knows it, Now() + 1; 0: it does not
  std::uint32_t waits_resumes = 0;   ///< G::resumes by then: it has waited ever since
};

enum GFlag : std::uint8_t {
  kGStarted = 1,        ///< has a stack and has run
  kGHeapClosure = 2,    ///< `closure` holds a pointer
  kGLockedThread = 4,   ///< LockOSThread
  kGSystem = 8,         ///< not the program's: it and what it creates are in no count or dump
  kGWired = 16,         ///< LockOSThread, and there are several threads
  kGStartsSystem = 32,  ///< what it creates now is the runtime's, though counted and shown
  kGBackground = 64,    ///< the runtime's: recorded, but in no count and no dump
};

struct alignas(64) G {
  void* sp = nullptr;  ///< offset 0: written by the switch; null while it runs
  G* link = nullptr;
  std::uint32_t id = 0;
  Status status = Status::kIdle;  ///< with kScanFlag: read it by StatusOf
  WaitReason reason = WaitReason::kNone;
  std::uint8_t flags = 0;
  std::uint8_t selected = 0;    ///< 1: somebody has claimed its wake-up from a select
  std::uint32_t resumes = 0;    ///< times it was resumed: see TakeSaved
  std::uint32_t low_water = 0;  ///< most bytes of stack seen in use
  std::uint64_t wait_object = 0;
  const ClosureOps* ops = nullptr;
  std::uintptr_t gopc = 0;  ///< return address of the `go` that made it
  std::uint32_t creator = 0;
  std::uint32_t unsaved = 0;  ///< 1: announced as parked, still on its stack (see ParkAnd)
  GExtra* extra = nullptr;
  char* stack_top = nullptr;  ///< null: no stack yet
  alignas(16) char closure[kInlineClosure] = {};
};

/// Where `g`, which is about to run, resumes; it is saved no longer.
///
/// Others may walk the stack of a goroutine that waits, without stopping anyone (saved_stack.h):
/// they read `resumes`, `sp`, the stack, and `resumes` again. Therefore `sp` goes first, then the
/// count, then the stack changes; the switch stores `sp` when the stack is complete.
GOLAB_INLINE void* TakeSaved(G* g) noexcept {
  void* sp = g->sp;
  __atomic_store_n(&g->sp, nullptr, __ATOMIC_RELAXED);
  // Release: after the store to sp. A switch is a compiler barrier, and x86-64 keeps stores in
  // order.
  __atomic_store_n(&g->resumes, g->resumes + 1, __ATOMIC_RELEASE);
  return sp;
}

GOLAB_INLINE std::uint8_t RawStatus(const G* g) noexcept {
  Status status;
  __atomic_load(&g->status, &status, __ATOMIC_ACQUIRE);
  return static_cast<std::uint8_t>(status);
}

GOLAB_INLINE Status StatusOf(const G* g) noexcept {
  return static_cast<Status>(RawStatus(g) & ~kScanFlag);
}

/// _Gscan is set. Go: a status with _Gscan.
GOLAB_INLINE bool IsScanned(const G* g) noexcept {
  return (RawStatus(g) & kScanFlag) != 0;
}

/// How recordings name it: 0 for none, and for one that is not the program's.
inline std::uint32_t ShownId(const G* g) noexcept {
  return g == nullptr || (g->flags & kGSystem) != 0 ? 0 : g->id;
}

static_assert(sizeof(G) == 128, "a million goroutines");
static_assert(offsetof(G, sp) == 0, "the switch stores there");

}  // namespace golab::rt
