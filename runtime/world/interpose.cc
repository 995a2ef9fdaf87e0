// Functions of the C and C++ libraries that golab stands in front of, so that a program's clocks,
// sleeps, random devices, locks and exits belong to its world. Everything passes through unless a
// goroutine runs here (and, for time, unless the world is virtual).
//
// A preempted goroutine may be inside a std::mutex, once_flag or static initialiser: others that
// want it must park, not block the thread. Waiters park by address and look again when it is
// released.

#include <pthread.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/arch/fiber.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/behind.h"
#include "runtime/world/exit.h"
#include "runtime/world/output.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/recording.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constinit Behind<int(pthread_mutex_t*)> mutex_lock("pthread_mutex_lock");
constinit Behind<int(pthread_mutex_t*)> mutex_trylock("pthread_mutex_trylock");
constinit Behind<int(pthread_mutex_t*)> mutex_unlock("pthread_mutex_unlock");
constinit Behind<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)> thread_create(
    "pthread_create");
constinit Behind<int(clockid_t, timespec*)> clock_get("clock_gettime");

/// The goroutine that runs here, null on other threads and on the scheduler's own stack.
G* Here() noexcept {
  P* p = arch::ThisP();
  return p == nullptr || p->current == nullptr || StatusOf(p->current) != Status::kRunning
             ? nullptr
             : p->current;
}

/// Goroutines that wait for a lock of the C++ library, by its address.
struct AddressWaiters {
  std::uint32_t lock = 0;
  WaitQueue queue;

  /// Parks until WakeAll(address). `retry` looks once more, after the announcement: whoever gives
  /// the lock free before it is seen has not been missed (its fence is in WakeAll). True: it got
  /// the lock.
  template <class Retry>
  bool Wait(G* g, const void* address, const Retry& retry) noexcept {
    LockRealWord(&lock);
    Waiter w;
    w.g = g;
    w.elem = const_cast<void*>(address);
    PushWaiter(queue, &w);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (retry()) {
      RemoveWaiter(queue, &w);
      UnlockWord(&lock);
      return true;
    }
    Park(WaitReason::kStdMutex, reinterpret_cast<std::uintptr_t>(address), &lock);
    return false;
  }

  void WakeAll(const void* address) noexcept {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);  // after the caller's release: see Wait
    if (__atomic_load_n(&queue.first, __ATOMIC_RELAXED) == nullptr) return;
    LockRealWord(&lock);
    Waiter* woken = nullptr;
    for (Waiter* w = queue.first; w != nullptr;) {
      Waiter* next = w->next;
      if (w->elem == address) {
        RemoveWaiter(queue, w);
        w->next = woken;
        woken = w;
      }
      w = next;
    }
    UnlockWord(&lock);
    while (woken != nullptr) {
      Waiter* w = woken;
      woken = w->next;
      Ready(w->g);
    }
  }
};

constinit AddressWaiters address_waiters;

/// The running goroutine begins, ends an initialisation that others may wait for.
void EnterInit() noexcept {
  if (G* g = Here(); g != nullptr && g->extra != nullptr) ++g->extra->std_inits;
}

void LeaveInit() noexcept {
  G* g = Here();
  if (g != nullptr && g->extra != nullptr && g->extra->std_inits > 0) --g->extra->std_inits;
}

/// A sleep of the C library by a goroutine: parks it.
void SleepHere(G* g, std::uint64_t ns) noexcept {
  GOLAB_EVIDENCE(EventType::kForeignSleep, 0, ns);
  if (ns == 0) return;
  Timer timer;
  timer.when = SleepDeadline(g, Now() + ns);
  timer.fire = [](Timer* t, std::uint64_t) { Ready(static_cast<G*>(t->context)); };
  timer.context = g;
  GOLAB_EVIDENCE(EventType::kBlockUntil, 0, timer.when);
  MarkParked(WaitReason::kSleep, 0);
  ArmTimer(&timer);
  LeaveParked(nullptr);
}

std::uint64_t ToNs(const timespec& t) noexcept {
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

timespec FromNs(std::uint64_t ns) noexcept {
  return {static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
}

constexpr std::uint64_t kMonotonicBase = 1'000'000'000'000;  // steady_clock never reads 0

/// What a clock of the virtual world says.
std::uint64_t VirtualClock(clockid_t clock) noexcept {
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI) {
    return static_cast<std::uint64_t>(WallNow());
  }
  return kMonotonicBase + world.now;
}

constinit std::uint64_t random_draws = 0;

/// Randomness of the virtual world, from the seed.
void VirtualRandom(void* out, std::size_t size) noexcept {
  auto* p = static_cast<unsigned char*>(out);
  const std::uint64_t key =
      world.plan == nullptr ? 0 : MixPath(world.plan->secret + MixPath(~world.plan->seed));
  while (size > 0) {
    const std::uint64_t word = MixPath(key + ++random_draws);
    const std::size_t n = size < sizeof word ? size : sizeof word;
    std::memcpy(p, &word, n);
    p += n;
    size -= n;
  }
}

}  // namespace

