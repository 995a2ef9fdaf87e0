// Part of every ASan image's executable: options, and the hooks of ASan's and UBSan's reports.

#include <dlfcn.h>
#include <unwind.h>

#include <initializer_list>

#include "runtime/sanitizer/reports.h"

extern "C" {
void __asan_set_error_report_callback(void (*callback)(const char* text));
void* __asan_get_report_pc();
void* __asan_get_report_bp();
void* __asan_get_report_address();
int __asan_get_report_access_type();
unsigned long __asan_get_report_access_size();
const char* __asan_get_report_description();
unsigned long __asan_get_alloc_stack(void* address, void** trace, unsigned long size, int* tid);
unsigned long __asan_get_free_stack(void* address, void** trace, unsigned long size, int* tid);

void __ubsan_get_current_report_data(const char** kind, const char** message, const char** file,
                                     unsigned* line, unsigned* column, char** address);
void __ubsan_on_report();

/// Without names (the lab makes them). Frames are kept for a while after their return. Signals and
/// leaks are golab's own business.
const char* __asan_default_options() {
  return "symbolize=0:detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:"
         "handle_abort=0:detect_stack_use_after_return=1:exitcode=66:print_legend=0:"
         "print_summary=0:quarantine_size_mb=16:allocator_may_return_null=1";
}

const char* __ubsan_default_options() {
  return "symbolize=0:halt_on_error=0:print_summary=0";
}
}

namespace {

constexpr unsigned long kDepth = 48;

bool IsHeap(const char* description) {
  for (const char* sign : {"heap-", "double-free", "container-"}) {
    const char* a = sign;
    const char* b = description;
    while (*a != '\0' && *a == *b) ++a, ++b;
    if (*a == '\0') return true;
  }
  return false;
}

void OnReport(const char* /*text*/) {
  const char* description = __asan_get_report_description();
  void* address = __asan_get_report_address();
  void* allocated[kDepth] = {};
  void* freed[kDepth] = {};
  unsigned long allocated_depth = 0, freed_depth = 0;
  if (IsHeap(description)) {
    int tid = 0;
    allocated_depth = __asan_get_alloc_stack(address, allocated, kDepth, &tid);
    freed_depth = __asan_get_free_stack(address, freed, kDepth, &tid);
  }
  const golab::rt::SeenFault fault{description,
                                   reinterpret_cast<std::uintptr_t>(address),
                                   reinterpret_cast<std::uintptr_t>(__asan_get_report_pc()),
                                   reinterpret_cast<std::uintptr_t>(__asan_get_report_bp()),
                                   __asan_get_report_access_size(),
                                   __asan_get_report_access_type() != 0,
                                   allocated,
                                   allocated_depth,
                                   freed,
                                   freed_depth};
  golab_note_fault(&fault);
}

/// The first frame outside of UBSan's library, which keeps no frame pointers: the program's.
struct Caller {
  dl_find_object library;
  bool in_library = false;
  std::uintptr_t pc = 0, frame = 0;
};

_Unwind_Reason_Code Look(_Unwind_Context* context, void* of_caller) {
  constexpr int kFramePointer = 6;  // rbp, as DWARF numbers registers
  auto* caller = static_cast<Caller*>(of_caller);
  const std::uintptr_t pc = _Unwind_GetIP(context);
  const bool inside = pc >= reinterpret_cast<std::uintptr_t>(caller->library.dlfo_map_start) &&
                      pc < reinterpret_cast<std::uintptr_t>(caller->library.dlfo_map_end);
  if (inside || !caller->in_library) {
    caller->in_library = inside;
    return _URC_NO_REASON;
  }
  caller->pc = pc;
  caller->frame = _Unwind_GetGR(context, kFramePointer);
  return _URC_NORMAL_STOP;
}

/// Before the program's own initialisers.
[[gnu::constructor(101)]] void Listen() {
  __asan_set_error_report_callback(&OnReport);
}

}  // namespace

void __ubsan_on_report() {
  Caller caller;
  if (_dl_find_object(__builtin_return_address(0), &caller.library) != 0) return;
  _Unwind_Backtrace(&Look, &caller);
  const char *kind = nullptr, *message = nullptr, *file = nullptr;
  unsigned line = 0, column = 0;
  char* address = nullptr;
  __ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &address);
  const golab::rt::SeenUndefined undefined{kind, message, line, column, caller.pc, caller.frame};
  golab_note_undefined(&undefined);
}
