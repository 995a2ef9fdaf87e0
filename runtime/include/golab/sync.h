#pragma once
// sync: Mutex, RWMutex, WaitGroup, Once, Cond. They park goroutines, never threads.
//
// None may be copied after first use; here the compiler sees to that. Zero values are ready to use.
// All methods: goroutines only.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct Waiter;
struct MutexInside;
[[gnu::visibility("hidden")]] extern bool multi_flag;

/// First in, first out. Guarded by the lock of what it belongs to.
struct WaitQueue {
  Waiter* first = nullptr;
  Waiter* last = nullptr;
};

void MutexLockSlow(void* mutex);
void MutexUnlockSlow(void* mutex);

}  // namespace rt

namespace sync {

/// A mutual exclusion lock. Go: sync.Mutex.
class Mutex {
 public:
  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  /// Waits until the mutex is free and takes it. Wait reason "sync.Mutex.Lock". Locking it again in
  /// the same goroutine waits for ever. A waiter that has waited 1 ms gets the mutex handed over.
  /// Go: (*Mutex).Lock.
  void Lock();
  /// Takes it if it is free; never waits. Go: (*Mutex).TryLock.
  bool TryLock();
  /// Gives it free; any goroutine may. "fatal error: sync: unlock of unlocked mutex".
  /// Go: (*Mutex).Unlock.
  void Unlock();

 private:
  friend void rt::MutexLockSlow(void*);
  friend void rt::MutexUnlockSlow(void*);
  friend struct rt::MutexInside;
  std::uint32_t state_ = 0;  // bit 0 locked, bit 1 starving, from bit 2 the number of waiters
  std::uint32_t lock_ = 0;   // guards waiters_
  rt::WaitQueue waiters_;
};

/// A lock for one writer or many readers. A waiting writer keeps new readers out.
/// Go: sync.RWMutex.
class RWMutex {
 public:
  constexpr RWMutex() = default;
  RWMutex(const RWMutex&) = delete;
  RWMutex& operator=(const RWMutex&) = delete;

  /// Waits for readers as "sync.RWMutex.Lock", for another writer as "sync.Mutex.Lock".
  void Lock();
  bool TryLock();
  /// "fatal error: sync: Unlock of unlocked RWMutex".
  void Unlock();
  /// Wait reason "sync.RWMutex.RLock".
  void RLock();
  bool TryRLock();
  /// "fatal error: sync: RUnlock of unlocked RWMutex".
  void RUnlock();

 private:
  Mutex writers_;                 // held by the writer, from its announcement on
  std::uint32_t lock_ = 0;        // guards the rest
  std::int32_t readers_ = 0;      // that hold it
  bool writing_ = false;          // a writer holds it or waits for the readers to leave
  bool held_ = false;             // a writer holds it
  rt::WaitQueue reading_;         // readers that wait for the writer
  rt::Waiter* writer_ = nullptr;  // the writer that waits for readers
};

/// Waits for a number of things to be done. Go: sync.WaitGroup.
class WaitGroup {
 public:
  constexpr WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  /// Adds `delta`, which may be negative; at 0 all waiters go on. Add before the `go` that it
  /// counts. Panics "sync: negative WaitGroup counter".
  void Add(int delta);
  /// Add(-1).
  void Done();
  /// Waits until the counter is 0. Wait reason "sync.WaitGroup.Wait".
  void Wait();

 private:
  std::int64_t count_ = 0;
  std::uint32_t lock_ = 0;  // guards all of it
  std::uint32_t waiting_ = 0;
  rt::WaitQueue waiters_;
};

namespace internal {
void OnceDo(Mutex& mutex, std::uint32_t& done, void (*call)(void*), void* f);

template <class F>
void CallAt(void* f) {
  (*static_cast<F*>(f))();
}

template <class T>
void LockAt(void* locker) {
  static_cast<T*>(locker)->Lock();
}

template <class T>
void UnlockAt(void* locker) {
  static_cast<T*>(locker)->Unlock();
}
}  // namespace internal

/// Runs a function once. Go: sync.Once.
class Once {
 public:
  constexpr Once() = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  /// Calls f if no Do has been called before; when it returns, f has returned (others wait as
  /// "sync.Mutex.Lock"). It counts as done however f is left. Do within f waits for ever.
  /// Go: (*Once).Do.
  template <class F>
  void Do(F&& f) {
    internal::OnceDo(mutex_, done_, &internal::CallAt<std::remove_reference_t<F>>,
                     const_cast<void*>(static_cast<const void*>(&f)));
  }