namespace real {

int ClockGettime(clockid_t clock, timespec* out) noexcept {
  if (auto* next = clock_get.Get()) return next(clock, out);
  return static_cast<int>(syscall(SYS_clock_gettime, clock, out));
}

int ClockNanosleep(clockid_t clock, int flags, const timespec* request,
                   timespec* remaining) noexcept {
  const long r = syscall(SYS_clock_nanosleep, clock, flags, request, remaining);
  return r == 0 ? 0 : errno;
}

int MutexLock(pthread_mutex_t* m) noexcept {
  return mutex_lock.Get()(m);
}

int MutexTrylock(pthread_mutex_t* m) noexcept {
  return mutex_trylock.Get()(m);
}

int MutexUnlock(pthread_mutex_t* m) noexcept {
  return mutex_unlock.Get()(m);
}

int ThreadCreate(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                 void* arg) noexcept {
  return thread_create.Get()(thread, attributes, start, arg);
}

void ExitProcess(int status) noexcept {
  for (;;) syscall(SYS_exit_group, status);
}

}  // namespace real
}  // namespace golab::rt

// The functions themselves.

extern "C" {

using namespace golab::rt;  // NOLINT(google-build-using-namespace): only C names are defined here

GOLAB_EXPORT int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (!world.is_virtual || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID) {
    return real::ClockGettime(clock, out);
  }
  ChargeClockRead();
  *out = FromNs(VirtualClock(clock));
  return 0;
}

GOLAB_EXPORT int gettimeofday(timeval* __restrict out, void* __restrict /*zone*/) noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  *out = {t.tv_sec, t.tv_nsec / 1000};
  return 0;
}

GOLAB_EXPORT time_t time(time_t* out) noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  if (out != nullptr) *out = t.tv_sec;
  return t.tv_sec;
}

GOLAB_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec* request,
                                 timespec* remaining) {
  G* g = Here();
  if (g == nullptr) return real::ClockNanosleep(clock, flags, request, remaining);
  std::uint64_t ns = ToNs(*request);
  if ((flags & TIMER_ABSTIME) != 0) {
    timespec now{};
    clock_gettime(clock, &now);
    ns = ns > ToNs(now) ? ns - ToNs(now) : 0;
  }
  SleepHere(g, ns);
  return 0;
}

GOLAB_EXPORT int nanosleep(const timespec* request, timespec* remaining) {
  const int error = clock_nanosleep(CLOCK_MONOTONIC, 0, request, remaining);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

GOLAB_EXPORT int usleep(useconds_t us) {
  const timespec t = FromNs(std::uint64_t{us} * 1000);
  return nanosleep(&t, nullptr);
}

GOLAB_EXPORT unsigned sleep(unsigned seconds) {
  const timespec t{static_cast<time_t>(seconds), 0};
  return nanosleep(&t, nullptr) == 0 ? 0 : seconds;
}

GOLAB_EXPORT ssize_t getrandom(void* out, std::size_t size, unsigned flags) {
  if (!world.is_virtual) return syscall(SYS_getrandom, out, size, flags);
  VirtualRandom(out, size);
  return static_cast<ssize_t>(size);
}

GOLAB_EXPORT int getentropy(void* out, std::size_t size) {
  return getrandom(out, size, 0) == static_cast<ssize_t>(size) ? 0 : -1;
}

// std::random_device::_M_getval(): it uses a CPU instruction, so the member itself is replaced.
GOLAB_EXPORT unsigned _ZNSt13random_device9_M_getvalEv(void* /*self*/) {
  unsigned value = 0;
  (void)getrandom(&value, sizeof value, 0);
  return value;
}

GOLAB_EXPORT int pthread_mutex_lock(pthread_mutex_t* m) noexcept {
  G* g = Here();
  if (g == nullptr || (!world.lab && !world.is_virtual && !sched.started))
    return real::MutexLock(m);
  for (;;) {
    Touch(m, AccessMode::kWrite);
    const int error = real::MutexTrylock(m);
    if (error != EBUSY) {
      if (error == 0 && world.lab) ++Extra(g)->std_mutexes;
      return error;
    }
    int again = EBUSY;
    if (address_waiters.Wait(g, m, [&] { return (again = real::MutexTrylock(m)) != EBUSY; })) {
      if (again == 0 && world.lab) ++Extra(g)->std_mutexes;
      return again;
    }
    g = Here();
  }
}

GOLAB_EXPORT int pthread_mutex_unlock(pthread_mutex_t* m) noexcept {
  const int error = real::MutexUnlock(m);
  G* g = Here();
  if (g == nullptr) return error;
  Touch(m, AccessMode::kWrite);
  if (world.lab && Extra(g)->std_mutexes > 0) --Extra(g)->std_mutexes;
  address_waiters.WakeAll(m);
  return error;
}

GOLAB_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                void* (*start)(void*), void* arg) {
  NoteForeignThread();
  if (Here() != nullptr) GOLAB_EVIDENCE(EventType::kForeignThread, 0, 0);
  return thread_create.Get()(thread, attributes, start, arg);
}

