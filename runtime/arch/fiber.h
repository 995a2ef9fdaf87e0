#pragma once
// Tells the sanitizers which stack runs, and what happens before what. Without a sanitizer all of
// this is nothing.
//
// ASan must know a stack's bounds when it is switched to. TSan sees goroutines as fibers; the
// runtime itself is not instrumented, so the order that its operations make is said here: Release
// on what hands something over, Acquire on what takes it.

#include <cstddef>

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
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace golab::rt::fiber {

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

GOLAB_INLINE void* Create() {
  return nullptr;
}

GOLAB_INLINE void* Current() {
  return nullptr;
}

GOLAB_INLINE void Destroy(void* /*fiber*/) {}

GOLAB_INLINE void Acquire(const void* /*what*/) {}

GOLAB_INLINE void Release(const void* /*what*/) {}

inline constexpr bool kTracked = false;

#elif GOLAB_TSAN

GOLAB_INLINE void StartSwitch(void** /*save*/, const void* /*bottom*/, std::size_t /*size*/,
                              void* to) {
  __tsan_switch_to_fiber(to, 1 /* no order by the switch itself */);
}

GOLAB_INLINE void FinishSwitch(void* /*saved*/) {}

GOLAB_INLINE void AbandonFrames() {}

GOLAB_INLINE void FreshStack(const char* /*lo*/, const char* /*top*/) {}

GOLAB_INLINE void* Create() {
  return __tsan_create_fiber(0);
}

GOLAB_INLINE void* Current() {
  return __tsan_get_current_fiber();
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

inline constexpr bool kTracked = true;

#else

GOLAB_INLINE void StartSwitch(void** /*save*/, const void* /*bottom*/, std::size_t /*size*/,
                              void* /*to*/) {}

GOLAB_INLINE void FinishSwitch(void* /*saved*/) {}

GOLAB_INLINE void AbandonFrames() {}  ///< the frames above are about to be left without returning

/// What earlier frames have left behind in [lo, top) does not count any more.
GOLAB_INLINE void FreshStack(const char* /*lo*/, const char* /*top*/) {}

GOLAB_INLINE void* Create() {
  return nullptr;
}

GOLAB_INLINE void* Current() {
  return nullptr;
}

GOLAB_INLINE void Destroy(void* /*fiber*/) {}

GOLAB_INLINE void Acquire(const void* /*what*/) {}

GOLAB_INLINE void Release(const void* /*what*/) {}

inline constexpr bool kTracked = false;  ///< each goroutine needs a fiber of its own

#endif

}  // namespace golab::rt::fiber
