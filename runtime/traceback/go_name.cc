#include "runtime/traceback/go_name.h"

#include <cxxabi.h>

#include <cctype>
#include <cstdlib>
#include <memory>
#include <utility>

#include "runtime/traceback/defers_body.h"
#include "runtime/traceback/demangled_name.h"

namespace golab::rt {
namespace {

using Parts = std::vector<NamePart>;

// Where golab's namespace is not the whole of Go's import path.
constexpr std::pair<std::string_view, std::string_view> kImportPaths[] = {
    {"atomic", "sync/atomic"},        {"debug", "runtime/debug"}, {"gc", "golab/gc"},
    {"goleak", "go.uber.org/goleak"}, {"http", "net/http"},       {"metrics", "runtime/metrics"},
    {"pprof", "runtime/pprof"},       {"signal", "os/signal"},    {"slog", "log/slog"},
    {"trace", "runtime/trace"},
};

constexpr std::pair<std::string_view, std::string_view> kOperatorWords[] = {
    {"()", "Call"},
    {"[]", "Index"},
    {"->", "Arrow"},
    {"->*", "ArrowMember"},
    {"==", "Equal"},
    {"!=", "NotEqual"},
    {"<", "Less"},
    {">", "Greater"},
    {"<=", "LessEqual"},
    {">=", "GreaterEqual"},
    {"<=>", "Compare"},
    {"=", "Assign"},
    {"+", "Add"},
    {"-", "Subtract"},
    {"*", "Multiply"},
    {"/", "Divide"},
    {"%", "Remainder"},
    {"^", "Xor"},
    {"&", "And"},
    {"|", "Or"},
    {"~", "Complement"},
    {"!", "Not"},
    {"&&", "AndAlso"},
    {"||", "OrElse"},
    {"++", "Increment"},
    {"--", "Decrement"},
    {"<<", "ShiftLeft"},
    {">>", "ShiftRight"},
    {",", "Comma"},
    {"+=", "AddAssign"},
    {"-=", "SubtractAssign"},
    {"*=", "MultiplyAssign"},
    {"/=", "DivideAssign"},
    {"%=", "RemainderAssign"},
    {"^=", "XorAssign"},
    {"&=", "AndAssign"},
    {"|=", "OrAssign"},
    {"<<=", "ShiftLeftAssign"},
    {">>=", "ShiftRightAssign"},
    {" new", "New"},
    {" new[]", "NewArray"},
    {" delete", "Delete"},
    {" delete[]", "DeleteArray"},
    {" co_await", "Await"},
};

/// A function of golab's that stands for one of Go's with another name. Empty: for none; hidden.
constexpr std::pair<std::string_view, std::string_view> kGoSpellings[] = {
    {"net/http.(*ConnReader).AbortPendingRead", "net/http.(*connReader).abortPendingRead"},
    {"net/http.(*ConnReader).BackgroundRead", "net/http.(*connReader).backgroundRead"},
    {"net/http.(*ConnReader).StartBackgroundRead", "net/http.(*connReader).startBackgroundRead"},
    {"net/http.(*Handler).ServeHTTP", "net/http.HandlerFunc.ServeHTTP"},
    {"net/http.(*PersistConn).ReadLoop", "net/http.(*persistConn).readLoop"},
    {"net/http.(*PersistConn).RoundTrip", "net/http.(*persistConn).roundTrip"},
    {"net/http.(*PersistConn).ServeAnswer", ""},
    {"net/http.(*PersistConn).WriteLoop", "net/http.(*persistConn).writeLoop"},
    {"net/http.(*ServerConn).Answer", ""},
    {"net/http.(*ServerConn).AwaitNext", ""},
    {"net/http.(*ServerConn).CloseGently", "net/http.(*conn).closeWriteAndWait"},
    {"net/http.(*ServerConn).ReadHead", "net/http.(*conn).readRequest"},
    {"net/http.(*ServerConn).Run", ""},
    {"net/http.(*ServerConn).Serve", "net/http.(*conn).serve"},
    {"net/http.(*ServerConn).ServeOne", ""},
    {"net/http.(*ServerConn).ServeRequests", ""},
    {"net/http.(*ServerResponse).Finish", "net/http.(*response).finishRequest"},
    {"net/http.(*ServerResponse).Flush", "net/http.(*response).Flush"},
    {"net/http.(*ServerResponse).Write", "net/http.(*response).Write"},
    {"net/http.DialConn", "net/http.(*Transport).dialConn"},
    {"net/http.ServeHandler", "net/http.serverHandler.ServeHTTP"},
};

constexpr std::string_view kInternalRooms[] = {"rt", "lab", "app"};
constexpr std::string_view kStdScopes[] = {"std", "__gnu_cxx", "__cxxabiv1", "testing"};
// The compiler's start-up code, in every image.
constexpr std::string_view kStartUp[] = {"deregister_tm_clones", "register_tm_clones",
                                         "frame_dummy"};

template <typename Range>
bool Contains(const Range& range, std::string_view word) {
  for (const auto& entry : range) {
    if (entry == word) return true;
  }
  return false;
}

template <typename Map>
std::string_view Find(const Map& map, std::string_view key, std::string_view otherwise) {
  for (const auto& [from, to] : map) {
    if (from == key) return to;
  }
  return otherwise;
}

bool IsUpper(std::string_view name) {
  return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

std::string_view FunctionWord(std::string_view name) {
  constexpr std::string_view kOperator = "operator";
  if (!name.starts_with(kOperator) || name.size() == kOperator.size()) return name;
  const std::string_view symbol = name.substr(kOperator.size());
  if (symbol.front() == ' ') return Find(kOperatorWords, symbol, "Convert");
  if (symbol.front() == '"') return "Literal";
  return Find(kOperatorWords, symbol, name);
}

// The compiler's number of a closure: 2 of "{lambda(int)#2}" and of clang's "$_1", which counts
// from 0.
std::string CompilersNumber(std::string_view closure) {
  const std::size_t hash = closure.rfind('#');
  if (hash != std::string_view::npos) {
    const std::string_view digits = closure.substr(hash + 1, closure.size() - hash - 2);
    if (!digits.empty()) return std::string(digits);
  }
  if (closure.starts_with("$_")) {
    return std::to_string(std::atoi(std::string(closure.substr(2)).c_str()) + 1);
  }
  return "1";
}

class Renderer {
 public:
  Renderer(std::string_view text, const GoNameContext& context)
      : text_(text), context_(context), parts_(SplitName(text)) {}

  GoName Render() {
    if (parts_.empty()) return {std::string(text_), FrameKind::kStd};
    GoName name;
    std::size_t first = 0;
    if (!Package(&name, &first)) return name;
    Scopes(first, &name.text);
    if (name.kind == FrameKind::kPublic) SpellAsGo(&name);
    return name;
  }

 private:
  static void SpellAsGo(GoName* name) {
    for (const auto& [ours, gos] : kGoSpellings) {
      if (name->text != ours) continue;
      if (gos.empty()) {
        name->kind = FrameKind::kRuntime;
      } else {
        name->text = gos;
      }
      return;
    }
  }

  // Sets kind and package, and `first` to the part behind them. False if the name is complete.
  bool Package(GoName* name, std::size_t* first) {
    const NamePart& head = parts_.front();
    if (parts_.size() == 1 && !head.called) {
      if (PlainSymbol(head.name, name)) return false;
    } else if (head.name == "golab" && !head.called) {
      GolabPackage(name, first);
      return true;
    } else if (parts_.size() == 1 && IsAllocation(head.name)) {
      name->text = "std";
      name->kind = FrameKind::kStd;
      return true;
    } else if (Contains(kStdScopes, head.name) || head.name.starts_with("__")) {
      *name = {parts_.size() > 1 ? std::string(head.name) : std::string("std"), FrameKind::kStd};
      *first = parts_.size() > 1 ? 1 : 0;
      return true;
    }
    *name = {"main", FrameKind::kStudent};
    return true;
  }

  // The global operators are the library's, whoever's image their code is in.
  static bool IsAllocation(std::string_view name) {
    return name.starts_with("operator new") || name.starts_with("operator delete");
  }

  // A C function, or a name that debug information gives without its scope.
  static bool PlainSymbol(std::string_view symbol, GoName* name) {
    if (symbol == "main") {
      *name = {"runtime.main", FrameKind::kRuntime};  // the library's; the program's is GolabMain_
    } else if (symbol.starts_with("golab_")) {
      *name = {"golab." + std::string(symbol), FrameKind::kRuntime};
    } else if (symbol.starts_with("_") || Contains(kStartUp, symbol)) {
      *name = {std::string(symbol), FrameKind::kStd};
    } else {
      return false;
    }
    return true;
  }

  void GolabPackage(GoName* name, std::size_t* first) {
    *first = 1;
    const NamePart& package = parts_.size() > 2 ? parts_[1] : parts_[0];
    const bool language = parts_.size() <= 2 || package.called || package.templated ||
                          IsUpper(package.name) || package.kind != NamePart::Kind::kName;
    if (language) {  // golab::go, golab::Chan<T>::Send: Go hides what implements the language.
      *name = {"golab", FrameKind::kRuntime};
      return;
    }
    *first = 2;
    if (Contains(kInternalRooms, package.name)) {
      *name = {"golab/" + std::string(package.name), FrameKind::kRuntime};
      return;
    }
    *name = {std::string(Find(kImportPaths, package.name, package.name)), FrameKind::kPublic};
    for (std::size_t i = 2; i < parts_.size(); ++i) {
      const NamePart& part = parts_[i];
      const bool inside = part.kind == NamePart::Kind::kAnonymous || part.name == "detail" ||
                          part.name == "internal";
      if (inside) name->kind = FrameKind::kRuntime;
    }
    // Go shows of package runtime what is exported, and hides the rest.
    if (package.name == "runtime" && !IsUpper(parts_[2].name)) name->kind = FrameKind::kRuntime;
  }

  void Scopes(std::size_t first, std::string* out) {
    std::string type;         // "A.B" of A::B::m
    bool in_closure = false;  // behind "func1": a nested closure is ".2"
    for (std::size_t i = first; i < parts_.size(); ++i) {
      const NamePart& part = parts_[i];
      if (part.kind == NamePart::Kind::kAnonymous) continue;
      if (part.kind == NamePart::Kind::kClosure) {
        AppendType(&type, out);
        // The body of a WithDefers is a piece of the function it stands in.
        if (!BeginsDefersBody(text_.substr(part.end))) {
          *out += (in_closure ? "." : ".func") + ClosureNumber(i);
          in_closure = true;
        }
        if (i + 1 < parts_.size() && parts_[i + 1].name == "operator()") ++i;
        continue;
      }
      in_closure = false;
      if (IsClass(i)) {
        if (!type.empty()) type += '.';
        type += part.name;
        continue;
      }
      AppendType(&type, out);
      *out += '.';
      *out += part.name == "GolabMain_" ? "main" : FunctionWord(part.name);
    }
    AppendType(&type, out);
  }

  static void AppendType(std::string* type, std::string* out) {
    if (type->empty()) return;
    *out += ".(*" + *type + ")";
    type->clear();
  }

  bool IsClass(std::size_t i) const {
    const NamePart& part = parts_[i];
    if (part.called || i + 1 == parts_.size()) return false;
    const NamePart& next = parts_[i + 1];
    if (part.templated || IsUpper(part.name) || next.constant) return true;
    if (next.called && next.name.ends_with(part.name) && next.name.size() <= part.name.size() + 1) {
      if (next.name == part.name || next.name.front() == '~')
        return true;  // constructor, destructor
    }
    return context_.is_class && context_.is_class(ScopeOf(text_, parts_, i));
  }

  std::string ClosureNumber(std::size_t i) const {
    if (context_.closure_number) {
      const unsigned number = context_.closure_number(ScopeOf(text_, parts_, i));
      if (number != 0) return std::to_string(number);
    }
    return CompilersNumber(parts_[i].name);
  }

  const std::string_view text_;
  const GoNameContext& context_;
  const Parts parts_;
};

// "foo.cold", "foo.constprop.0": the compiler's clones of a C function.
std::string_view WithoutCloneSuffix(std::string_view name) {
  if (name.find_first_of(" (:<") != std::string_view::npos) return name;
  const std::size_t dot = name.find('.', 1);
  return name.substr(0, dot);
}

bool TryDemangle(const std::string& symbol, std::string* text) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || demangled == nullptr) return false;
  *text = demangled.get();
  return true;
}

// libstdc++ 12 cannot demangle closures with parameter packs: _ZZ <function> E NKUlDpT_E_cl.. The
// function can be told all the same, and the symbol itself keeps the closure apart from others.
bool TryDemangleClosure(const std::string& symbol, std::string* text) {
  constexpr std::string_view kLocal = "_ZZ";
  if (!symbol.starts_with(kLocal)) return false;
  const std::size_t closure = symbol.find("ENKUl");
  if (closure == std::string::npos) return false;
  if (!TryDemangle("_Z" + symbol.substr(kLocal.size(), closure - kLocal.size()), text))
    return false;
  *text += "::{lambda(" + symbol + ")#1}::operator()()";
  return true;
}

}  // namespace

GoName RenderGoName(std::string_view demangled, const GoNameContext& context) {
  return Renderer(WithoutCloneSuffix(demangled), context).Render();
}

std::vector<std::string_view> Closures(std::string_view demangled) {
  const std::vector<NamePart> parts = SplitName(demangled);
  std::vector<std::string_view> closures;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].kind == NamePart::Kind::kClosure) closures.push_back(ScopeOf(demangled, parts, i));
  }
  return closures;
}

std::string Demangle(const char* symbol) {
  std::string text;
  if (!TryDemangle(symbol, &text) && !TryDemangleClosure(symbol, &text)) text = symbol;
  return text;
}

}  // namespace golab::rt
