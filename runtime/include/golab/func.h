// Go's function value: copied by reference, nil when empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/references.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

/// Panics `runtime error: invalid memory address or nil pointer dereference`. Any thread.
[[noreturn]] void PanicNilDereference();

/// Whether `callable` stands for no function: a null pointer, an empty std::function or Func.
template <class F>
bool IsNilCallable(const F& callable) {
  if constexpr (std::is_pointer_v<F>) {
    return callable == nullptr;
  } else if constexpr (requires { callable.operator bool(); }) {
    return !callable.operator bool();
  } else {
    return false;
  }
}

template <class F, class Own, class R, class... A>
concept CallableFor =
    !std::is_same_v<std::decay_t<F>, Own> && std::is_invocable_r_v<R, std::decay_t<F>&, A...>;

}  // namespace rt

template <class Signature>
class Func;

/// Holds any callable with that signature, made from it implicitly. Copies share it, captured
/// variables included, as copies of a Go closure do; a mutable lambda keeps its state.
/// Any number of threads may copy and call one Func; what it calls is the caller's concern.
/// Compares with nullptr only, as in Go.
template <class R, class... A>
class Func<R(A...)> {
 public:
  constexpr Func() noexcept = default;

  constexpr Func(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <rt::CallableFor<Func, R, A...> F>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Func(F&& callable) {
    using Held = std::decay_t<F>;
    if (rt::IsNilCallable<Held>(callable)) return;
    rep_ = new Holder<Held>(std::forward<F>(callable));
  }

  Func(const Func& other) noexcept : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the callable alive.
    if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  Func(Func&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Func& operator=(Func other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Func() {
    if (rep_ != nullptr && rt::DropReference(&rep_->references)) rep_->destroy(rep_);
  }

  /// Panics `runtime error: invalid memory address or nil pointer dereference` when nil.
  R operator()(A... arguments) const {
    if (rep_ == nullptr) rt::PanicNilDereference();
    return rep_->call(rep_, std::forward<A>(arguments)...);
  }

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  friend bool operator==(const Func& func, std::nullptr_t) noexcept { return func.rep_ == nullptr; }

 private:
  // Two functions rather than a vtable: nothing of a submission's types is exported as data.
  struct Rep {
    std::uint32_t references;
    R (*call)(Rep*, A...);
    void (*destroy)(Rep*);
  };

  template <class F>
  struct Holder : Rep {
    template <class G>
    // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): never copied
    explicit Holder(G&& from)
        : Rep{1,
              [](Rep* rep, A... arguments) -> R {
                return static_cast<R>(
                    static_cast<Holder*>(rep)->callable(std::forward<A>(arguments)...));
              },
              [](Rep* rep) { delete static_cast<Holder*>(rep); }},
          callable(std::forward<G>(from)) {}

    F callable;
  };

  Rep* rep_ = nullptr;  // null: nil
};

}  // namespace golab

#pragma GCC visibility pop
