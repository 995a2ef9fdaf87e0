#pragma once
// WithDefers([&](Defers& defer) { ... }) is one function to its reader, as in Go, though C++ makes its
// body a closure: names and dumps take the two for one.

#include <string_view>

namespace golab::rt {

/// How the name of a frame goes on behind a closure that is the body of a WithDefers.
constexpr bool BeginsDefersBody(std::string_view behind_closure) {
  return behind_closure.starts_with("::operator()(golab::Defers&)") ||
         behind_closure.starts_with("::operator()<golab::Defers>(golab::Defers&)");  // auto& defer
}

/// Whether the function with this demangled name is such a body.
constexpr bool IsDefersBody(std::string_view demangled) {
  constexpr std::string_view kCall = "::operator()";
  const std::size_t call = demangled.rfind(kCall);
  if (call == std::string_view::npos || !BeginsDefersBody(demangled.substr(call))) return false;
  // A closure, not a class with an operator(): "{lambda(golab::Defers&)#1}", clang's "$_0".
  const std::string_view closure = demangled.substr(0, call);
  const std::size_t dollar = closure.rfind("$_");
  return closure.ends_with('}') ||
         (dollar != std::string_view::npos && closure.find("::", dollar) == std::string_view::npos);
}

/// Go's name of WithDefers itself, which g++ inlines into the function that calls it.
inline constexpr std::string_view kWithDefers = "golab.WithDefers";

}  // namespace golab::rt
