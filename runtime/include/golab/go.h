#pragma once
// go: starts a goroutine.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

/// Closures up to this size live in the goroutine itself, larger ones on the heap.
inline constexpr std::size_t kInlineClosure = 48;

/// What the library must know of a closure's type.
struct ClosureOps {
  std::size_t size;
  void (*move)(void* to, void* from);  ///< constructs *to, destroys *from
  void (*run)(void* closure);          ///< calls and destroys it, however the call is left
  /// For dumps and debuggers, which cannot call the program's code: where the address of the
  /// function that the closure calls is written, 0 if it is not known. Null: at the closure's
  /// start.
  const void* target;
};

/// Starts a goroutine that runs the closure at `closure`, which is moved away.
void Spawn(const ClosureOps* ops, void* closure);
[[noreturn]] void SpawnNil();

/// `f` with its arguments, evaluated at the `go` as in Go, and by value.
template <class F, class Arguments>
struct BoundCall {
  F f;
  Arguments arguments;

  [[gnu::always_inline]] void operator()() { arguments(f); }
};

/// A pointer to a non-virtual member function begins with that function's address (Itanium C++
/// ABI).
template <class F>
[[gnu::visibility("hidden")]] inline constexpr auto kCallOperator = &F::operator();

inline constexpr std::uintptr_t kNoTarget = 0;

/// See ClosureOps::target.
template <class F>
constexpr const void* TargetOf() {
  if constexpr (requires(F call) { call.arguments(call.f); }) {
    return TargetOf<decltype(F::f)>();  // BoundCall: f is first
  } else if constexpr (requires { &F::operator(); }) {
    return &kCallOperator<F>;
  } else if constexpr (std::is_pointer_v<F>) {
    return nullptr;
  } else {
    return &kNoTarget;
  }
}

/// The address of the function that a closure calls.
[[gnu::always_inline]] inline std::uintptr_t EntryAt(const void* target, const void* closure) {
  std::uintptr_t entry;
  __builtin_memcpy(&entry, target != nullptr ? target : closure, sizeof entry);
  return entry;
}

template <class F>
struct ClosureType {
  static void Move(void* to, void* from) {
    ::new (to) F(static_cast<F&&>(*static_cast<F*>(from)));
    static_cast<F*>(from)->~F();
  }

  static void Run(void* closure) {
    struct Owner {
      F* f;

      ~Owner() { f->~F(); }
    } owner{static_cast<F*>(closure)};

    (*owner.f)();
  }

  static constexpr ClosureOps kOps{sizeof(F), &Move, &Run, TargetOf<F>()};
};

template <class F>
constexpr bool IsNilFunction(const F& f) {
  if constexpr (std::is_pointer_v<F> || requires { f == nullptr; }) {
    return f == nullptr;
  } else {
    return false;
  }
}

/// Storage for a closure that Spawn moves away and destroys.
template <class F>
union ClosureSlot {
  F closure;

  template <class... A>
  explicit ClosureSlot(A&&... a) : closure{static_cast<A&&>(a)...} {}

  ~ClosureSlot() {}
};

}  // namespace rt

/// Starts a new goroutine that calls `f(args...)`; does not wait for it. `f` and the arguments are
/// evaluated here and copied (or moved) into the goroutine; a result is dropped. It is counted by
/// runtime::NumGoroutine from here on and runs when a processor is free.
/// A null function pointer or nil Func: "fatal error: go of nil func value".
/// Goroutines and static initialisers only. Go: the go statement.
/// Differs: a lambda that captures by reference ([&]) refers to variables that may end before it
/// runs.
template <class F, class... Args>
[[gnu::always_inline]] inline void go(F&& f, Args&&... args) {
  using Function = std::decay_t<F>;
  if constexpr (!std::is_function_v<std::remove_reference_t<F>>) {
    if (rt::IsNilFunction(f)) rt::SpawnNil();
  }
  if constexpr (sizeof...(Args) == 0) {
    rt::ClosureSlot<Function> slot(static_cast<F&&>(f));
    rt::Spawn(&rt::ClosureType<Function>::kOps, &slot);
  } else {
    auto arguments = [... kept = std::decay_t<Args>(static_cast<Args&&>(args))](
                         Function& function) mutable { function(std::move(kept)...); };
    using Call = rt::BoundCall<Function, decltype(arguments)>;
    rt::ClosureSlot<Call> slot(static_cast<F&&>(f), std::move(arguments));
    rt::Spawn(&rt::ClosureType<Call>::kOps, &slot);
  }
}

}  // namespace golab

#pragma GCC visibility pop
