#pragma once
// C++ function names as Go would write them: `Pool::Run(int)` -> `main.(*Pool).Run`. Pure
// functions; one rule for dumps, profiles, traces and reports, so that their groups agree.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/traceback/frame.h"

namespace golab::rt {

/// What C++ names leave open. Each member may be empty.
struct GoNameContext {
  /// Number of a closure among those of its function (1 is the first in the source). Asked with the
  /// demangled name up to the closure: "GolabMain_()::{lambda()#2}". Empty or 0: the compiler's
  /// number.
  std::function<unsigned(std::string_view closure)> closure_number;
  /// Whether a scope is a class; a namespace otherwise. Asked with "a::pool" and only if the name
  /// leaves it open: it is lower case and has no template arguments. Empty: a namespace.
  std::function<bool(std::string_view scope)> is_class;
};

struct GoName {
  std::string text;
  FrameKind kind = FrameKind::kStudent;
};

/// Renders a demangled C++ name, or a plain C symbol.
///
///   Level1()                                  main.Level1
///   GolabMain_()                              main.main
///   GolabMain_()::{lambda()#1}::operator()()  main.main.func1
///   a::b::F<int>(int)                         main.a.b.F
///   golab::sync::WaitGroup::Wait()            sync.(*WaitGroup).Wait       kPublic
///   golab::Chan<int>::Send(int) const         golab.(*Chan).Send           kRuntime
GoName RenderGoName(std::string_view demangled, const GoNameContext& context = {});

/// The closures in a demangled function name, outermost first, each as a prefix of it that ends in
/// "}".
std::vector<std::string_view> Closures(std::string_view demangled);

/// Demangles `symbol`; plain C names come back as they are.
std::string Demangle(const char* symbol);

}  // namespace golab::rt
