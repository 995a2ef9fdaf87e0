#include "runtime/traceback/demangled_name.h"

#include <cctype>

namespace golab::rt {
namespace {

constexpr std::string_view kAnonymousNamespace = "(anonymous namespace)";

// Longest first, so that "operator<<=" is not taken for "operator<".
constexpr std::string_view kOperators[] = {
    "<=>", "<<=", ">>=", "->*", "()", "[]", "->", "<<", ">>", "<=", ">=", "==", "!=",
    "&&",  "||",  "++",  "--",  "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "+",
    "-",   "*",   "/",   "%",   "^",  "&",  "|",  "~",  "!",  "=",  "<",  ">",  ",",
};

constexpr std::string_view kQualifiers[] = {" const", " volatile", " noexcept", " &&", " &"};

bool IsIdentifier(char c) {
  // Bytes above 127 are identifiers in UTF-8.
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '~' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<NamePart> Split() {
    while (at_ < text_.size() && Step()) {
    }
    return std::move(parts_);
  }

 private:
  bool Rest(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  // Reads one part or one separator. False at the end of the name.
  bool Step() {
    if (Rest(" [clone")) return false;
    if (Rest("::")) {
      at_ += 2;
      return true;
    }
    if (Rest(kAnonymousNamespace)) {
      const std::string_view name = text_.substr(at_, kAnonymousNamespace.size());
      at_ += name.size();
      Add({.name = name, .kind = NamePart::Kind::kAnonymous});
      return true;
    }
    switch (text_[at_]) {
      case ' ':
        ++at_;
        parts_.clear();  // What came before was the return type.
        return true;
      case '(':
        return Parenthesis();
      case ')':
        return false;  // Ends the declarator of "int (*F())(char)".
      case '{':
      case '\'':
        Closure();
        return true;
      case '<':
      case '[':
        SkipBracketed();
        return true;
      default:
        if (IsIdentifier(text_[at_])) {
          Name();
        } else {
          ++at_;  // "*", "&" of a return type.
        }
        return true;
    }
  }

  // "int (*F())(char)" returns a function pointer: the name is inside. Else "decltype (...)":
  // skipped.
  bool Parenthesis() {
    if (at_ + 1 < text_.size() && (text_[at_ + 1] == '*' || text_[at_ + 1] == '&')) {
      at_ += 2;
      parts_.clear();
      return true;
    }
    SkipBracketed();
    return true;
  }

  // "{lambda(int)#1}", "'lambda'(int)", "{unnamed type#1}".
  void Closure() {
    const std::size_t start = at_;
    if (text_[at_] == '{') {
      SkipBracketed();
    } else {
      const std::size_t quote = text_.find('\'', at_ + 1);
      at_ = quote == std::string_view::npos ? text_.size() : quote + 1;
      if (at_ < text_.size() && text_[at_] == '(') SkipBracketed();
    }
    const std::string_view name = text_.substr(start, at_ - start);
    const bool lambda = name.find("lambda") != std::string_view::npos;
    Add({.name = name, .kind = lambda ? NamePart::Kind::kClosure : NamePart::Kind::kAnonymous});
  }

  void Name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && IsIdentifier(text_[at_])) ++at_;
    if (text_.substr(start, at_ - start) == "operator") Operator();
    NamePart part{.name = text_.substr(start, at_ - start)};
    if (part.name.ends_with(' ')) part.name.remove_suffix(1);               // "operator<< <int>"
    if (part.name.starts_with("$_")) part.kind = NamePart::Kind::kClosure;  // clang's lambdas
    while (Rest("[abi:") || Rest("<")) {
      part.templated = part.templated || text_[at_] == '<';
      SkipBracketed();
    }
    if (Rest("(") && !Rest(kAnonymousNamespace)) {
      part.called = true;
      SkipBracketed();
      part.constant = Qualifiers();
    }
    Add(part);
  }

  // Behind the word "operator": a symbol, "new[]", "\"\"_km" or a type to convert to.
  void Operator() {
    if (Rest(" ") || Rest("\"")) {
      while (at_ < text_.size() && text_[at_] != '(') {
        if (text_[at_] == '<') {
          SkipBracketed();
        } else {
          ++at_;
        }
      }
      return;
    }
    for (const std::string_view symbol : kOperators) {
      if (Rest(symbol)) {
        at_ += symbol.size();
        if (Rest(" <")) ++at_;  // The space keeps template arguments apart.
        return;
      }
    }
  }

  bool Qualifiers() {
    bool any = false;
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view word : kQualifiers) {
        const std::size_t after = at_ + word.size();
        if (!Rest(word) || (after < text_.size() && IsIdentifier(text_[after]))) continue;
        at_ = after;
        any = more = true;
      }
      if (Rest("[abi:")) {
        SkipBracketed();
        more = true;
      }
    }
    return any;
  }

  // From an opening bracket to behind its partner, or to the end of the text.
  void SkipBracketed() {
    std::vector<char> open;
    do {
      const char c = text_[at_];
      if (Rest("operator") && (at_ == 0 || !IsIdentifier(text_[at_ - 1]))) {
        at_ += std::string_view("operator").size();
        Operator();
        continue;
      }
      if (Rest("->")) {
        at_ += 2;
        continue;
      }
      if (c == '(' || c == '[' || c == '{' || c == '<') {
        open.push_back(c);
      } else if (c == ')' || c == ']' || c == '}') {
        // A "<" still open inside parentheses was a comparison.
        while (!open.empty() && open.back() == '<') open.pop_back();
        if (!open.empty()) open.pop_back();
      } else if (c == '>' && !open.empty() && open.back() == '<') {
        open.pop_back();
      }
      ++at_;
    } while (at_ < text_.size() && !open.empty());
  }

  void Add(NamePart part) {
    part.start = static_cast<std::size_t>(part.name.data() - text_.data());
    part.end = at_;
    parts_.push_back(part);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<NamePart> parts_;
};

}  // namespace

std::vector<NamePart> SplitName(std::string_view demangled) {
  // "virtual thunk to X", "non-virtual thunk to X": X to a reader.
  constexpr std::string_view kThunk = "thunk to ";
  const std::size_t thunk = demangled.find(kThunk);
  std::size_t skipped = 0;
  if (thunk != std::string_view::npos && demangled.substr(0, thunk).ends_with("virtual ")) {
    skipped = thunk + kThunk.size();
  }
  std::vector<NamePart> parts = Splitter(demangled.substr(skipped)).Split();
  for (NamePart& part : parts) {
    part.start += skipped;
    part.end += skipped;
  }
  return parts;
}

}  // namespace golab::rt
