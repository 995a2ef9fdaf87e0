#include "runtime/testing/test_names.h"

#include <regex.h>

#include <cstdio>

#include "runtime/lang/utf8.h"

namespace golab::rt {

struct TestPattern::Expression {
  Expression() = default;
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  ~Expression() {
    if (compiled) regfree(&regex);
  }

  regex_t regex{};
  bool compiled = false;
};

TestPattern::TestPattern() = default;
TestPattern::TestPattern(TestPattern&&) noexcept = default;
TestPattern& TestPattern::operator=(TestPattern&&) noexcept = default;
TestPattern::~TestPattern() = default;

namespace {

/// Splits at `separator`, but not inside brackets. Go: splitRegexp.
std::vector<std::string> SplitPattern(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int square = 0;
  int round = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[') ++square;
    if (c == ']' && square > 0) --square;
    if (c == '(' && square == 0) ++round;
    if (c == ')' && square == 0) --round;
    if (c == separator && square == 0 && round == 0) {
      parts.emplace_back();
      continue;
    }
    parts.back() += c;
    if (c == '\\' && i + 1 < text.size()) parts.back() += text[++i];
  }
  return parts;
}

std::vector<std::string> SplitName(std::string_view name) {
  std::vector<std::string> parts(1);
  for (const char c : name) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// "Name#07" -> "Name", 7; else the whole and 0. Go: parseSubtestNumber.
std::pair<std::string, int> SubtestNumber(const std::string& name) {
  const std::size_t at = name.rfind('#');
  if (at == std::string::npos) return {name, 0};
  const std::string digits = name.substr(at + 1);
  // One digit never has been made by Unique, nor have leading zeros beyond two digits.
  if (digits.size() < 2 || digits.size() > 6 || (digits[0] == '0' && digits.size() > 2)) {
    return {name, 0};
  }
  int n = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return {name, 0};
    n = n * 10 + (c - '0');
  }
  return n == 0 ? std::pair{name, 0} : std::pair{name.substr(0, at), n};
}

}  // namespace

std::optional<TestPattern> TestPattern::Parse(const std::string& text, const char* flag,
                                              std::string* error) {
  TestPattern pattern;
  int element = 0;
  for (const std::string& alternative : SplitPattern(text, '|')) {
    auto& levels = pattern.alternatives_.emplace_back();
    for (const std::string& level : SplitPattern(alternative, '/')) {
      auto expression = std::make_unique<Expression>();
      const std::string source = RewriteTestName(level);
      // An empty expression matches everything; regcomp may call it a mistake.
      const int status = regcomp(&expression->regex, source.empty() ? ".*" : source.c_str(),
                                 REG_EXTENDED | REG_NOSUB);
      if (status != 0) {
        char reason[128];
        regerror(status, &expression->regex, reason, sizeof reason);
        *error = "element " + std::to_string(element) + " of " + flag + " (\"" + level +
                 "\"): error parsing regexp: " + reason;
        return std::nullopt;
      }
      expression->compiled = true;
      levels.push_back(std::move(expression));
      ++element;
    }
  }
  return pattern;
}

TestPattern::Match TestPattern::Matches(std::string_view name) const {
  const std::vector<std::string> parts = SplitName(name);
  for (const auto& levels : alternatives_) {
    bool ok = true;
    for (std::size_t i = 0; i < parts.size() && i < levels.size() && ok; ++i) {
      ok = regexec(&levels[i]->regex, parts[i].c_str(), 0, nullptr, 0) == 0;
    }
    if (ok) return {true, parts.size() < levels.size()};
  }
  return {};
}

bool TestNames::IsWanted(std::string_view name) const {
  if (run_ != nullptr && !run_->Matches(name).ok) return false;
  if (skip_ == nullptr) return true;
  const TestPattern::Match skip = skip_->Matches(name);
  return !skip.ok || skip.partial;
}

std::string TestNames::Unique(const std::string& parent, std::string_view name) {
  std::string base = parent + "/" + RewriteTestName(name);
  for (;;) {
    const int n = taken_[base]++;
    if (n == 0 && !name.empty()) {
      const auto [prefix, number] = SubtestNumber(base);
      if (prefix.size() < base.size() && number < taken_[prefix]) continue;
      return base;
    }
    char suffix[16];
    std::snprintf(suffix, sizeof suffix, "#%02d", n);
    std::string unique = base + suffix;
    if (taken_[unique] == 0) return unique;
  }
}

std::string RewriteTestName(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const DecodedRune next = DecodeRune(name);
    const std::string_view bytes = name.substr(0, next.size);
    name.remove_prefix(next.size);
    if (next.rune == ' ' || (next.rune >= '\t' && next.rune <= '\r') || next.rune == 0x85 ||
        next.rune == 0xA0) {
      out += '_';
    } else if (next.rune < 0x80 && !IsPrintRune(next.rune)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(next.rune));
      out += escape;
    } else {
      out += bytes;
    }
  }
  return out;
}

}  // namespace golab::rt
