// One argument of fmt's functions: a borrowed value with its type erased.
//
// Which C++ value prints as which Go value is decided here, once, for fmt, Any and panic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "golab/shape.h"
#include "golab/string.h"
#include "golab/type.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::fmt {

/// Borrows the value it was made of, for one call. How values look to Go:
/// - bool, integers, floating point, std::complex: themselves; `int` is Go's int, `long` its int64,
///   `char` its byte (so 'x' prints 120, as in Go; %c prints x);
/// - String, std::string, std::string_view, char*: string; other pointers, functions: pointer;
/// - a class with `Text()`: error; with `String()`: Stringer; with `what()`: error (C++
/// exceptions);
///   pointers to such a class, too. Inside the class the method is `golab::String String() const`;
/// - enumerations: a named integer type, `main.Color(2)`;
/// - containers: `[1 2 3]`, `map[a:1 b:2]`; std::pair: `{1 2}`;
/// - a class with `fmt::Arg AsArg() const`: what that says. All else prints as type and address.
struct Arg {
  enum class Kind : std::uint8_t {
    kNil,      ///< no value, or a null pointer without a type
    kBool,     ///< boolean
    kInt,      ///< integer
    kUint,     ///< natural
    kFloat,    ///< real; bits is 32 or 64
    kComplex,  ///< real, imaginary; bits (of a part) is 32 or 64
    kString,   ///< data, size
    kPointer,  ///< pointer, may be null
    kList,     ///< each: the elements
    kMap,      ///< each: the elements, as kPair
    kPair,     ///< each: first and second
    kOther,    ///< nothing but type and object
  };

  using Sink = void (*)(void* context, const Arg& element);

  Kind kind = Kind::kNil;
  bool is_error = false;  ///< `text` is Go's Error(), not String().
  std::uint8_t bits = 64;

  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t natural;
    double real;
    const char* data;
    const void* pointer;
    void (*each)(const void* object, Sink sink, void* context);
  };

  union {
    std::size_t size = 0;
    double imaginary;
  };

  const rt::Type* type = nullptr;  ///< Null only for kNil.
  const void* object = nullptr;    ///< What `text` and `each` are called with.
  golab::String (*text)(const void* object) = nullptr;

  template <class T>
  static Arg Of(const T& value);
};

}  // namespace golab::fmt

// Implementation.
namespace golab::rt {

template <class T>
String WordsOf(const void* object) {
  const T& value = *static_cast<const T*>(object);
  if constexpr (HasText<T>) {
    return String(value.Text());
  } else if constexpr (HasStringMethod<T>) {
    return String(value.String());
  } else {
    return String(value.what());
  }
}

template <class T>
void EachOf(const void* object, fmt::Arg::Sink sink, void* context) {
  const T& value = *static_cast<const T*>(object);
  if constexpr (Pair<T>) {
    sink(context, fmt::Arg::Of(value.first));
    sink(context, fmt::Arg::Of(value.second));
  } else {
    for (const auto& element : value) sink(context, fmt::Arg::Of(element));
  }
}

template <class T>
void SetWords(fmt::Arg& arg, const T* object) {
  arg.object = object;
  arg.text = &WordsOf<T>;
  arg.is_error = HasText<T> || !HasStringMethod<T>;
}

template <class T>
void SetEach(fmt::Arg& arg, fmt::Arg::Kind kind, const T& value) {
  arg.kind = kind;
  arg.object = &value;
  arg.each = &EachOf<T>;
}

template <class T>
void SetNumber(fmt::Arg& arg, T value) {
  if constexpr (std::is_same_v<T, bool>) {
    arg.kind = fmt::Arg::Kind::kBool;
    arg.boolean = value;
  } else if constexpr (std::is_floating_point_v<T>) {
    arg.kind = fmt::Arg::Kind::kFloat;
    arg.bits = sizeof(T) == 4 ? 32 : 64;
    arg.real = static_cast<double>(value);
  } else if constexpr (std::is_same_v<T, char>) {
    arg.kind = fmt::Arg::Kind::kUint;
    arg.natural = static_cast<unsigned char>(value);
  } else if constexpr (std::is_signed_v<T>) {
    arg.kind = fmt::Arg::Kind::kInt;
    arg.integer = static_cast<std::int64_t>(value);
  } else {
    arg.kind = fmt::Arg::Kind::kUint;
    arg.natural = static_cast<std::uint64_t>(value);
  }
}

template <class T>
void SetPointer(fmt::Arg& arg, T* value) {
  if constexpr (std::is_same_v<std::remove_cv_t<T>, char>) {
    if (value == nullptr) return;
    arg.kind = fmt::Arg::Kind::kString;
    arg.data = value;
    arg.size = __builtin_strlen(value);
    arg.type = &kType<String>;
  } else {
    arg.kind = fmt::Arg::Kind::kPointer;
    arg.pointer = reinterpret_cast<const void*>(value);
    if constexpr (HasWords<T>) {
      if (value != nullptr) SetWords<T>(arg, value);
    }
  }
}

template <class T>
void SetClass(fmt::Arg& arg, const T& value) {
  arg.kind = fmt::Arg::Kind::kOther;
  arg.object = &value;
  if constexpr (HasWords<T>) {
    SetWords(arg, &value);
  } else if constexpr (StringLike<T> || std::is_same_v<T, String>) {
    arg.kind = fmt::Arg::Kind::kString;
    arg.data = value.data();
    arg.size = value.size();
  } else if constexpr (Complex<T>) {
    arg.kind = fmt::Arg::Kind::kComplex;
    arg.bits = sizeof(T) == 8 ? 32 : 64;
    arg.real = static_cast<double>(value.real());
    arg.imaginary = static_cast<double>(value.imag());
  } else if constexpr (Map<T>) {
    SetEach(arg, fmt::Arg::Kind::kMap, value);
  } else if constexpr (List<T>) {
    SetEach(arg, fmt::Arg::Kind::kList, value);
  } else if constexpr (Pair<T>) {
    SetEach(arg, fmt::Arg::Kind::kPair, value);
  } else if constexpr (SmartPointer<T>) {
    SetPointer(arg, value.get());
  }
}

}  // namespace golab::rt

template <class T>
golab::fmt::Arg golab::fmt::Arg::Of(const T& value) {
  Arg arg;
  if constexpr (rt::HasAsArg<T>) {
    return value.AsArg();
  } else if constexpr (std::is_null_pointer_v<T>) {
    return arg;
  } else {
    arg.type = &rt::kType<T>;
    if constexpr (std::is_arithmetic_v<T>) {
      rt::SetNumber(arg, value);
    } else if constexpr (std::is_enum_v<T>) {
      rt::SetNumber(arg, static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_array_v<T> && !std::is_same_v<std::remove_extent_t<T>, char>) {
      rt::SetEach(arg, Kind::kList, value);
    } else if constexpr (std::is_array_v<T>) {
      rt::SetPointer(arg, static_cast<const char*>(value));
    } else if constexpr (std::is_function_v<T>) {
      rt::SetPointer(arg, &value);
    } else if constexpr (std::is_pointer_v<T>) {
      rt::SetPointer(arg, value);
    } else {
      rt::SetClass(arg, value);
    }
  }
  return arg;
}

#pragma GCC visibility pop
