#include "runtime/traceback/dwarf_facts.h"

#include <dwarf.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "runtime/traceback/elf_facts.h"
#include "runtime/traceback/go_name.h"

namespace golab::rt {
namespace {

// Entries nested deeper than any compiler nests them are an attack on the stack.
constexpr int kMaxDepth = 200;

std::uint32_t Unsigned(Dwarf_Die* die, unsigned attribute_name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(die, attribute_name, &attribute) == nullptr) return 0;
  if (dwarf_formudata(&attribute, &value) != 0) return 0;
  return static_cast<std::uint32_t>(value);
}

const char* LinkageName(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) == nullptr &&
      dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute) == nullptr) {
    return nullptr;
  }
  return dwarf_formstring(&attribute);
}

// The entry that an inlined or out-of-line copy, or a definition, was made from.
Dwarf_Die Origin(Dwarf_Die die) {
  for (int i = 0; i < kMaxDepth; ++i) {  // a forged chain may be a ring
    Dwarf_Attribute attribute;
    Dwarf_Die next;
    if (dwarf_attr(&die, DW_AT_abstract_origin, &attribute) == nullptr &&
        dwarf_attr(&die, DW_AT_specification, &attribute) == nullptr) {
      break;
    }
    if (dwarf_formref_die(&attribute, &next) == nullptr) break;
    die = next;
  }
  return die;
}

class Walker {
 public:
  Walker(Dwarf* dwarf, ImageFacts* facts) : dwarf_(dwarf), facts_(*facts) {}

