#pragma once
// Takes a demangled C++ function name apart: "void a::Pool<int>::Run(int)
// const::{lambda()#1}::operator()()" is the scopes a, Pool, Run, a closure and the function
// operator(). Return types, arguments, template arguments and clone suffixes are recognised and
// dropped. Nothing is looked up: text in, text out.

#include <cstddef>
#include <string_view>
#include <vector>

namespace golab::rt {

/// One name between two "::".
struct NamePart {
  enum class Kind { kName, kClosure, kAnonymous };

  std::string_view name;  ///< Without template arguments and ABI tags; whole text of a closure.
  Kind kind = Kind::kName;
  bool templated = false;  ///< Had template arguments.
  bool called = false;     ///< Had an argument list: a function.
  bool constant = false;   ///< A const or reference-qualified function: its scope is a class.
  std::size_t start = 0;   ///< Where the part begins in the text.
  std::size_t end = 0;     ///< Where the part ends in the text, qualifiers included.
};

/// The text of parts[0] to parts[last]: a scope as the demangler writes it, without return type.
inline std::string_view ScopeOf(std::string_view demangled, const std::vector<NamePart>& parts,
                                std::size_t last) {
  return demangled.substr(parts[0].start, parts[last].end - parts[0].start);
}

/// The parts of `demangled`, outermost scope first. Text that is no C++ name comes back as one
/// part; no text is an error. Views point into `demangled`.
std::vector<NamePart> SplitName(std::string_view demangled);

}  // namespace golab::rt
