#include "runtime/traceback/class_hints.h"

#include <cctype>
#include <vector>

#include "runtime/traceback/demangled_name.h"

namespace golab::rt {
namespace {

bool InName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
}

}  // namespace

void ClassHints::Learn(std::string_view function, bool weak) {
  if (function.starts_with("std::") || function.starts_with("__")) return;
  const std::vector<NamePart> parts = SplitName(function);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const NamePart& scope = parts[i - 1];
    const NamePart& part = parts[i];
    if (scope.kind != NamePart::Kind::kName || scope.called || !part.called) continue;
    const bool special = part.name == scope.name || part.name.starts_with("~");
    if (part.constant || special || (weak && !part.templated && i + 1 == parts.size())) {
      classes_.emplace(ScopeOf(function, parts, i - 1));
    }
  }
  LearnTypes(function);
}

// "go<a::pool*>(pool&, int)": names that end in front of one of "*&,)>" among arguments are types.
void ClassHints::LearnTypes(std::string_view text) {
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (InName(c)) continue;
    const std::string_view word = text.substr(start, i - start);
    const bool ends_type = c == '*' || c == '&' || c == ',' || c == ')' || c == '>' ||
                           text.substr(i).starts_with(" const");
    if (depth > 0 && ends_type && !word.empty() && !word.starts_with("std::")) {
      classes_.emplace(word);
    }
    if (c == '(' || c == '<') ++depth;
    if (c == ')' || c == '>') --depth;
    start = i + 1;
  }
}

}  // namespace golab::rt
