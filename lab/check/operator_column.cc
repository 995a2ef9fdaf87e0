#include "lab/check/operator_column.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace golab::lab {
namespace {

enum class Operation { kUnknown, kPlus, kMinus, kTimes, kNegation, kDivision };

Operation OperationOf(std::string_view message) {
  constexpr std::string_view kOverflow = "overflow: ";
  if (message.starts_with("negation of")) return Operation::kNegation;
  if (message.starts_with("division of")) return Operation::kDivision;
  const std::size_t at = message.find(kOverflow);
  if (at == std::string_view::npos) return Operation::kUnknown;
  message.remove_prefix(at + kOverflow.size());
  const std::size_t space = message.find(' ');  // behind the left value, which may be negative
  if (space == std::string_view::npos || space + 1 == message.size()) return Operation::kUnknown;
  switch (message[space + 1]) {
    case '+':
      return Operation::kPlus;
    case '-':
      return Operation::kMinus;
    case '*':
      return Operation::kTimes;
  }
  return Operation::kUnknown;
}

bool InWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// Whether a value may end with this word: no, where what follows is a sign, or declares a pointer.
bool EndsValue(std::string_view word) {
  static constexpr std::array<std::string_view, 13> kOthers = {
      "return", "throw", "case",   "else",     "auto", "char", "const",
      "double", "int",   "signed", "unsigned", "long", "short"};
  return std::find(kOthers.begin(), kOthers.end(), word) == kOthers.end();
}

/// Columns of the operators of one kind; of `++` and `--` apart.
struct Operators {
  std::vector<int> columns, steps;
};

class Scan {
 public:
  Scan(std::string_view line, Operation wanted) : line_(line), wanted_(wanted) {}

  Operators All() {
    while (at_ < line_.size() && !At("//")) Token();
    return std::move(found_);
  }

 private:
  bool At(std::string_view text) const { return line_.substr(at_, text.size()) == text; }

  void Token() {
    const char c = line_[at_];
    if (At("/*")) {
      const std::size_t end = line_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? line_.size() : end + 2;
    } else if (c == '"' || c == '\'') {
      Literal(c);
    } else if (InWord(c)) {
      Word();
    } else if (At("->")) {
      Skip(2, false);
    } else if (At("++") || At("--")) {
      if (wanted_ == (c == '+' ? Operation::kPlus : Operation::kMinus))
        found_.steps.push_back(Column());
      at_ += 2;  // a value before it or behind it is one still
    } else {
      if (IsWanted(c)) found_.columns.push_back(Column());
      if (c != ' ' && c != '\t') behind_value_ = c == ')' || c == ']';
      ++at_;
    }
  }

  bool IsWanted(char c) const {
    switch (wanted_) {
      case Operation::kPlus:
        return c == '+' && behind_value_;
      case Operation::kMinus:
        return c == '-' && behind_value_;
      case Operation::kTimes:
        return c == '*' && behind_value_;
      case Operation::kNegation:
        return c == '-' && !behind_value_;
      case Operation::kDivision:
        return c == '/' || c == '%';
      case Operation::kUnknown:
        break;
    }
    return false;
  }

  void Literal(char quote) {
    for (++at_; at_ < line_.size() && line_[at_] != quote; ++at_) {
      if (line_[at_] == '\\') ++at_;
    }
    Skip(1, true);
  }

  /// A name or a number, with its separators.
  void Word() {
    const std::size_t begin = at_;
    const bool number = line_[at_] >= '0' && line_[at_] <= '9';
    while (at_ < line_.size() && (InWord(line_[at_]) || (number && line_[at_] == '\''))) ++at_;
    behind_value_ = EndsValue(line_.substr(begin, at_ - begin));
  }

  void Skip(std::size_t characters, bool value) {
    at_ = std::min(at_ + characters, line_.size());
    behind_value_ = value;
  }

  int Column() const { return static_cast<int>(at_) + 1; }

  const std::string_view line_;
  const Operation wanted_;
  std::size_t at_ = 0;
  bool behind_value_ = false;
  Operators found_;
};

}  // namespace

int ColumnOfOverflow(const SourceSpot& spot, std::string_view message) {
  const Operators all = Scan(spot.line, OperationOf(message)).All();
  const auto has = [&](const std::vector<int>& columns) {
    return std::find(columns.begin(), columns.end(), spot.column) != columns.end();
  };
  // The place of ++ and -- is right, so elsewhere none of them is meant.
  if (has(all.columns) || has(all.steps)) return spot.column;
  return all.columns.size() == 1 ? all.columns.front() : 0;
}

}  // namespace golab::lab
