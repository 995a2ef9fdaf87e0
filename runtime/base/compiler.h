#pragma once
// What the compiler must be told, in one place.

#include <cstddef>
#include <cstdint>

#define GOLAB_NOINLINE [[gnu::noinline]]
#define GOLAB_COLD [[gnu::noinline, gnu::cold]]
#define GOLAB_INLINE [[gnu::always_inline]] inline
#define GOLAB_EXPORT [[gnu::visibility("default")]]

// Clang checks these; g++ ignores them.
#if defined(__clang__)
#  define GOLAB_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#  define GOLAB_THREAD_ATTRIBUTE(x)
#endif
#define GOLAB_CAPABILITY(x) GOLAB_THREAD_ATTRIBUTE(capability(x))
#define GOLAB_GUARDED_BY(x) GOLAB_THREAD_ATTRIBUTE(guarded_by(x))
#define GOLAB_REQUIRES(...) GOLAB_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define GOLAB_ACQUIRE(...) GOLAB_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define GOLAB_RELEASE(...) GOLAB_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))

namespace golab::rt {

/// Keeps the compiler from turning loops over shared memory into calls of memcpy, and from moving
/// accesses across this point.
GOLAB_INLINE void CompilerBarrier() {
  asm volatile("" ::: "memory");
}

}  // namespace golab::rt
