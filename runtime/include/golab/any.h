// Go's `any`: a value of any type, or nil.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "golab/arg.h"
#include "golab/box.h"
#include "golab/errors.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

/// Holds a value, immutable and shared by all copies. Strings of every kind (literals, std::string)
/// are held as String, errors as what is in them, so that As finds them as Go would.
/// Any number of threads may read and copy one Any.
class Any {
 public:
  constexpr Any() noexcept = default;

  constexpr Any(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <rt::OtherThan<Any> T>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Any(T&& value) : held_(Hold(std::forward<T>(value))) {}

  /// Go: x == nil says false.
  explicit operator bool() const noexcept { return held_.box() != nullptr; }

  friend bool operator==(const Any& any, std::nullptr_t) noexcept { return !any; }

  /// Same type and equal values. Panics `runtime error: comparing uncomparable type []int` if the
  /// type has no equality: containers, and classes without operator== that have members.
  friend bool operator==(const Any& left, const Any& right) { return Equal(left, right); }

  /// Whether == may be asked. nil may.
  bool Comparable() const noexcept;

  /// The value if its type is exactly T, else null; valid as long as the Any is. Go: x.(T).
  /// As<Error>() finds every error, as Go's x.(error).
  template <class T>
  const T* As() const noexcept {
    static_assert(!rt::StringLike<T> && !std::is_same_v<std::decay_t<T>, const char*>,
                  "ask for As<String>(): an Any holds every string as golab::String");
    if constexpr (std::is_same_v<T, Error>) {
      return IsError() ? &held_ : nullptr;
    } else {
      return static_cast<const T*>(Find(rt::kType<T>));
    }
  }

  /// Go's name of the type (%T): `main.S`, `int`; `<nil>` without a value.
  String TypeName() const;

  /// As fmt's %v prints it.
  String Text() const;

  /// What Go prints after `panic: ` for this value: strings and errors plain, `main.MyInt(42)`,
  /// `+1.500000e+000`, `(main.S) 0xc0000100d0`, nil `panic called with nil argument`. A tab follows
  /// each newline.
  String PanicText() const;

  fmt::Arg AsArg() const;

  const rt::Box* box() const noexcept { return held_.box(); }  ///< For the library.

 private:
  template <class T>
  static Error Hold(T&& value) {
    using Held = std::decay_t<T>;
    if constexpr (std::is_same_v<Held, Error>) {
      return std::forward<T>(value);
    } else if constexpr (rt::HasAsError<Held>) {
      return value.AsError();
    } else if constexpr (rt::StringLike<Held> || std::is_same_v<Held, const char*> ||
                         std::is_same_v<Held, char*>) {
      return Error(rt::MakeBox(String(value)));
    } else {
      return Error(rt::MakeBox(std::forward<T>(value)));
    }
  }

  static bool Equal(const Any& left, const Any& right);
  bool IsError() const noexcept;
  const void* Find(const rt::Type& type) const noexcept;

  Error held_;  // not only errors: the box of any value. As<Error> points here
};

}  // namespace golab

#pragma GCC visibility pop
