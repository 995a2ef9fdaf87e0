#pragma once
// Tells classes from namespaces by what the names of an image say about each other: "pool::run()"
// alone may be either. Needed with -g1, which keeps no types.

#include <set>
#include <string>
#include <string_view>

namespace golab::rt {

class ClassHints {
 public:
  /// Learns from a demangled function name. `weak`: the linker may drop it, so that it is inline,
  /// which a function in a class body is and one in a namespace seldom.
  void Learn(std::string_view function, bool weak);

  void AddClass(std::string name) { classes_.insert(std::move(name)); }

  bool IsClass(std::string_view scope) const { return classes_.find(scope) != classes_.end(); }

 private:
  void LearnTypes(std::string_view text);

  std::set<std::string, std::less<>> classes_;
};

}  // namespace golab::rt
