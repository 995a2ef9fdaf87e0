#include "runtime/traceback/closure_numbers.h"

#include <algorithm>
#include <vector>

#include "runtime/traceback/defers_body.h"
#include "runtime/traceback/demangled_name.h"

namespace golab::rt {
namespace {

// "f()::{lambda()#1}" -> "f()".
std::string_view Holder(std::string_view closure) {
  const std::vector<NamePart> parts = SplitName(closure);
  return parts.size() < 2 ? std::string_view() : ScopeOf(closure, parts, parts.size() - 2);
}

}  // namespace

void ClosureNumbers::Add(std::string_view function, const Position& position) {
  if (function.find("lambda") == std::string_view::npos &&
      function.find("$_") == std::string_view::npos) {
    return;
  }
  const std::vector<std::string_view> closures = Closures(function);
  std::size_t bodies = 0;
  for (std::size_t i = 0; i < closures.size(); ++i) {
    const std::string_view behind =
        function.substr(static_cast<std::size_t>(closures[i].end() - function.begin()));
    if (BeginsDefersBody(behind)) {  // no closure to a reader, and without a number
      ++bodies;
      continue;
    }
    const bool exact = i + 1 == closures.size() && behind.starts_with("::operator()");
    const auto [entry, is_new] = closures_.try_emplace(std::string(closures[i]));
    Closure& closure = entry->second;
    closure.depth = i - bodies;
    const bool better = exact != closure.exact ? exact : position < closure.position;
    if (!is_new && !better) continue;
    closure.position = position;
    closure.exact = exact;
  }
}

void ClosureNumbers::Number(const GoNameContext& context) {
  GoNameContext naming = context;
  naming.closure_number = [this](std::string_view closure) { return (*this)(closure); };
  std::size_t deepest = 0;
  for (const auto& [name, closure] : closures_) deepest = std::max(deepest, closure.depth);
  // Outer ones first: the names of inner holders contain their numbers.
  for (std::size_t depth = 0; depth <= deepest; ++depth) {
    std::map<std::string, std::map<Position, std::vector<Closure*>>> holders;
    for (auto& [name, closure] : closures_) {
      if (closure.depth != depth) continue;
      holders[RenderGoName(Holder(name), naming).text][closure.position].push_back(&closure);
    }
    for (auto& [holder, positions] : holders) {
      unsigned number = 0;
      for (auto& [position, closures] : positions) {
        ++number;
        for (Closure* closure : closures) closure->number = number;
      }
    }
  }
}

unsigned ClosureNumbers::operator()(std::string_view closure) const {
  const auto found = closures_.find(closure);
  return found == closures_.end() ? 0 : found->second.number;
}

}  // namespace golab::rt
