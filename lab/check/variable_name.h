#pragma once
// Which variable two lines of source are about. Debug information of submissions has no variables;
// two accesses to one of them have its name in both lines.

#include <string>
#include <string_view>

namespace golab::lab {

/// A line, and the column in it that the debug information gives (0: unknown).
struct SourceSpot {
  std::string_view line;
  int column = 0;
};

/// The name that both lines have in common, as far as that is certain; else empty. "total" for
/// `return total;` and `total += part;`.
std::string CommonVariable(const SourceSpot& a, const SourceSpot& b);

}  // namespace golab::lab
