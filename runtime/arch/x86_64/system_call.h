#pragma once
// System calls themselves. The C library's functions are not for the runtime: programs may have
// their own, golab stands in front of some (world/blocking_calls.cc), and errno is the thread's,
// not the goroutine's. Returns what the kernel does: below 0, minus an errno.

#include <sys/syscall.h>

#include "runtime/base/compiler.h"

namespace golab::rt::arch {

GOLAB_INLINE long SystemCall(long number, long a = 0, long b = 0, long c = 0, long d = 0,
                             long e = 0, long f = 0) noexcept {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

template <class T>
GOLAB_INLINE long Word(T* pointer) noexcept {
  return static_cast<long>(reinterpret_cast<std::uintptr_t>(pointer));
}

}  // namespace golab::rt::arch