GOLAB_EXPORT int pthread_once(pthread_once_t* once, void (*f)(void)) {
  // glibc's states are 0 new, 2 done (and 1 with a generation while it runs). Others are kept out
  // by the compare-and-swap.
  constexpr int kNew = 0;
  constexpr int kDone = 2;
  constexpr int kRunning = 1;
  for (;;) {
    int state = __atomic_load_n(once, __ATOMIC_ACQUIRE);
    if (state == kDone) {
      fiber::Acquire(once);
      return 0;
    }
    if (state == kNew) {
      if (!__atomic_compare_exchange_n(once, &state, kRunning, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE)) {
        continue;
      }

      struct Guard {
        pthread_once_t* once;
        int left_as = kNew;  // left by an exception: the next caller tries again

        ~Guard() {
          LeaveInit();
          fiber::Release(once);
          __atomic_store_n(once, left_as, __ATOMIC_RELEASE);
          if (Here() != nullptr) address_waiters.WakeAll(once);
        }
      } guard{once};

      EnterInit();
      f();
      guard.left_as = kDone;
      return 0;
    }
    G* g = Here();
    if (g != nullptr) {
      address_waiters.Wait(g, once,
                           [&] { return __atomic_load_n(once, __ATOMIC_ACQUIRE) != kRunning; });
    } else {
      YieldThread();
    }
  }
}

// Guards of function-local statics (Itanium C++ ABI 3.3.2): byte 0 done, byte 1 being initialised.

GOLAB_EXPORT int __cxa_guard_acquire(std::uint64_t* guard) noexcept {
  auto* bytes = reinterpret_cast<unsigned char*>(guard);
  for (;;) {
    if (__atomic_load_n(&bytes[0], __ATOMIC_ACQUIRE) != 0) {
      fiber::Acquire(guard);
      return 0;
    }
    unsigned char expected = 0;
    if (__atomic_compare_exchange_n(&bytes[1], &expected, 1, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      if (__atomic_load_n(&bytes[0], __ATOMIC_ACQUIRE) == 0) {
        EnterInit();
        return 1;
      }
      __atomic_store_n(&bytes[1], 0, __ATOMIC_RELEASE);
      return 0;
    }
    G* g = Here();
    if (g != nullptr) {
      address_waiters.Wait(g, guard,
                           [&] { return __atomic_load_n(&bytes[1], __ATOMIC_ACQUIRE) == 0; });
    } else {
      YieldThread();
    }
  }
}

GOLAB_EXPORT void __cxa_guard_release(std::uint64_t* guard) noexcept {
  auto* bytes = reinterpret_cast<unsigned char*>(guard);
  LeaveInit();
  fiber::Release(guard);
  __atomic_store_n(&bytes[0], 1, __ATOMIC_RELEASE);
  __atomic_store_n(&bytes[1], 0, __ATOMIC_RELEASE);
  if (Here() != nullptr) address_waiters.WakeAll(guard);
}

GOLAB_EXPORT void __cxa_guard_abort(std::uint64_t* guard) noexcept {
  auto* bytes = reinterpret_cast<unsigned char*>(guard);
  LeaveInit();
  __atomic_store_n(&bytes[1], 0, __ATOMIC_RELEASE);
  if (Here() != nullptr) address_waiters.WakeAll(guard);
}

GOLAB_EXPORT ssize_t write(int fd, const void* data, std::size_t size) {
  if (world.lab) NoteWrite();
  return syscall(SYS_write, fd, data, size);
}

GOLAB_EXPORT ssize_t writev(int fd, const iovec* parts, int count) {
  if (world.lab) NoteWrite();
  return syscall(SYS_writev, fd, parts, count);
}

#if GOLAB_TSAN

// The same under names that TSan's library, which is asked first, does not have: the image's own
// definitions call them (sanitizer/tsan_object.cc).

GOLAB_EXPORT int golab_pthread_once(pthread_once_t* once, void (*f)(void)) {
  return pthread_once(once, f);
}

GOLAB_EXPORT int golab_guard_acquire(std::uint64_t* guard) noexcept {
  return __cxa_guard_acquire(guard);
}

GOLAB_EXPORT void golab_guard_release(std::uint64_t* guard) noexcept {
  __cxa_guard_release(guard);
}

GOLAB_EXPORT void golab_guard_abort(std::uint64_t* guard) noexcept {
  __cxa_guard_abort(guard);
}

#endif

// Ways out that skip the runtime's end.

GOLAB_EXPORT void _exit(int status) {
  if (world.lab) RecordExit(ExitKind::kUnderscoreExit, status);
  real::ExitProcess(status);
}

GOLAB_EXPORT void _Exit(int status) noexcept {
  if (world.lab) RecordExit(ExitKind::kUnderscoreExit, status);
  real::ExitProcess(status);
}

GOLAB_EXPORT void quick_exit(int status) noexcept {
  if (world.lab) RecordExit(ExitKind::kQuickExit, status);
  real::ExitProcess(status);
}

}  // extern "C"