  void Walk() {
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    std::uint8_t type = 0;
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, &type, &die, nullptr) == 0) {
      if (type == DW_UT_type || type == DW_UT_split_type) continue;
      Unit(&die);
    }
    NameFunctions();
  }

 private:
  // A namespace, class or function that others are declared in.
  struct Scope {
    enum class Kind { kNamespace, kClass, kFunction };

    Kind kind;
    FactIndex parent;
    Dwarf_Die die;
  };

  // A function whose name or place waits for the end of the pass: its declaration may come later.
  struct Unnamed {
    FactIndex function;
    FactIndex copy;
    Dwarf_Die die;
  };

  void Unit(Dwarf_Die* die) {
    Dwarf_Attribute attribute;
    const char* directory = dwarf_attr(die, DW_AT_comp_dir, &attribute) != nullptr
                                ? dwarf_formstring(&attribute)
                                : nullptr;
    directory_ = directory != nullptr ? directory : "";
    if (dwarf_getsrcfiles(die, &files_, &file_count_) != 0) files_ = nullptr;
    Lines(die);
    Children(die, kNoIndex, kNoIndex, 0);
  }

  void Lines(Dwarf_Die* die) {
    Dwarf_Lines* lines = nullptr;
    std::size_t count = 0;
    if (dwarf_getsrclines(die, &lines, &count) != 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      Dwarf_Line* line = dwarf_onesrcline(lines, i);
      Dwarf_Addr pc = 0;
      if (dwarf_lineaddr(line, &pc) != 0) continue;
      bool end = false;
      dwarf_lineendsequence(line, &end);
      if (end ? pc <= facts_.text_start || pc > facts_.text_end : !facts_.InText(pc)) continue;
      RowFact row{.pc = pc};
      int number = 0;
      int column = 0;
      if (!end && dwarf_lineno(line, &number) == 0 && number > 0) {
        dwarf_linecol(line, &column);
        row.file = File(dwarf_linesrc(line, nullptr, nullptr));
        row.line = static_cast<std::uint32_t>(number);
        row.column = static_cast<std::uint32_t>(std::max(column, 0));
      }
      facts_.rows.push_back(row);
    }
  }

  // libdw gives the same pointer for the same file of a unit.
  FactIndex File(const char* path) {
    if (path == nullptr) return kNoIndex;
    const auto [known, is_new] = file_of_pointer_.try_emplace(path, kNoIndex);
    if (!is_new) return known->second;
    std::filesystem::path full(path);
    if (full.is_relative()) full = std::filesystem::path(directory_) / full;
    std::string text = full.lexically_normal().string();
    const auto index = static_cast<FactIndex>(facts_.files.size());
    const auto [same, fresh] = file_of_text_.try_emplace(text, index);
    if (fresh) facts_.files.push_back(std::move(text));
    known->second = same->second;
    return same->second;
  }

  void Children(Dwarf_Die* parent, FactIndex scope, FactIndex copy, int depth) {
    Dwarf_Die die;
    if (depth > kMaxDepth || dwarf_child(parent, &die) != 0) return;
    do {
      switch (dwarf_tag(&die)) {
        case DW_TAG_namespace:
          Children(&die, AddScope(Scope::Kind::kNamespace, scope, die), kNoIndex, depth + 1);
          break;
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
          Children(&die, AddScope(Scope::Kind::kClass, scope, die), kNoIndex, depth + 1);
          break;
        case DW_TAG_subprogram:
          Subprogram(&die, scope, depth);
          break;
        case DW_TAG_inlined_subroutine:
          Inlined(&die, scope, copy, depth);
          break;
        case DW_TAG_lexical_block:
        case DW_TAG_try_block:
        case DW_TAG_catch_block:
          Children(&die, scope, copy, depth + 1);
          break;
        default:
          break;
      }
    } while (dwarf_siblingof(&die, &die) == 0);
  }

  FactIndex AddScope(Scope::Kind kind, FactIndex parent, const Dwarf_Die& die) {
    scopes_.push_back({kind, parent, die});
    return static_cast<FactIndex>(scopes_.size() - 1);
  }

  void Subprogram(Dwarf_Die* die, FactIndex scope, int depth) {
    const FactIndex own = AddScope(Scope::Kind::kFunction, scope, *die);
    FactIndex copy = kNoIndex;
    Dwarf_Addr start = 0;
    if (FirstPc(die, &start)) {
      // A function that the linker dropped stands at 0, and so do the copies inlined into it.
      if (!facts_.InText(start)) return;
      copy = AddCopy({.function = OutOfLine(die, start), .start = start});
      Pieces(die, copy, 1);
    }
    if (LinkageName(die) == nullptr) scope_of_[dwarf_dieoffset(die)] = own;
    Children(die, own, copy, depth + 1);
  }

  void Inlined(Dwarf_Die* die, FactIndex scope, FactIndex copy, int depth) {
    if (copy == kNoIndex) return;
    const Dwarf_Die origin = Origin(*die);
    CopyFact fact{.function = kNoIndex, .parent = copy, .start = facts_.copies[copy].start};
    fact.function = FunctionOf(origin, static_cast<FactIndex>(facts_.copies.size()));
    fact.call_line = Unsigned(die, DW_AT_call_line);
    fact.call_column = Unsigned(die, DW_AT_call_column);
    const std::uint32_t file = Unsigned(die, DW_AT_call_file);
    if (files_ != nullptr && file < file_count_) {
      fact.call_file = File(dwarf_filesrc(files_, file, nullptr, nullptr));
    }
    const FactIndex own = AddCopy(fact);
    Pieces(die, own, static_cast<std::uint32_t>(depth) + 1);
    Children(die, scope, own, depth + 1);
  }

  FactIndex AddCopy(const CopyFact& copy) {
    facts_.copies.push_back(copy);
    return static_cast<FactIndex>(facts_.copies.size() - 1);
  }

  static bool FirstPc(Dwarf_Die* die, Dwarf_Addr* start) {
    Dwarf_Addr base = 0;
    Dwarf_Addr end = 0;
    if (dwarf_ranges(die, 0, &base, start, &end) <= 0) return false;
    Dwarf_Addr entry = 0;
    if (dwarf_entrypc(die, &entry) == 0 && entry != 0) *start = entry;
    return true;
  }

  void Pieces(Dwarf_Die* die, FactIndex copy, std::uint32_t depth) {
    Dwarf_Addr base = 0;
    Dwarf_Addr start = 0;
    Dwarf_Addr end = 0;
    std::ptrdiff_t offset = 0;
    while ((offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
      if (start >= end || !facts_.InText(start) || end > facts_.text_end) continue;
      facts_.pieces.push_back({start, end, depth, copy});
    }
  }

  // The function of an out-of-line copy, named by the symbol at its first pc if there is one.
  FactIndex OutOfLine(Dwarf_Die* die, Dwarf_Addr start) {
    const Dwarf_Die origin = Origin(*die);
    const SymbolFact* symbol = SymbolAt(facts_, start);
    const FactIndex function =
        symbol != nullptr ? AddFunction(*die)
                          : FunctionOf(origin, static_cast<FactIndex>(facts_.copies.size()));
    FunctionFact& fact = facts_.functions[function];
    fact.start = start;
    if (symbol != nullptr) {
      fact.name = Demangle(symbol->name);
      fact.weak = symbol->weak;
      Dwarf_Die named = origin;
      symbol_of_.try_emplace(dwarf_dieoffset(&named), symbol->name);
      if (fact.line == 0) unnamed_.push_back({function, kNoIndex, origin});
    }
    return function;
  }

  FactIndex FunctionOf(Dwarf_Die origin, FactIndex copy) {
    const auto [known, is_new] = function_of_.try_emplace(dwarf_dieoffset(&origin), kNoIndex);
    if (is_new) {
      known->second = AddFunction(origin);
      unnamed_.push_back({known->second, copy, origin});
    }
    return known->second;
  }

  FactIndex AddFunction(Dwarf_Die die) {
    FunctionFact fact;
    SetPlace(&die, &fact);
    facts_.functions.push_back(std::move(fact));
    return static_cast<FactIndex>(facts_.functions.size() - 1);
  }

  static void SetPlace(Dwarf_Die* die, FunctionFact* function) {
    int number = 0;
    if (dwarf_decl_line(die, &number) != 0 || number <= 0) return;
    function->line = static_cast<std::uint32_t>(number);
    if (dwarf_decl_column(die, &number) == 0 && number > 0) {
      function->column = static_cast<std::uint32_t>(number);
    }
  }

  void NameFunctions() {
    for (const Unnamed& unnamed : unnamed_) {
      FunctionFact& function = facts_.functions[unnamed.function];
      if (function.name.empty()) function.name = Name(unnamed.die, unnamed.copy);
      if (function.line == 0) PlaceOfClass(unnamed.die, &function);
    }
    AddClasses();
  }

  // g++ gives a closure's place with its class only.
  void PlaceOfClass(Dwarf_Die die, FunctionFact* function) {
    Dwarf_Die origin = Origin(die);
    const auto scope = scope_of_.find(dwarf_dieoffset(&origin));
    if (scope == scope_of_.end() || scopes_[scope->second].parent == kNoIndex) return;
    Scope& holder = scopes_[scopes_[scope->second].parent];
    if (holder.kind == Scope::Kind::kClass) SetPlace(&holder.die, function);
  }

  // Prefers what the linker knows, then the linkage name, then the scopes it is declared in.
  std::string Name(Dwarf_Die die, FactIndex copy) {
    const auto symbol = symbol_of_.find(dwarf_dieoffset(&die));
    if (symbol != symbol_of_.end()) return Demangle(symbol->second);
    if (const char* linkage = LinkageName(&die)) return Demangle(linkage);
    const Dwarf_Die origin = Origin(die);
    Dwarf_Die named = origin;
    const auto scope = scope_of_.find(dwarf_dieoffset(&named));
    if (scope != scope_of_.end() && scopes_[scope->second].parent != kNoIndex) {
      return ScopeText(scope->second, 0);
    }
    return BareName(origin, copy);
  }

  // -g1 knows no scopes: the file says whose function it is. A closure is taken for one of the
  // function that holds its code.
  std::string BareName(Dwarf_Die die, FactIndex copy) {
    const char* diename = dwarf_diename(&die);
    const std::string name = diename != nullptr ? diename : "?";
    const std::string holder = Holder(copy);
    if (name.starts_with("operator()") && !holder.empty()) {
      return holder + "::" + ClosureText(die) + "::operator()()";
    }
    const char* file = dwarf_decl_file(&die);
    const std::string_view path = file != nullptr ? file : "";
    std::string scope;
    if (path.find("/include/golab/") != std::string_view::npos) {
      scope = "golab::";
    } else if (path.find("/include/c++/") != std::string_view::npos ||
               path.starts_with("/usr/lib/gcc/")) {
      scope = "std::";
    } else if (holder.starts_with("golab::") && holder.find('<') == std::string::npos) {
      scope = "golab::";  // only templates of golab hold code of the program
    }
    return scope + name + "()";
  }

  // Name of the function that an inlined copy is in; empty for others.
  std::string Holder(FactIndex copy) const {
    if (copy >= facts_.copies.size()) return {};
    FactIndex outermost = copy;
    while (facts_.copies[outermost].parent != kNoIndex) outermost = facts_.copies[outermost].parent;
    return outermost == copy ? std::string() : facts_.functions[facts_.copies[outermost].function].name;
  }

  static std::string ClosureText(Dwarf_Die die) {
    return "{lambda()#" + std::to_string(dwarf_dieoffset(&die)) + "}";
  }

  // "a::Pool::Run()": the scope as the demangler would write it, as far as that matters.
  std::string ScopeText(FactIndex index, int depth) {
    Scope& scope = scopes_[index];
    if (depth > kMaxDepth) return "?";
    if (scope.kind == Scope::Kind::kFunction) {
      if (const char* linkage = LinkageName(&scope.die)) return Demangle(linkage);
      Dwarf_Die origin = Origin(scope.die);
      const auto declared = scope_of_.find(dwarf_dieoffset(&origin));
      if (declared != scope_of_.end() && declared->second != index) {
        return ScopeText(declared->second, depth + 1);
      }
    }
    std::string text;
    if (scope.parent != kNoIndex) text = ScopeText(scope.parent, depth + 1) + "::";
    const char* name = dwarf_diename(&scope.die);
    switch (scope.kind) {
      case Scope::Kind::kNamespace:
        return text + (name != nullptr ? name : "(anonymous namespace)");
      case Scope::Kind::kClass:
        if (name == nullptr || std::string_view(name).starts_with("<lambda")) {
          return text + ClosureText(scope.die);
        }
        return text + name;
      case Scope::Kind::kFunction:
        return text + (name != nullptr ? name : "?") + "()";
    }
    return text;
  }

  // Only what a name alone leaves open: lower-case classes of the program itself.
  void AddClasses() {
    for (FactIndex i = 0; i < scopes_.size(); ++i) {
      Scope& scope = scopes_[i];
      if (scope.kind != Scope::Kind::kClass || InStd(i)) continue;
      const char* name = dwarf_diename(&scope.die);
      if (name == nullptr || std::islower(static_cast<unsigned char>(name[0])) == 0) continue;
      facts_.classes.push_back(ScopeText(i, 0));
    }
  }

  bool InStd(FactIndex index) {
    while (scopes_[index].parent != kNoIndex) index = scopes_[index].parent;
    const char* name = dwarf_diename(&scopes_[index].die);
    if (scopes_[index].kind != Scope::Kind::kNamespace || name == nullptr) return false;
    const std::string_view text = name;
    return text == "std" || text.starts_with("__");
  }

  Dwarf* const dwarf_;
  ImageFacts& facts_;
  std::string directory_;
  Dwarf_Files* files_ = nullptr;
  std::size_t file_count_ = 0;
  std::vector<Scope> scopes_;
  std::vector<Unnamed> unnamed_;
  std::unordered_map<const char*, FactIndex> file_of_pointer_;
  std::unordered_map<std::string, FactIndex> file_of_text_;
  // By offset of a declaration.
  std::unordered_map<Dwarf_Off, FactIndex> function_of_;
  std::unordered_map<Dwarf_Off, FactIndex> scope_of_;
  std::unordered_map<Dwarf_Off, const char*> symbol_of_;
};

}  // namespace

void ReadDwarfFacts(Dwarf* dwarf, ImageFacts* facts) {
  Walker(dwarf, facts).Walk();
}

}  // namespace golab::rt
