#pragma once
// The context switch, and the other few lines that only assembly can say. x86-64, System V ABI.
//
// A goroutine that does not run is its stack pointer: at [sp] lies the address to resume at, at
// [sp + 8] the frame pointer. The switch clobbers every register, so the compiler saves what is
// live. The control words of the FPU (mxcsr, x87) are not switched: who changes them restores them
// before blocking.

#include "runtime/base/compiler.h"

namespace golab::rt {

struct P;

namespace arch {

/// Saves the running context at *save_sp, then stores `value` to *word, then resumes `next_sp`.
///
/// The store in between is the commit: it releases the lock under which the caller announced itself
/// as parked. From that store on another thread may resume it, so the old stack is not touched
/// afterwards. x86-64 stores are not reordered with older ones, which makes it a release.
GOLAB_INLINE void Switch(void** save_sp, void* next_sp, std::uint32_t* word, std::uint32_t value) {
  register void** r_save asm("rdi") = save_sp;
  register void* r_next asm("rsi") = next_sp;
  register std::uint32_t* r_word asm("rdx") = word;
  register std::uint32_t r_value asm("ecx") = value;
  asm volatile(
      "pushq %%rbp\n\t"
      "leaq 1f(%%rip), %%r11\n\t"
      "pushq %%r11\n\t"
      "movq %%rsp, (%%rdi)\n\t"
      "movl %%ecx, (%%rdx)\n\t"
      "movq %%rsi, %%rsp\n\t"
      "popq %%r11\n\t"
      "jmp *%%r11\n\t"
      ".p2align 4\n"
      "1:\n\t"
      "endbr64\n\t"
      "popq %%rbp\n\t"
      : "+r"(r_save), "+r"(r_next), "+r"(r_word), "+r"(r_value)
      :
      : "rax", "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
        "xmm14", "xmm15", "cc", "memory");
}

/// Resumes `next_sp` and never comes back.
[[noreturn]] GOLAB_INLINE void Jump(void* next_sp) {
  asm volatile(
      "movq %0, %%rsp\n\t"
      "popq %%r11\n\t"
      "jmp *%%r11\n\t"
      :
      : "r"(next_sp)
      : "memory");
  __builtin_unreachable();
}

/// The top of each stack is kept for the landing of its goroutine's root.
inline constexpr std::size_t kRootRoom = 16;

extern "C" void golab_entry();  // entry.S: the first frame of every goroutine

/// Prepares a fresh stack that ends at `top` (16-byte aligned): resuming the result enters
/// golab_entry, which calls golab_goroutine_main.
inline void* PrepareStack(char* top) {
  auto** sp = reinterpret_cast<void**>(top - kRootRoom) - 2;
  sp[1] = nullptr;
  sp[0] = reinterpret_cast<void*>(&golab_entry);
  return sp;
}

/// The calling thread's P. Read anew each time: after a switch the thread may be another one, and
/// the compiler must not keep the address.
GOLAB_INLINE P* ThisP() {
  P* p;
  asm volatile(
      "movq golab_tls_p@gottpoff(%%rip), %0\n\t"
      "movq %%fs:(%0), %0"
      : "=&r"(p));
  return p;
}

GOLAB_INLINE std::uint64_t Ticks() {
  return __builtin_ia32_rdtsc();
}

GOLAB_INLINE void Pause() {
  __builtin_ia32_pause();
}

/// Where a protected call can be left from below, see protected_call.S.
struct Landing {
  void* sp;
};

inline Landing* RootLanding(char* stack_top) {
  return reinterpret_cast<Landing*>(stack_top - kRootRoom);
}

extern "C" {
/// Calls fn(arg) in a frame that golab_land can return to. 0: fn returned. 1: landed. Exceptions
/// pass through; while one is being searched a handler for, golab_frame_personality is told.
int golab_protected_call(Landing* landing, void (*fn)(void*), void* arg);
/// Leaves all frames above `landing` as they are and returns 1 from its golab_protected_call.
[[noreturn]] void golab_land(Landing* landing);
/// Calls a deferred function so that recover() can tell whether it was called directly by it:
/// then the caller of recover's caller is golab_deferred_return.
void golab_call_deferred(void (*fn)(void*), void* arg);
extern const char golab_deferred_return[];
/// Goes on from a fault with fn(pc), which never returns; reached through a signal's registers
/// alone.
[[noreturn]] void golab_call_at_fault(void (*fn)(std::uintptr_t), std::uintptr_t pc);
}

}  // namespace arch
}  // namespace golab::rt
