#include "lab/check/undefined_operation.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace golab::lab::common {
namespace {

using rt::Undefined;

/// One of UBSan's sentences. `pattern`: a * stands for the values, in order; what `names` calls ""
/// is not used, and what follows the pattern is no matter.
struct Sentence {
  Undefined what;
  const char* pattern;
  const char* cause;
  std::vector<const char*> names;
};

const std::vector<Sentence>& Sentences() {
  static const std::vector<Sentence> all = {
      {Undefined::kOverflow,
       "signed integer overflow: * cannot be represented in type '*'",
       "overflow",
       {"sum", "type"}},
      {Undefined::kOverflow,
       "negation of * cannot be represented in type '*'",
       "negation",
       {"value", "type"}},
      {Undefined::kOverflow,
       "division of * by -1 cannot be represented in type '*'",
       "division",
       {"value", "type"}},
      {Undefined::kShift,
       "shift exponent * is too large for *-bit type '*'",
       "shift",
       {"places", "bits", "type"}},
      {Undefined::kShift, "shift exponent * is negative", "shift-back", {"places"}},
      {Undefined::kIndex, "index * out of bounds for type '*[*]", "index", {"index", "", "size"}},
      {Undefined::kBool, "load of value *, which is not", "bool", {"value"}},
      {Undefined::kEnum,
       "load of value *, which is not a valid value for type '*'",
       "enum",
       {"value", "type"}},
      {Undefined::kMisaligned,
       "* misaligned address * for type '*', which requires * byte alignment",
       "misaligned",
       {"use", "", "type", "alignment"}},
      {Undefined::kWrongObject,
       "* address * which does not point to an object of type '*'",
       "wrong-object",
       {"", "", "type"}},
      {Undefined::kWrongObject,
       "* address * with insufficient space for an object of type '*'",
       "wrong-object",
       {"", "", "type"}},
      {Undefined::kNoReturn, "execution reached the end", "no-return", {}},
      {Undefined::kNullArgument, "null pointer passed", "null-argument", {}},
  };
  return all;
}

/// The values of `text` at the stars of `pattern`; none if it is another sentence.
std::optional<std::vector<std::string>> ValuesIn(std::string_view text, std::string_view pattern) {
  std::vector<std::string> values;
  while (!pattern.empty()) {
    if (pattern.front() != '*') {
      const std::size_t plain = std::min(pattern.find('*'), pattern.size());
      if (text.substr(0, plain) != pattern.substr(0, plain)) return std::nullopt;
      text.remove_prefix(plain);
      pattern.remove_prefix(plain);
      continue;
    }
    pattern.remove_prefix(1);
    const std::string_view next = pattern.substr(0, pattern.find('*'));
    const std::size_t end = next.empty() ? text.size() : text.find(next);
    if (end == std::string_view::npos) return std::nullopt;
    values.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return values;
}

/// "reads", "writes" of UBSan's "load of", "store to"; it has a dozen more for other uses.
std::string VerbOf(const std::string& use) {
  return use == "load of" ? "reads" : use == "store to" ? "writes" : "uses";
}

}  // namespace

Finding OfUndefined(const UndefinedOperation& seen) {
  for (const Sentence& sentence : Sentences()) {
    if (sentence.what != seen.what) continue;
    const auto values = ValuesIn(seen.message, sentence.pattern);
    if (!values || values->size() != sentence.names.size()) continue;
    Finding finding = Fail(sentence.cause);
    for (std::size_t i = 0; i < values->size(); ++i) {
      std::string value = (*values)[i];
      if (value.starts_with("const ")) value.erase(0, sizeof "const " - 1);
      if (*sentence.names[i] != '\0') finding.Set(sentence.names[i], value);
    }
    if (const auto use = finding.values.find("use"); use != finding.values.end())
      finding.Set("does", VerbOf(use->second));
    return finding;
  }
  Finding finding = Fail("undefined");
  // An address says nothing to anybody.
  if (!seen.message.empty() && seen.message.find("0x") == std::string::npos)
    finding.Context("UBSan: " + seen.message);
  return finding;
}

}  // namespace golab::lab::common
