// The compiler's name of a type, and Go's.

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "golab/string.h"
#include "golab/type.h"

namespace golab::rt {
namespace {

using std::string_view;

constexpr std::array<std::pair<string_view, string_view>, 27> kBasic = {{
    {"short int", "int16"},
    {"short", "int16"},
    {"long int", "int64"},
    {"long", "int64"},
    {"long long int", "int64"},
    {"long long", "int64"},
    {"signed char", "int8"},
    {"char", "uint8"},
    {"unsigned char", "uint8"},
    {"short unsigned int", "uint16"},
    {"unsigned short", "uint16"},
    {"unsigned int", "uint"},
    {"long unsigned int", "uint64"},
    {"unsigned long", "uint64"},
    {"long long unsigned int", "uint64"},
    {"unsigned long long", "uint64"},
    {"float", "float32"},
    {"double", "float64"},
    {"long double", "float64"},
    {"char32_t", "int32"},
    {"wchar_t", "int32"},
    {"char16_t", "uint16"},
    {"int", "int"},
    {"bool", "bool"},
    {"golab::String", "string"},
    {"golab::Error", "error"},
    {"golab::runtime::PanicNilError", "*runtime.PanicNilError"},
}};

void Trim(string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
}

// Cuts at `separator` wherever no bracket is open. Brackets in `operator<` do not occur in types.
std::vector<string_view> Split(string_view text, string_view separator) {
  std::vector<string_view> parts;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::strchr("<({[", text[i]) != nullptr) ++depth;
    if (std::strchr(">)}]", text[i]) != nullptr) --depth;
    if (depth == 0 && text.substr(i).starts_with(separator)) {
      parts.push_back(text.substr(start, i - start));
      start = i + separator.size();
    }
  }
  parts.push_back(text.substr(start));
  for (string_view& part : parts) Trim(part);
  return parts;
}

std::string GoName(string_view text);

std::string GoNames(const std::vector<string_view>& types) {
  std::string names;
  for (const string_view type : types) names += (names.empty() ? "" : ", ") + GoName(type);
  return names;
}

// `R (A, B)` as `func(A, B) R`.
std::string GoSignature(string_view text) {
  const std::size_t open = text.find('(');
  if (open == string_view::npos) return std::string(text);
  const string_view result = text.substr(0, open);
  const string_view arguments = text.substr(open + 1, text.rfind(')') - open - 1);
  std::string name = "func(" + (arguments.empty() ? "" : GoNames(Split(arguments, ","))) + ")";
  if (!result.starts_with("void")) name += " " + GoName(result);
  return name;
}

// Types that Go builds in: strings, slices, maps, channels, functions. Empty for all others.
std::string GoBuiltIn(string_view name, const std::vector<string_view>& arguments) {
  if (arguments.empty()) return {};
  if (name.ends_with("::basic_string") || name == "std::basic_string_view") return "string";
  if (name == "std::vector" || name == "golab::Slice") return "[]" + GoName(arguments[0]);
  if (name == "golab::Chan") return "chan " + GoName(arguments[0]);
  if (name == "golab::SendChan") return "chan<- " + GoName(arguments[0]);
  if (name == "golab::RecvChan") return "<-chan " + GoName(arguments[0]);
  if (name == "golab::Func") return GoSignature(arguments[0]);
  if (name == "std::complex") return arguments[0] == "float" ? "complex64" : "complex128";
  if (arguments.size() < 2) return {};
  if (name == "std::array") return "[" + std::string(arguments[1]) + "]" + GoName(arguments[0]);
  if (name == "std::map" || name == "std::unordered_map") {
    return "map[" + GoName(arguments[0]) + "]" + GoName(arguments[1]);
  }
  return {};
}

// `golab::time::Duration` is time.Duration; everybody else's `a::S` is main.a.S, and what a
// function or an anonymous namespace hides is main's, too.
std::string GoQualified(string_view text) {
  std::vector<string_view> parts = Split(text, "::");
  std::erase_if(parts, [](string_view part) {
    return part == "{anonymous}" || part == "(anonymous namespace)";
  });
  for (std::size_t i = parts.size() - 1; i-- > 0;) {
    if (parts[i].find('(') == string_view::npos) continue;
    parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    break;
  }
  if (parts.size() > 1 && parts[0] == "golab") {
    return std::string(parts[parts.size() - 2]) + "." + std::string(parts.back());
  }
  std::string name = "main";
  for (const string_view part : parts) name += "." + std::string(part);
  return name;
}

std::string GoName(string_view text) {
  Trim(text);
  for (const string_view constant : {"const ", "class ", "struct ", "enum "}) {
    if (text.starts_with(constant)) return GoName(text.substr(constant.size()));
  }
  if (text.ends_with(" const")) return GoName(text.substr(0, text.size() - 6));
  if (text.ends_with("(*)()") || text.find("(*)(") != string_view::npos) {
    const std::size_t star = text.find("(*)");
    return GoSignature(std::string(text.substr(0, star)) + std::string(text.substr(star + 3)));
  }
  if (text.ends_with('*')) return "*" + GoName(text.substr(0, text.size() - 1));
  if (text.ends_with(']')) {
    const std::size_t open = text.rfind('[');
    return std::string(text.substr(open)) + GoName(text.substr(0, open));
  }
  for (const auto& [cpp, go] : kBasic) {
    if (text == cpp) return std::string(go);
  }
  const std::size_t open = text.ends_with('>') ? text.find('<') : string_view::npos;
  if (open == string_view::npos || open == 0 || text[open - 1] == ':') {
    return text.starts_with("std::") ? std::string(text) : GoQualified(text);
  }
  const auto arguments = Split(text.substr(open + 1, text.size() - open - 2), ",");
  std::string built_in = GoBuiltIn(text.substr(0, open), arguments);
  if (!built_in.empty()) return built_in;
  if (text.starts_with("std::")) return std::string(text);
  return GoQualified(text.substr(0, open)) + "[" + GoNames(arguments) + "]";
}

// g++ appends "; Alias = ..." to what stands for T.
string_view NameOf(const Type& type) {
  return Split({type.text, type.size}, ";")[0];
}

// A name that says nothing about which type it is.
bool IsLocalName(string_view name) {
  for (const string_view mark : {"{anonymous}", "(anonymous", "<unnamed", "lambda", ")::"}) {
    if (name.find(mark) != string_view::npos) return true;
  }
  return false;
}

}  // namespace

bool SameType(const Type& left, const Type& right) noexcept {
  if (&left == &right) return true;
  const string_view name(left.text, left.size);
  return name == string_view(right.text, right.size) && !IsLocalName(name);
}

String GoTypeName(const Type& type) {
  return GoName(NameOf(type));
}

}  // namespace golab::rt
