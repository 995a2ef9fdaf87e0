// A value on the heap with its dynamic type: what Error and Any hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/arg.h"
#include "golab/references.h"
#include "golab/slice.h"
#include "golab/type.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

class Error;

namespace rt {

/// What can be done with a boxed value. An absent ability is null.
struct BoxOps {
  const Type* type;
  void (*destroy)(void* box);
  fmt::Arg (*arg)(const void* value);
  bool (*equal)(const void* left, const void* right);  ///< Go: comparable types.
  String (*text)(const void* value);                   ///< Go: Error().
  Slice<Error> (*unwrap)(const void* value);           ///< Go: Unwrap(), of either kind.
  bool unwraps_many;                                   ///< Go: Unwrap() []error.
  bool (*is)(const void* value, const Error& target);  ///< Go: Is(error).
  bool (*timeout)(const void* value);                  ///< Go: Timeout(), of net.Error.
};

/// Immutable but for the count; any number of threads may read it.
struct Box {
  std::uint32_t references;  // the last one destroys
  const BoxOps* ops;
  const void* value;
};

/// A counted reference to a box, or none.
class BoxRef {
 public:
  constexpr BoxRef() noexcept = default;

  explicit BoxRef(Box* box) noexcept : box_(box) {}

  BoxRef(const BoxRef& other) noexcept : box_(other.box_) {
    // Relaxed: a new reference is made from one that keeps the box alive.
    if (box_ != nullptr) __atomic_fetch_add(&box_->references, 1, __ATOMIC_RELAXED);
  }

  BoxRef(BoxRef&& other) noexcept : box_(other.box_) { other.box_ = nullptr; }

  BoxRef& operator=(BoxRef other) noexcept {
    std::swap(box_, other.box_);
    return *this;
  }

  ~BoxRef() {
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): loses structured bindings
    if (box_ != nullptr && DropReference(&box_->references)) {
      box_->ops->destroy(box_);
    }
  }

  const Box* get() const noexcept { return box_; }

 private:
  Box* box_ = nullptr;
};

template <class T>
concept HasUnwrap = requires(const T& value) {
  value.Unwrap();
};

// Equality that Go has, too: not for containers (Go's slices and maps), and pairs and tuples of
// std claim an operator== whether or not it compiles. An empty struct equals itself (context keys).
template <class T>
concept Comparable = !List<T> && !Pair<T> && requires(const T& left, const T& right) {
  static_cast<bool>(left == right);
};

template <class T>
constexpr auto EqualOf() -> bool (*)(const void*, const void*) {
  if constexpr (std::is_same_v<T, String> || Comparable<T>) {
    return [](const void* left, const void* right) {
      return static_cast<bool>(*static_cast<const T*>(left) == *static_cast<const T*>(right));
    };
  } else if constexpr (std::is_empty_v<T>) {
    return [](const void*, const void*) { return true; };
  } else {
    return nullptr;
  }
}

template <class T>
constexpr auto UnwrapOf() -> Slice<Error> (*)(const void*) {
  if constexpr (HasUnwrap<T>) {
    return [](const void* value) {
      const auto wrapped = static_cast<const T*>(value)->Unwrap();
      if constexpr (std::is_convertible_v<decltype(wrapped), Error>) {
        return Slice<Error>{wrapped};
      } else {
        return Slice<Error>(wrapped.begin() == wrapped.end() ? nullptr : &*wrapped.begin(),
                            wrapped.size());
      }
    };
  } else {
    return nullptr;
  }
}

template <class T>
constexpr bool UnwrapsMany() {
  if constexpr (HasUnwrap<T>) {
    return !std::is_convertible_v<decltype(std::declval<const T&>().Unwrap()), Error>;
  } else {
    return false;
  }
}

template <class T>
constexpr auto IsOf() -> bool (*)(const void*, const Error&) {
  if constexpr (requires(const T& value, const Error& target) { value.Is(target); }) {
    return [](const void* value, const Error& target) {
      return static_cast<bool>(static_cast<const T*>(value)->Is(target));
    };
  } else {
    return nullptr;
  }
}

template <class T>
constexpr auto TimeoutOf() -> bool (*)(const void*) {
  if constexpr (requires(const T& value) { static_cast<bool>(value.Timeout()); }) {
    return [](const void* value) {
      return static_cast<bool>(static_cast<const T*>(value)->Timeout());
    };
  } else {
    return nullptr;
  }
}

template <class T>
constexpr auto TextOf() -> String (*)(const void*) {
  if constexpr (HasText<T> || (HasWhat<T> && !HasStringMethod<T>)) {
    return &WordsOf<T>;
  } else {
    return nullptr;
  }
}

template <class T>
struct BoxOf : Box {
  template <class U>
  BoxOf(const BoxOps* how, U&& from) : Box{1, how, nullptr}, held(std::forward<U>(from)) {
    value = &held;
  }

  T held;
};

/// Hidden, as kType is.
template <class T>
[[gnu::visibility("hidden")]] inline constexpr BoxOps kBoxOps = {
    &kType<T>,
    [](void* box) { delete static_cast<BoxOf<T>*>(static_cast<Box*>(box)); },
    [](const void* object) { return fmt::Arg::Of(*static_cast<const T*>(object)); },
    EqualOf<T>(),
    TextOf<T>(),
    UnwrapOf<T>(),
    UnwrapsMany<T>(),
    IsOf<T>(),
    TimeoutOf<T>(),
};

template <class T>
BoxRef MakeBox(T&& value) {
  using Held = std::decay_t<T>;
  return BoxRef(new BoxOf<Held>(&kBoxOps<Held>, std::forward<T>(value)));
}

}  // namespace rt
}  // namespace golab

#pragma GCC visibility pop