 private:
  std::uint32_t done_ = 0;
  Mutex mutex_;
};

/// A rendezvous for goroutines that wait for a condition. Make it with NewCond. Go: sync.Cond.
class Cond {
 public:
  /// The lock that Wait gives free meanwhile.
  struct Locker {
    void* object = nullptr;
    void (*lock)(void*) = nullptr;
    void (*unlock)(void*) = nullptr;

    void Lock() const { lock(object); }

    void Unlock() const { unlock(object); }
  };

  Locker L;

  explicit Cond(Locker locker) : L(locker) {}

  Cond(const Cond& other);  ///< for Go's copy check: the copy panics on use
  Cond& operator=(const Cond&) = delete;

  /// Gives L free, waits for Signal or Broadcast (wait reason "sync.Cond.Wait"), takes L again.
  /// Panics "sync.Cond is copied".
  void Wait();
  /// Wakes the one that has waited longest.
  void Signal();
  void Broadcast();

 private:
  void CheckCopy();
  const Cond* self_ = nullptr;  // set on first use
  std::uint32_t lock_ = 0;
  rt::WaitQueue waiters_;
};

/// A Cond with *locker as L. Go: sync.NewCond.
template <class T>
Cond NewCond(T* locker) {
  return Cond(Cond::Locker{locker, &internal::LockAt<T>, &internal::UnlockAt<T>});
}

// Implementation.

// GOLAB_TSAN: golab's own files, which TSan does not instrument.
#if !defined(GOLAB_OUT_OF_LINE) && \
    (defined(__SANITIZE_THREAD__) || (defined(GOLAB_TSAN) && GOLAB_TSAN))
// TSan must be told of the order, and sees no assembly.
inline void Mutex::Lock() {
  rt::MutexLockSlow(this);
}

inline void Mutex::Unlock() {
  rt::MutexUnlockSlow(this);
}
#elif !defined(GOLAB_OUT_OF_LINE)
// While one P runs goroutines a lock is a plain word. Between the test and the store the goroutine
// must not be interrupted: the words of section golab_ranges say so to the signal's handler
// (poke.cc). Tasks and submissions, which are preempted where they count, call the library instead.
#  define GOLAB_IF_SOLO_AND(expected, store, slow)       \
    asm goto(                                            \
        "1:\n\t"                                         \
        "cmpb $0, %1\n\t"                                \
        "jne %l[" #slow                                  \
        "]\n\t"                                          \
        "cmpl $" #expected                               \
        ", %0\n\t"                                       \
        "jne %l[" #slow                                  \
        "]\n\t"                                          \
        "movl $" #store                                  \
        ", %0\n"                                         \
        "2:\n\t"                                         \
        ".pushsection golab_ranges,\"a?\",@progbits\n\t" \
        ".long 1b - ., 2b - .\n\t"                       \
        ".popsection"                                    \
        :                                                \
        : "m"(state_), "m"(rt::multi_flag)               \
        : "cc", "memory"                                 \
        : slow)

inline void Mutex::Lock() {
  GOLAB_IF_SOLO_AND(0, 1, slow);
  return;
slow:
  rt::MutexLockSlow(this);
}

inline void Mutex::Unlock() {
  GOLAB_IF_SOLO_AND(1, 0, slow);
  return;
slow:
  rt::MutexUnlockSlow(this);
}

#  undef GOLAB_IF_SOLO_AND
#endif

}  // namespace sync
}  // namespace golab

#pragma GCC visibility pop
