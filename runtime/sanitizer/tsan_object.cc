// Part of every TSan image's executable: options, the report's hook, and functions that TSan's
// library would else replace by such as block the thread.

#include <pthread.h>
#include <sys/single_threaded.h>

#include <initializer_list>

#include "runtime/sanitizer/reports.h"

extern "C" {
int __tsan_get_report_data(void* report, const char** description, int* count, int* stack_count,
                           int* mop_count, int* loc_count, int* mutex_count, int* thread_count,
                           int* unique_tid_count, void** sleep_trace, unsigned long trace_size);
int __tsan_get_report_mop(void* report, unsigned long index, int* tid, void** address, int* size,
                          int* write, int* atomic, void** trace, unsigned long trace_size);
int __tsan_get_report_loc(void* report, unsigned long index, const char** type, void** address,
                          unsigned long* start, unsigned long* size, int* tid, int* fd,
                          int* suppressable, void** trace, unsigned long trace_size);
int __tsan_get_report_thread(void* report, unsigned long index, int* tid, unsigned long* os_id,
                             int* running, const char** name, int* parent_tid, void** trace,
                             unsigned long trace_size);
int golab_pthread_once(pthread_once_t* once, void (*f)(void));
int golab_guard_acquire(std::uint64_t* guard) noexcept;
void golab_guard_release(std::uint64_t* guard) noexcept;
void golab_guard_abort(std::uint64_t* guard) noexcept;

/// Without a sleep at the end, without names (the lab makes them), the exit status left alone.
const char* __tsan_default_options() {
  return "atexit_sleep_ms=0:symbolize=0:exitcode=0:report_signal_unsafe=0:report_thread_leaks=0:"
         "report_destroy_locked=0:report_mutex_bugs=0:detect_deadlocks=0:handle_segv=0:"
         "handle_sigbus=0:handle_sigfpe=0:handle_abort=0:die_after_fork=0";
}

void __tsan_on_report(void* report);
}

namespace {

constexpr std::size_t kDepth = 48;

struct Side {
  void* pcs[kDepth] = {};
  golab::rt::SeenAccess access = {};
};

std::size_t DepthOf(void* const* pcs) {
  std::size_t n = 0;
  while (n < kDepth && pcs[n] != nullptr) ++n;
  return n;
}

const char* NameOf(void* report, int threads, int wanted) {
  for (int i = 0; i < threads; ++i) {
    int tid = 0, running = 0, parent = 0;
    unsigned long os_id = 0;
    const char* name = nullptr;
    void* trace[1] = {};
    if (__tsan_get_report_thread(report, static_cast<unsigned long>(i), &tid, &os_id, &running,
                                 &name, &parent, trace, 1) != 0 &&
        tid == wanted) {
      return name;
    }
  }
  return nullptr;
}

std::uintptr_t Fill(void* report, unsigned long index, int threads, Side* side) {
  int tid = 0, size = 0, write = 0, atomic = 0;
  void* address = nullptr;
  __tsan_get_report_mop(report, index, &tid, &address, &size, &write, &atomic, side->pcs, kDepth);
  side->access = {
      NameOf(report, threads, tid), side->pcs, DepthOf(side->pcs), size, write != 0, atomic != 0};
  return reinterpret_cast<std::uintptr_t>(address);
}

/// Before the program's own initialisers, and after the fork of a lab's run: goroutines share a thread,
/// but shared_ptr must count with atomics, which order, as it does among threads.
[[gnu::constructor(101)]] void CountWithAtomics() {
  __libc_single_threaded = 0;
}

bool IsRace(const char* description) {
  for (const char* kind : {"data-race", "heap-use-after-free"}) {
    const char* a = kind;
    const char* b = description;
    while (*a != '\0' && *a == *b) ++a, ++b;
    if (*a == '\0') return true;
  }
  return false;
}

}  // namespace

void __tsan_on_report(void* report) {
  const char* description = nullptr;
  int count = 0, stacks = 0, accesses = 0, locations = 0, mutexes = 0, threads = 0, tids = 0;
  void* sleep_trace[1] = {};
  __tsan_get_report_data(report, &description, &count, &stacks, &accesses, &locations, &mutexes,
                         &threads, &tids, sleep_trace, 1);
  if (accesses < 2 || !IsRace(description)) return;
  Side now, before;
  const std::uintptr_t address = Fill(report, 0, threads, &now);
  Fill(report, 1, threads, &before);
  void* heap[kDepth] = {};
  if (locations > 0) {
    const char* type = nullptr;
    void* where = nullptr;
    unsigned long start = 0, size = 0;
    int tid = 0, fd = 0, suppressable = 0;
    __tsan_get_report_loc(report, 0, &type, &where, &start, &size, &tid, &fd, &suppressable, heap,
                          kDepth);
    // Thread-local memory, as std::call_once uses: goroutines of one thread take turns there.
    if (type != nullptr && type[0] == 't' && type[1] == 'l' && type[2] == 's') return;
  }
  const golab::rt::SeenRace race{address, now.access, before.access, heap, DepthOf(heap)};
  golab_note_race(&race);
}

extern "C" {

int pthread_once(pthread_once_t* once, void (*f)(void)) {
  return golab_pthread_once(once, f);
}

int __cxa_guard_acquire(std::uint64_t* guard) noexcept {
  return golab_guard_acquire(guard);
}

void __cxa_guard_release(std::uint64_t* guard) noexcept {
  golab_guard_release(guard);
}

void __cxa_guard_abort(std::uint64_t* guard) noexcept {
  golab_guard_abort(guard);
}
}
