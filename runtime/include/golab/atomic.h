#pragma once
// Go's sync/atomic: values that goroutines may change at the same time. All operations are
// sequentially consistent, never wait, and may be called on any thread.
//
// None of the types may be copied after first use; here the compiler sees to that.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/any.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

/// What a program built with GOLAB_OUT_OF_LINE (tasks, submissions) calls: a schedule may go on
/// with another goroutine before each. `bytes` is 4 or 8; narrower results have zeros above.
std::uint64_t AtomicLoad(const void* at, unsigned bytes);
void AtomicStore(void* at, unsigned bytes, std::uint64_t value);
std::uint64_t AtomicSwap(void* at, unsigned bytes, std::uint64_t value);
bool AtomicCompareAndSwap(void* at, unsigned bytes, std::uint64_t old, std::uint64_t value);
std::uint64_t AtomicAdd(void* at, unsigned bytes, std::uint64_t delta);  ///< The new value.
std::uint64_t AtomicAnd(void* at, unsigned bytes, std::uint64_t mask);   ///< The old value.
std::uint64_t AtomicOr(void* at, unsigned bytes, std::uint64_t mask);    ///< The old value.

#if defined(GOLAB_OUT_OF_LINE)
inline constexpr bool kAtomicCalls = true;
#else
inline constexpr bool kAtomicCalls = false;
#endif

/// The operations on one word. Calls: by calling the library.
template <class T, bool Calls = kAtomicCalls>
struct AtomicWord {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static_assert(sizeof(T) == sizeof(Bits));

  [[gnu::always_inline]] static std::uint64_t ToBits(T value) {
    if constexpr (std::is_pointer_v<T>) {
      return reinterpret_cast<std::uintptr_t>(value);
    } else {
      return static_cast<Bits>(value);
    }
  }

  [[gnu::always_inline]] static T FromBits(std::uint64_t bits) {
    if constexpr (std::is_pointer_v<T>) {
      return reinterpret_cast<T>(static_cast<std::uintptr_t>(bits));
    } else {
      return static_cast<T>(bits);
    }
  }

