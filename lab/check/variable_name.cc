#include "lab/check/variable_name.h"

#include <algorithm>
#include <array>
#include <vector>

namespace golab::lab {
namespace {

/// A name that may be a variable's, with where it stands in the line.
struct Name {
  std::string text;
  int begin, end;  // columns, from 1
};

bool BeginsName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool InName(char c) {
  return BeginsName(c) || (c >= '0' && c <= '9');
}

bool IsWord(std::string_view name) {
  static constexpr std::array<std::string_view, 34> kWords = {
      "auto",   "bool",   "break",    "case",   "char",   "const",   "continue",
      "double", "else",   "false",    "float",  "for",    "go",      "if",
      "int",    "long",   "mutable",  "new",    "delete", "nullptr", "return",
      "short",  "signed", "sizeof",   "static", "std",    "switch",  "this",
      "throw",  "true",   "unsigned", "void",   "while",  "golab"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

std::size_t SkipLiteral(std::string_view line, std::size_t i) {
  const char quote = line[i];
  for (++i; i < line.size() && line[i] != quote; ++i) {
    if (line[i] == '\\') ++i;
  }
  return i + 1;
}

/// The names of a line: of `a.b->c` the last, of `a.b(...)` the one before the method, never a
/// namespace or a function.
std::vector<Name> NamesOf(std::string_view line) {
  std::vector<Name> names;
  std::vector<Name> chain;
  const auto close = [&](bool is_call) {
    if (is_call && !chain.empty()) chain.pop_back();
    if (!chain.empty() && !IsWord(chain.back().text)) names.push_back(chain.back());
    chain.clear();
  };
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (line.substr(i, 2) == "//") break;
    if (c == '"' || c == '\'') {
      i = SkipLiteral(line, i);
      continue;
    }
    if (c >= '0' && c <= '9') {
      while (i < line.size() && (InName(line[i]) || line[i] == '\'' || line[i] == '.')) ++i;
      continue;
    }
    if (!BeginsName(c)) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < line.size() && InName(line[i])) ++i;
    chain.push_back({std::string(line.substr(begin, i - begin)), static_cast<int>(begin) + 1,
                     static_cast<int>(i)});
    std::size_t next = i;
    while (next < line.size() && line[next] == ' ') ++next;
    const std::string_view rest = line.substr(next);
    if (rest.starts_with("::")) {
      chain.clear();
      i = next + 2;
    } else if (rest.starts_with("->")) {
      i = next + 2;
    } else if (rest.starts_with(".")) {
      i = next + 1;
    } else {
      close(rest.starts_with("("));
    }
  }
  close(false);
  return names;
}

bool Has(const std::vector<Name>& names, const std::string& text) {
  return std::any_of(names.begin(), names.end(),
                     [&](const Name& name) { return name.text == text; });
}

/// Of an index operator's column, `]`, that of the `[`.
int BeginOfIndex(std::string_view line, int column) {
  if (column > static_cast<int>(line.size()) || line[static_cast<std::size_t>(column) - 1] != ']')
    return column;
  int depth = 0;
  for (int at = column; at > 0; --at) {
    const char c = line[static_cast<std::size_t>(at) - 1];
    depth += c == ']' ? 1 : c == '[' ? -1 : 0;
    if (depth == 0) return at;
  }
  return column;
}

/// Of a `++` or `--` that stands before a name, that name's column.
int BeginOfOperand(std::string_view line, int column) {
  const std::string_view rest =
      line.substr(std::min(static_cast<std::size_t>(column) - 1, line.size()));
  const bool is_prefix =
      rest.size() > 2 && (rest.starts_with("++") || rest.starts_with("--")) && BeginsName(rest[2]);
  return is_prefix ? column + 2 : column;
}

/// The name at a column: there, or the next one before it (of `total += part` the column is that of
/// the operator).
const Name* At(const std::vector<Name>& names, std::string_view line, int column) {
  if (column <= 0) return nullptr;
  column = BeginOfOperand(line, BeginOfIndex(line, column));
  const Name* found = nullptr;
  for (const Name& name : names) {
    if (name.begin > column) break;
    found = &name;
  }
  return found;
}

}  // namespace

std::string CommonVariable(const SourceSpot& a, const SourceSpot& b) {
  const std::vector<Name> of_a = NamesOf(a.line), of_b = NamesOf(b.line);
  std::vector<std::string> common;
  for (const Name& name : of_a) {
    if (Has(of_b, name.text) && std::find(common.begin(), common.end(), name.text) == common.end())
      common.push_back(name.text);
  }
  if (common.empty()) return "";
  if (common.size() == 1) return common.front();
  const Name* at_a = At(of_a, a.line, a.column);
  const Name* at_b = At(of_b, b.line, b.column);
  const bool agree = at_a != nullptr && at_b != nullptr && at_a->text == at_b->text;
  return agree ? at_a->text : "";
}

}  // namespace golab::lab
