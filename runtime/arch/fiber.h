#pragma once
// Tells the sanitizers which stack runs, and what happens before what. Without a sanitizer all of
// this is nothing.
//
// ASan must know a stack's bounds when it is switched to. TSan sees goroutines as fibers; the
// runtime itself is not instrumented, so the order that its operations make is said here: Release
// on what hands something over, Acquire on what takes it. What is said is Go's memory model and no
// more: an order too many hides a race. So the clock, which fires timers on the stack of whoever
// runs just then, acts as a fiber of its own (ActingAs).

#include <cstddef>
#include <cstdint>

#include "runtime/base/compiler.h"

#if GOLAB_ASAN
#  include <sanitizer/asan_interface.h>
#  include <sanitizer/common_interface_defs.h>
extern "C" void __asan_handle_no_return();
#elif GOLAB_TSAN
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_set_fiber_name(void* fiber, const char* name);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void __tsan_func_entry(void* return_address);
void __tsan_func_exit();
void __tsan_read1(void* address);
void __tsan_write1(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace golab::rt::fiber {

#if GOLAB_TSAN

inline constexpr bool kTracked = true;

GOLAB_INLINE void StartSwitch(void** /*save*/, const void* /*bottom*/, std::size_t /*size*/,
                              void* to) {
  __tsan_switch_to_fiber(to, 1 /* no order by the switch itself */);
}

GOLAB_INLINE void* Current() {
  return __tsan_get_current_fiber();
}

/// In the name of goroutine `id`, started by the call that returns to `pc`. The running fiber comes
/// before it.
inline void* Create(std::uint32_t id, std::uintptr_t pc) {
  char name[24] = "goroutine ";
  char digits[10];
  std::size_t n = 0, at = 10;
  for (std::uint32_t rest = id; n == 0 || rest != 0; rest /= 10)
    digits[n++] = static_cast<char>('0' + rest % 10);
  while (n > 0) name[at++] = digits[--n];
  __tsan_func_entry(reinterpret_cast<void*>(pc));
  void* const fiber = __tsan_create_fiber(0);
  __tsan_func_exit();
  __tsan_set_fiber_name(fiber, name);
  return fiber;
}

GOLAB_INLINE void Destroy(void* fiber) {
  __tsan_destroy_fiber(fiber);
}

GOLAB_INLINE void Acquire(const void* what) {
  __tsan_acquire(const_cast<void*>(what));
}

GOLAB_INLINE void Release(const void* what) {
  __tsan_release(const_cast<void*>(what));
}

/// Counts as a read or a write of the program's at `what`, by the call that returns to `pc`: misuse
/// of a library type is a race, too.
GOLAB_INLINE void Read(const void* what, void* pc) {
  __tsan_func_entry(pc);
  __tsan_read1(const_cast<void*>(what));
  __tsan_func_exit();
}

GOLAB_INLINE void Write(const void* what, void* pc) {
  __tsan_func_entry(pc);
  __tsan_write1(const_cast<void*>(what));
  __tsan_func_exit();
}

/// While it lives, what happens here is done by another fiber: a waiting goroutine's half of an
/// operation, the clock's.
class ActingAs {
 public:
  explicit ActingAs(void* fiber) : me_(__tsan_get_current_fiber()) {
    if (fiber != me_) __tsan_switch_to_fiber(fiber, 1);
  }

  ~ActingAs() {
    if (__tsan_get_current_fiber() != me_) __tsan_switch_to_fiber(me_, 1);
  }

  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  void* me_;
};

/// While it lives, nothing that happens here is an access: calls of the C library in the middle of
/// what the runtime keeps for itself. Order is still said.
class Unseen {
 public:
  Unseen() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }

  ~Unseen() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }

  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
};

#else

/// Each goroutine needs a fiber of its own, and memory that was never another's.
inline constexpr bool kTracked = false;

GOLAB_INLINE void* Current() {
  return nullptr;
}

GOLAB_INLINE void* Create(std::uint32_t /*id*/, std::uintptr_t /*pc*/) {
  return nullptr;
}

GOLAB_INLINE void Destroy(void* /*fiber*/) {}

GOLAB_INLINE void Acquire(const void* /*what*/) {}

GOLAB_INLINE void Release(const void* /*what*/) {}

GOLAB_INLINE void Read(const void* /*what*/, void* /*pc*/) {}

GOLAB_INLINE void Write(const void* /*what*/, void* /*pc*/) {}

class ActingAs {
 public:
  GOLAB_INLINE explicit ActingAs(void* /*fiber*/) {}

  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;
};

class Unseen {
 public:
  GOLAB_INLINE Unseen() {}

  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
};

#endif

/// Both: who comes after must come after us, and we after who came before.
GOLAB_INLINE void Exchange(const void* what) {
  Acquire(what);
  Release(what);
}

#if GOLAB_ASAN

GOLAB_INLINE void StartSwitch(void** save, const void* bottom, std::size_t size, void* /*to*/) {
  __sanitizer_start_switch_fiber(save, bottom, size);
}

GOLAB_INLINE void FinishSwitch(void* saved) {
  __sanitizer_finish_switch_fiber(saved, nullptr, nullptr);
}

GOLAB_INLINE void AbandonFrames() {
  __asan_handle_no_return();
}

GOLAB_INLINE void FreshStack(const char* lo, const char* top) {
  __asan_unpoison_memory_region(lo, static_cast<std::size_t>(top - lo));
}

/// Where the last switch of a goroutine that ends leaves its frames. They are kept, as evidence of
/// what is used after its end, of the first goroutines that end; null: they are given back.
inline void** KeepFrames() {
  constexpr std::uint32_t kKept = 1000;
  static constinit std::uint32_t ended = 0;
  static constinit void* kept = nullptr;  // never given back, so nobody needs it
  return ++ended <= kKept ? &kept : nullptr;
}

#else

#  if !GOLAB_TSAN
GOLAB_INLINE void StartSwitch(void** /*save*/, const void* /*bottom*/, std::size_t /*size*/,
                              void* /*to*/) {}
#  endif

GOLAB_INLINE void FinishSwitch(void* /*saved*/) {}

GOLAB_INLINE void AbandonFrames() {}  ///< the frames above are about to be left without returning

/// What earlier frames have left behind in [lo, top) does not count any more.
GOLAB_INLINE void FreshStack(const char* /*lo*/, const char* /*top*/) {}

GOLAB_INLINE void** KeepFrames() {
  return nullptr;
}

#endif

}  // namespace golab::rt::fiber
