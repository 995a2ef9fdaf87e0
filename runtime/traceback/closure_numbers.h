#pragma once
// Numbers closures as Go does: by their place in the source, within the function that holds them.
// Compilers number by signature (g++) or by translation unit (clang), which tells a reader nothing.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "runtime/traceback/go_name.h"

namespace golab::rt {

class ClosureNumbers {
 public:
  /// Where a function stands: line and column, or its first pc where those are unknown.
  using Position = std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>;

  /// Notes the closures in the demangled name of a function at `position`.
  void Add(std::string_view function, const Position& position);

  /// Numbers all noted closures. `context` answers whether scopes are classes.
  void Number(const GoNameContext& context);

  /// The number of a closure, 0 if it was never noted.
  unsigned operator()(std::string_view closure) const;

 private:
  struct Closure {
    Position position;
    bool exact = false;  // its own place, not that of something inside it
    std::size_t depth = 0;
    unsigned number = 0;
  };

  std::map<std::string, Closure, std::less<>> closures_;
};

}  // namespace golab::rt