  [[gnu::always_inline]] static T Load(const T* at) {
    if constexpr (Calls) return FromBits(AtomicLoad(at, sizeof(T)));
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static void Store(T* at, T value) {
    if constexpr (Calls) return AtomicStore(at, sizeof(T), ToBits(value));
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static T Swap(T* at, T value) {
    if constexpr (Calls) return FromBits(AtomicSwap(at, sizeof(T), ToBits(value)));
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static bool CompareAndSwap(T* at, T old, T value) {
    if constexpr (Calls) return AtomicCompareAndSwap(at, sizeof(T), ToBits(old), ToBits(value));
    return __atomic_compare_exchange_n(at, &old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static T Add(T* at, T delta) {
    if constexpr (Calls) return FromBits(AtomicAdd(at, sizeof(T), ToBits(delta)));
    return __atomic_add_fetch(at, delta, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static T And(T* at, T mask) {
    if constexpr (Calls) return FromBits(AtomicAnd(at, sizeof(T), ToBits(mask)));
    return __atomic_fetch_and(at, mask, __ATOMIC_SEQ_CST);
  }

  [[gnu::always_inline]] static T Or(T* at, T mask) {
    if constexpr (Calls) return FromBits(AtomicOr(at, sizeof(T), ToBits(mask)));
    return __atomic_fetch_or(at, mask, __ATOMIC_SEQ_CST);
  }
};

}  // namespace golab::rt

namespace golab::atomic {

/// An integer. Go: atomic.Int32 and its like, below.
template <class T>
class Integer {
 public:
  constexpr Integer() = default;
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;

  [[gnu::always_inline]] T Load() const { return Word::Load(&value_); }

  [[gnu::always_inline]] void Store(T value) { Word::Store(&value_, value); }

  /// Stores `value`, gives the value before.
  [[gnu::always_inline]] T Swap(T value) { return Word::Swap(&value_, value); }

  /// Stores `value` if it is `old`; whether it was.
  [[gnu::always_inline]] bool CompareAndSwap(T old, T value) {
    return Word::CompareAndSwap(&value_, old, value);
  }

  /// Adds `delta`, gives the new value. Overflow wraps, as in Go.
  [[gnu::always_inline]] T Add(T delta) { return Word::Add(&value_, delta); }

  /// Bitwise and with `mask`, gives the value before.
  [[gnu::always_inline]] T And(T mask) { return Word::And(&value_, mask); }

  /// Bitwise or with `mask`, gives the value before.
  [[gnu::always_inline]] T Or(T mask) { return Word::Or(&value_, mask); }

 private:
  using Word = rt::AtomicWord<T>;
  alignas(sizeof(T)) T value_ = 0;
};

using Int32 = Integer<std::int32_t>;
using Int64 = Integer<std::int64_t>;
using Uint32 = Integer<std::uint32_t>;
using Uint64 = Integer<std::uint64_t>;
using Uintptr = Integer<std::uintptr_t>;

/// A truth value, false at first. Go: atomic.Bool.
class Bool {
 public:
  constexpr Bool() = default;
  Bool(const Bool&) = delete;
  Bool& operator=(const Bool&) = delete;

  [[gnu::always_inline]] bool Load() const { return Word::Load(&value_) != 0; }

  [[gnu::always_inline]] void Store(bool value) { Word::Store(&value_, value ? 1 : 0); }

  [[gnu::always_inline]] bool Swap(bool value) { return Word::Swap(&value_, value ? 1 : 0) != 0; }

  [[gnu::always_inline]] bool CompareAndSwap(bool old, bool value) {
    return Word::CompareAndSwap(&value_, old ? 1 : 0, value ? 1 : 0);
  }

 private:
  using Word = rt::AtomicWord<std::uint32_t>;
  std::uint32_t value_ = 0;
};

/// A pointer, nil at first. Go: atomic.Pointer. Differs: nothing keeps what it points to alive.
template <class T>
class Pointer {
 public:
  constexpr Pointer() = default;
  Pointer(const Pointer&) = delete;
  Pointer& operator=(const Pointer&) = delete;

  [[gnu::always_inline]] T* Load() const { return Word::Load(&value_); }

  [[gnu::always_inline]] void Store(T* value) { Word::Store(&value_, value); }

  [[gnu::always_inline]] T* Swap(T* value) { return Word::Swap(&value_, value); }

  [[gnu::always_inline]] bool CompareAndSwap(T* old, T* value) {
    return Word::CompareAndSwap(&value_, old, value);
  }

 private:
  using Word = rt::AtomicWord<T*>;
  T* value_ = nullptr;
};

/// A value of any type, which stays that type; nil at first. Go: atomic.Value.
class Value {
 public:
  constexpr Value() = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  /// `v.Load().As<Config>()`; nil before the first Store.
  Any Load() const;

  /// Panics "sync/atomic: store of nil value into Value", "sync/atomic: store of inconsistently
  /// typed value into Value".
  void Store(Any value);

  /// Gives the value before. Panics as Store does, with "swap" for "store".
  Any Swap(Any value);

  /// Whether it was `old`; then it is `value` now. Panics "sync/atomic: compare and swap of nil
  /// value into Value", "sync/atomic: compare and swap of inconsistently typed old and new values",
  /// "sync/atomic: compare and swap of inconsistently typed value into Value"; `runtime error:
  /// comparing uncomparable type T`.
  bool CompareAndSwap(const Any& old, Any value);

 private:
  mutable std::uint32_t lock_ = 0;  // guards value_
  Any value_;
};

// On variables of the program's own, by the same rules. Go: the functions of the same names.

[[gnu::always_inline]] inline std::int32_t LoadInt32(const std::int32_t* at) {
  return rt::AtomicWord<std::int32_t>::Load(at);
}

[[gnu::always_inline]] inline void StoreInt32(std::int32_t* at, std::int32_t value) {
  rt::AtomicWord<std::int32_t>::Store(at, value);
}

[[gnu::always_inline]] inline std::int32_t AddInt32(std::int32_t* at, std::int32_t delta) {
  return rt::AtomicWord<std::int32_t>::Add(at, delta);
}

[[gnu::always_inline]] inline std::int32_t SwapInt32(std::int32_t* at, std::int32_t value) {
  return rt::AtomicWord<std::int32_t>::Swap(at, value);
}

[[gnu::always_inline]] inline bool CompareAndSwapInt32(std::int32_t* at, std::int32_t old,
                                                       std::int32_t value) {
  return rt::AtomicWord<std::int32_t>::CompareAndSwap(at, old, value);
}

[[gnu::always_inline]] inline std::int64_t LoadInt64(const std::int64_t* at) {
  return rt::AtomicWord<std::int64_t>::Load(at);
}

[[gnu::always_inline]] inline void StoreInt64(std::int64_t* at, std::int64_t value) {
  rt::AtomicWord<std::int64_t>::Store(at, value);
}

[[gnu::always_inline]] inline std::int64_t AddInt64(std::int64_t* at, std::int64_t delta) {
  return rt::AtomicWord<std::int64_t>::Add(at, delta);
}

[[gnu::always_inline]] inline std::int64_t SwapInt64(std::int64_t* at, std::int64_t value) {
  return rt::AtomicWord<std::int64_t>::Swap(at, value);
}

[[gnu::always_inline]] inline bool CompareAndSwapInt64(std::int64_t* at, std::int64_t old,
                                                       std::int64_t value) {
  return rt::AtomicWord<std::int64_t>::CompareAndSwap(at, old, value);
}

[[gnu::always_inline]] inline std::uint32_t LoadUint32(const std::uint32_t* at) {
  return rt::AtomicWord<std::uint32_t>::Load(at);
}

[[gnu::always_inline]] inline void StoreUint32(std::uint32_t* at, std::uint32_t value) {
  rt::AtomicWord<std::uint32_t>::Store(at, value);
}

[[gnu::always_inline]] inline std::uint32_t AddUint32(std::uint32_t* at, std::uint32_t delta) {
  return rt::AtomicWord<std::uint32_t>::Add(at, delta);
}

[[gnu::always_inline]] inline std::uint32_t SwapUint32(std::uint32_t* at, std::uint32_t value) {
  return rt::AtomicWord<std::uint32_t>::Swap(at, value);
}

[[gnu::always_inline]] inline bool CompareAndSwapUint32(std::uint32_t* at, std::uint32_t old,
                                                        std::uint32_t value) {
  return rt::AtomicWord<std::uint32_t>::CompareAndSwap(at, old, value);
}

[[gnu::always_inline]] inline std::uint64_t LoadUint64(const std::uint64_t* at) {
  return rt::AtomicWord<std::uint64_t>::Load(at);
}

[[gnu::always_inline]] inline void StoreUint64(std::uint64_t* at, std::uint64_t value) {
  rt::AtomicWord<std::uint64_t>::Store(at, value);
}

[[gnu::always_inline]] inline std::uint64_t AddUint64(std::uint64_t* at, std::uint64_t delta) {
  return rt::AtomicWord<std::uint64_t>::Add(at, delta);
}

[[gnu::always_inline]] inline std::uint64_t SwapUint64(std::uint64_t* at, std::uint64_t value) {
  return rt::AtomicWord<std::uint64_t>::Swap(at, value);
}

[[gnu::always_inline]] inline bool CompareAndSwapUint64(std::uint64_t* at, std::uint64_t old,
                                                        std::uint64_t value) {
  return rt::AtomicWord<std::uint64_t>::CompareAndSwap(at, old, value);
}

[[gnu::always_inline]] inline std::uintptr_t LoadUintptr(const std::uintptr_t* at) {
  return rt::AtomicWord<std::uintptr_t>::Load(at);
}

[[gnu::always_inline]] inline void StoreUintptr(std::uintptr_t* at, std::uintptr_t value) {
  rt::AtomicWord<std::uintptr_t>::Store(at, value);
}

[[gnu::always_inline]] inline std::uintptr_t AddUintptr(std::uintptr_t* at, std::uintptr_t delta) {
  return rt::AtomicWord<std::uintptr_t>::Add(at, delta);
}

[[gnu::always_inline]] inline std::uintptr_t SwapUintptr(std::uintptr_t* at, std::uintptr_t value) {
  return rt::AtomicWord<std::uintptr_t>::Swap(at, value);
}

[[gnu::always_inline]] inline bool CompareAndSwapUintptr(std::uintptr_t* at, std::uintptr_t old,
                                                         std::uintptr_t value) {
  return rt::AtomicWord<std::uintptr_t>::CompareAndSwap(at, old, value);
}

}  // namespace golab::atomic

#pragma GCC visibility pop
