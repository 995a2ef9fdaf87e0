// Go's error values and package errors.
//
// An error type is any copyable class with a method Text() (Go's Error(), which C++ takes for the
// constructor of the handle); it needs no base class and becomes an Error by being returned as one:
//
//   struct NotFound {
//     String name;
//     String Text() const { return name + ": not found"; }
//   };
//   Error Find(String name) { return NotFound{name}; }
//   if (auto* missing = errors::As<NotFound>(err)) ... missing->name ...
//
// It may have, as in Go: `Error Unwrap() const` or `Slice<Error> Unwrap() const` (also a
// std::vector), and `bool Is(const Error& target) const`.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "golab/arg.h"
#include "golab/box.h"
#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

class Any;
class Error;

namespace rt {

template <class T>
concept HasAsError = requires(const T& value) {
  value.AsError();
};

template <class T>
concept HasErrorText = HasText<T> || HasWhat<T>;

/// What becomes an Error by itself. Any, and handles that stand for an error (AsError), do not.
template <class T>
concept ErrorType = std::is_class_v<T> && HasErrorText<T> && !HasAsArg<T> && !HasAsError<T>;

template <class T>
concept ErrorValue = ErrorType<std::decay_t<T>>;

template <class T>
concept ErrorLike = std::is_convertible_v<const T&, Error>;

}  // namespace rt

/// Go's `error`: a handle, nil by default. Copies are the same error; == is identity (Go compares
/// the values of two errors of one struct type; errors::Is does not here, either, unless the type
/// has Is). Any number of threads may read and copy one Error.
class Error {
 public:
  constexpr Error() noexcept = default;

  constexpr Error(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <rt::ErrorValue T>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Error(T&& value) : box_(rt::MakeBox(std::forward<T>(value))) {}

  /// Go: Error(). Panics on a nil error, as Go does:
  /// `runtime error: invalid memory address or nil pointer dereference`.
  String Text() const;

  explicit operator bool() const noexcept { return box_.get() != nullptr; }

  friend bool operator==(const Error& left, const Error& right) noexcept {
    return left.box_.get() == right.box_.get();
  }

  friend bool operator==(const Error& err, std::nullptr_t) noexcept { return !err; }

  fmt::Arg AsArg() const;  ///< How fmt prints it: nil as `<nil>`.

  const rt::Box* box() const noexcept { return box_.get(); }  ///< For the library.

 private:
  friend class Any;

  explicit Error(rt::BoxRef box) noexcept : box_(std::move(box)) {}

  rt::BoxRef box_;
};

namespace rt {

/// The value of type `type` in the tree of `err`, depth first; null if there is none.
const void* FindError(const Error& err, const Type& type);

/// A constant that names an error of the library, such as context::Canceled: the error itself is
/// made inside, because a library exports functions, never data.
class ErrorConstant {
 public:
  explicit constexpr ErrorConstant(const Error& (*get)()) : get_(get) {}

  operator const Error&() const { return get_(); }  // NOLINT(google-explicit-constructor)

  const Error& AsError() const { return get_(); }

  String Text() const { return get_().Text(); }

  fmt::Arg AsArg() const { return get_().AsArg(); }

 private:
  const Error& (*get_)();
};

}  // namespace rt

namespace errors {

/// A new error, different from every other, that reads `text`. Go: errors.New.
Error New(const String& text);

/// Whether `err` is `target`, or wraps it at any depth, or a type on the way says so by its method
/// Is. Go: errors.Is. Differs: two errors that are equal as values are not the same error.
bool Is(const Error& err, const Error& target);

/// The first error of type T in the tree of `err`, or null; valid as long as `err` is. Go:
/// errors.As. Differs: T is given as `As<T>`; methods As are not asked.
template <class T>
const T* As(const Error& err) {
  static_assert(rt::HasText<T> || rt::HasWhat<T>,
                "errors::As<T>: T must be an error type, with a method Text()");
  return static_cast<const T*>(rt::FindError(err, rt::kType<T>));
}

/// What `err` wraps, or nil; nil also if it wraps several (Join, Errorf). Go: errors.Unwrap.
Error Unwrap(const Error& err);

/// One error of all that are not nil, a line each; nil if none is left. Go: errors.Join.
Error Join(const Slice<Error>& errs);

template <rt::ErrorLike... E>
Error Join(const E&... errs) {
  return Join(Slice<Error>{errs...});
}

}  // namespace errors
}  // namespace golab

#pragma GCC visibility pop
