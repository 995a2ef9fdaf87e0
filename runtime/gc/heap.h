#pragma once
// The collector's heap: objects, the handles that refer to them, and what waits for their end.
//
// Marking is tri-colour: an object is black or grey if its `mark` is the cycle's number, grey while
// it is in the list `grey`, else white. While a cycle marks, whatever a handle is made to refer to
// is shaded, on goroutines' stacks as anywhere (Dijkstra's barrier without exceptions: each change
// of a handle is a call of ours). So a list that has been scanned never comes to hold a white
// object, lists may be scanned one after another while the program runs on, and at the end, when
// all have been and nothing is grey, what is white is reachable from nowhere: see HACKING.md.
//
// Thread safety: `lock` guards all of it, every object's header but what is marked, and every
// handle's links. It is real, since code in blocking calls uses handles, too. Under it nothing
// parks, no other lock is taken but the event log's, and nothing of the program's runs: it is the
// last in any order.

#include <cstdint>

#include "golab/finalizer.h"
#include "golab/gc.h"
#include "golab/weak.h"

#include "runtime/base/spin_lock.h"
#include "runtime/gc/address_index.h"
#include "runtime/sched/g.h"
#include "runtime/sched/run_queue.h"

namespace golab::rt::gc {

/// What few objects have.
struct Special {
  Callback* finalizer = nullptr;
  Callback* cleanups = nullptr;  ///< newest first
  WeakCell* weak = nullptr;      ///< it holds no reference of this
  GcKept told{};                 ///< lab runs: what was last told, and where that text is
  std::uint64_t told_at = 0;
};

/// How an object was reached, in lab runs.
enum class HeldBy : std::uint8_t {
  kNothing = 0,
  kGoroutine = 1,  ///< a handle on a goroutine's stack
  kOther = 2,      ///< a global, or memory of the C++ heap
  kObject = 3,     ///< a handle in another object
  kFinalizer = 4,  ///< a handle in an object that has a finalizer, which keeps what it refers to
};

/// The header of an object's block; the object follows, at its alignment.
struct Object {
  Object* next = nullptr;   ///< all objects, newest first
  Object* grey = nullptr;   ///< the next in the list of grey ones
  Handle* edges = nullptr;  ///< handles that lie in it
  const ObjectType* type = nullptr;
  Special* special = nullptr;
  std::uint64_t number = 0;  ///< from 1, in the order of their making
  std::uint32_t mark = 0;
  bool built = false;
  HeldBy held_by = HeldBy::kNothing;
  std::uint32_t holder_g = 0;      ///< kGoroutine
  std::uint64_t holder = 0;        ///< kObject, kFinalizer: the other's number
  std::uint64_t holder_stack = 0;  ///< where the handle was set
};

struct Heap {
  std::uint32_t lock = 0;
  Object* objects = nullptr;
  Handle* others = nullptr;  ///< handles that lie neither on a stack nor in an object
  Object* grey = nullptr;
  bool marking = false;
  std::uint32_t cycle = 0;  ///< number of the collection under way, or of the last one
  AddressIndex index;

  // Accounts.
  std::uint64_t made = 0, freed = 0;  ///< objects
  std::uint64_t bytes_made = 0, bytes_freed = 0;
  std::uint64_t goal = 0;  ///< live bytes at which a collection begins
  std::int32_t percent = 100;
  bool configured = false;
  std::uint64_t live_after = 0;          ///< bytes that the last collection left
  std::uint32_t cycles = 0, forced = 0;  ///< ended
  std::uint64_t last_end = 0;            ///< wall clock
  std::uint64_t mark_end = 0;            ///< Now() + 1 of the last mark's end: how old waits are
  std::uint64_t pause_total = 0;
  std::uint64_t pauses[256] = {};
  std::uint64_t pause_ends[256] = {};
};

extern Heap heap;

/// Who waits for what the collector does. A lock of its own, since goroutines park under it: the
/// switch to the next one may end that one's scan, which wants the heap's. It comes before that.
struct Waiters {
  std::uint32_t lock = 0;
  bool collecting = false;  ///< somebody collects; written under the lock
  GList collectors;         ///< who wants to collect next

  // Finalizers and cleanups whose time has come, in the order they run.
  Callback* queue = nullptr;
  Callback** queue_end = &queue;
  bool finalizers_run = false;   ///< the goroutine has been made
  bool finalizer_waits = false;  ///< it is parked for want of work
  G* finalizer_g = nullptr;      ///< if it is
};

extern Waiters waiters;

/// Holds one of the two locks.
template <class Guarded, Guarded& guarded>
class Locked {
 public:
  Locked() noexcept { LockRealWord(&guarded.lock); }

  ~Locked() { UnlockWord(&guarded.lock); }

  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
};

using HeapLock = Locked<Heap, heap>;
using WaitersLock = Locked<Waiters, waiters>;

/// The object behind the header.
void* DataOf(Object* object) noexcept;

/// The object that holds `address`, null if none does. Lock held.
Object* ObjectAt(const void* address) noexcept;

/// Takes back the block of an object that is in no list and has been destroyed. No lock.
void FreeBlock(Object* object) noexcept;

/// `object` can be reached. Lock held.
inline void Shade(Object* object) noexcept {
  if (object->mark == heap.cycle) return;
  object->mark = heap.cycle;
  object->grey = heap.grey;
  heap.grey = object;
}

/// Takes a handle out of its list; it refers to nothing. Lock held.
inline void Unlink(Handle* handle) noexcept {
  *handle->back = handle->next;
  if (handle->next != nullptr) handle->next->back = handle->back;
  handle->object = nullptr;
}

/// Links a handle that refers to nothing into the list of where it lies. Lock held.
void Link(Handle* handle, Object* object, Handle** list) noexcept;
/// That list. No lock but the heap's may be wanted here.
Handle** ListOf(const Handle* handle) noexcept;

/// Reads GOGC, once. Lock held.
void Configure() noexcept;
/// The goal that `percent` sets after what the last collection left. Lock held.
void SetGoal() noexcept;

}  // namespace golab::rt::gc
