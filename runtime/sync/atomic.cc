// sync/atomic, as calls of the library, and Value. Go: internal/runtime/atomic,
// sync/atomic/value.go.

#include "golab/atomic.h"

#include <utility>

#include "golab/defer.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/spin_lock.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

/// Calls operation(pointer to the word, whose type is of that many bytes).
template <class Operation>
std::uint64_t OnWord(void* at, unsigned bytes, const Operation& operation) {
  fiber::Release(at);
  const std::uint64_t result = bytes == 4 ? operation(static_cast<std::uint32_t*>(at))
                                          : operation(static_cast<std::uint64_t*>(at));
  fiber::Acquire(at);
  return result;
}

template <class Word>
using Of = std::remove_pointer_t<Word>;

}  // namespace

std::uint64_t AtomicLoad(const void* at, unsigned bytes) {
  GOLAB_AT_CALL_AT(at, kRead);
  const std::uint64_t value =
      bytes == 4 ? __atomic_load_n(static_cast<const std::uint32_t*>(at), __ATOMIC_SEQ_CST)
                 : __atomic_load_n(static_cast<const std::uint64_t*>(at), __ATOMIC_SEQ_CST);
  fiber::Acquire(at);
  return value;
}

void AtomicStore(void* at, unsigned bytes, std::uint64_t value) {
  GOLAB_AT_CALL_AT(at, kWrite);
  fiber::Release(at);
  if (bytes == 4) {
    __atomic_store_n(static_cast<std::uint32_t*>(at), static_cast<std::uint32_t>(value),
                     __ATOMIC_SEQ_CST);
  } else {
    __atomic_store_n(static_cast<std::uint64_t*>(at), value, __ATOMIC_SEQ_CST);
  }
}

std::uint64_t AtomicSwap(void* at, unsigned bytes, std::uint64_t value) {
  GOLAB_AT_CALL_AT(at, kWrite);
  return OnWord(at, bytes, [&](auto* word) -> std::uint64_t {
    return __atomic_exchange_n(word, static_cast<Of<decltype(word)>>(value), __ATOMIC_SEQ_CST);
  });
}

bool AtomicCompareAndSwap(void* at, unsigned bytes, std::uint64_t old, std::uint64_t value) {
  GOLAB_AT_CALL_AT(at, kWrite);
  return OnWord(at, bytes, [&](auto* word) -> std::uint64_t {
           auto expected = static_cast<Of<decltype(word)>>(old);
           return __atomic_compare_exchange_n(word, &expected,
                                              static_cast<Of<decltype(word)>>(value), false,
                                              __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
         }) != 0;
}

std::uint64_t AtomicAdd(void* at, unsigned bytes, std::uint64_t delta) {
  GOLAB_AT_CALL_AT(at, kWrite);
  return OnWord(at, bytes, [&](auto* word) -> std::uint64_t {
    return __atomic_add_fetch(word, static_cast<Of<decltype(word)>>(delta), __ATOMIC_SEQ_CST);
  });
}

std::uint64_t AtomicAnd(void* at, unsigned bytes, std::uint64_t mask) {
  GOLAB_AT_CALL_AT(at, kWrite);
  return OnWord(at, bytes, [&](auto* word) -> std::uint64_t {
    return __atomic_fetch_and(word, static_cast<Of<decltype(word)>>(mask), __ATOMIC_SEQ_CST);
  });
}

std::uint64_t AtomicOr(void* at, unsigned bytes, std::uint64_t mask) {
  GOLAB_AT_CALL_AT(at, kWrite);
  return OnWord(at, bytes, [&](auto* word) -> std::uint64_t {
    return __atomic_fetch_or(word, static_cast<Of<decltype(word)>>(mask), __ATOMIC_SEQ_CST);
  });
}

}  // namespace rt

namespace atomic {
namespace {

class ValueLock {
 public:
  explicit ValueLock(std::uint32_t* word) : word_(word) { rt::LockWord(word_); }

  ValueLock(const ValueLock&) = delete;
  ValueLock& operator=(const ValueLock&) = delete;

  ~ValueLock() { rt::UnlockWord(word_); }

 private:
  std::uint32_t* word_;
};

bool SameType(const Any& a, const Any& b) {
  return rt::SameType(*a.box()->ops->type, *b.box()->ops->type);
}

}  // namespace

Any Value::Load() const {
  GOLAB_AT_CALL_AT(this, kRead);
  const ValueLock lock(&lock_);
  rt::fiber::Acquire(this);
  return value_;
}

void Value::Store(Any value) {
  GOLAB_AT_CALL_AT(this, kWrite);
  if (!value) panic("sync/atomic: store of nil value into Value");
  rt::fiber::Release(this);
  {
    const ValueLock lock(&lock_);
    if (!value_ || SameType(value_, value)) {
      std::swap(value_, value);
      return;
    }
  }
  panic("sync/atomic: store of inconsistently typed value into Value");
}

Any Value::Swap(Any value) {
  GOLAB_AT_CALL_AT(this, kWrite);
  if (!value) panic("sync/atomic: swap of nil value into Value");
  rt::fiber::Release(this);
  {
    const ValueLock lock(&lock_);
    if (!value_ || SameType(value_, value)) {
      std::swap(value_, value);
      rt::fiber::Acquire(this);
      return value;
    }
  }
  panic("sync/atomic: swap of inconsistently typed value into Value");
}

bool Value::CompareAndSwap(const Any& old, Any value) {
  GOLAB_AT_CALL_AT(this, kWrite);
  if (!value) panic("sync/atomic: compare and swap of nil value into Value");
  if (old && !SameType(old, value)) {
    panic("sync/atomic: compare and swap of inconsistently typed old and new values");
  }
  rt::fiber::Release(this);
  for (;;) {
    Any present;
    {
      const ValueLock lock(&lock_);
      present = value_;
    }
    if (present && !SameType(present, value)) {
      panic("sync/atomic: compare and swap of inconsistently typed value into Value");
    }
    // The program's operator== runs with no lock held; so it is asked whether the value is still
    // this one.
    if (!(present == old)) return false;
    const ValueLock lock(&lock_);
    if (value_.box() != present.box()) continue;
    std::swap(value_, value);
    return true;
  }
}

}  // namespace atomic
}  // namespace golab
