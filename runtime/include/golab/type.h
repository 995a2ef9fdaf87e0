// The dynamic type of a value, as Go's interfaces carry it.
#pragma once

#include <cstddef>
#include <type_traits>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

class String;

namespace rt {

/// What the compiler calls a type. One object a type and image; constant, never freed.
struct Type {
  const char* text;  ///< "int] ..." or so: SameType and GoTypeName know how it is written.
  std::size_t size;
};

template <class T>
constexpr Type MakeType() {
  const char* text = __PRETTY_FUNCTION__;  // "... [with T = int]", clang: "... [T = int]"
  while (!(text[0] == 'T' && text[1] == ' ' && text[2] == '=' && text[3] == ' ')) ++text;
  text += 4;
  std::size_t size = 0;
  while (text[size] != '\0') ++size;
  return {text, size - 1};
}

/// Hidden: each image has its own, because data that is exported by a library is copied into the
/// program by the linker, and then there are two.
template <class T>
[[gnu::visibility("hidden")]] inline constexpr Type kType = MakeType<T>();

/// Whether both are one type. By address within an image, by name across them; a type in an
/// anonymous namespace is never that of another file with the same name.
bool SameType(const Type& left, const Type& right) noexcept;

/// For constructors that take anything but their own class.
template <class T, class Own>
concept OtherThan = !std::is_same_v<std::decay_t<T>, Own>;

/// As Go prints it (%T): `int`, `main.MyInt`, `*main.S`, `time.Duration`, `[]string`. What Go has
/// no name for stays as C++ writes it. Global and local types and anonymous namespaces are `main`.
String GoTypeName(const Type& type);

}  // namespace rt
}  // namespace golab

#pragma GCC visibility pop
