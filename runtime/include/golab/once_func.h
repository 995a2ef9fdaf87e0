#pragma once
// Go's sync.OnceFunc, OnceValue and OnceValues: functions that run once and remember.

#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/func.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::sync {

/// A function that calls f the first time; further calls wait until that has returned
/// ("sync.Mutex.Lock"). If f panics, every call panics with its value; if it ends by Goexit, later
/// calls panic with "panic called with nil argument". Goroutines only. Go: sync.OnceFunc.
Func<void()> OnceFunc(Func<void()> f);

}  // namespace golab::sync

namespace golab::rt {

/// A function's result, shared by the copies of a closure.
template <class R>
class OnceResult {
 public:
  OnceResult() : cell_(new Cell) {}

  OnceResult(const OnceResult& other) noexcept : cell_(other.cell_) {
    // Relaxed: a new reference is made from one that keeps the cell alive.
    __atomic_fetch_add(&cell_->references, 1, __ATOMIC_RELAXED);
  }

  OnceResult& operator=(const OnceResult&) = delete;

  ~OnceResult() {
    // Acquire and release: the last holder sees what the others did before they let go.
    if (__atomic_sub_fetch(&cell_->references, 1, __ATOMIC_ACQ_REL) == 0) delete cell_;
  }

  R& value() const { return cell_->value; }

 private:
  struct Cell {
    std::uint32_t references = 1;
    R value{};
  };

  Cell* cell_;
};

}  // namespace golab::rt

namespace golab::sync {

/// As OnceFunc, for a function with a result, which must have a default (its zero value).
/// Go: sync.OnceValue.
template <class F>
Func<std::invoke_result_t<F&>()> OnceValue(F f) {
  using R = std::invoke_result_t<F&>;
  const rt::OnceResult<R> result;
  Func<void()> once = OnceFunc([result, f = std::move(f)]() mutable { result.value() = f(); });
  return [result, once = std::move(once)]() -> R {
    once();
    return result.value();
  };
}

/// The same for several results, in a struct or std::pair: `auto [conn, err] = dial();`.
/// Go: sync.OnceValues.
template <class F>
Func<std::invoke_result_t<F&>()> OnceValues(F f) {
  return OnceValue(std::move(f));
}

}  // namespace golab::sync

#pragma GCC visibility pop
