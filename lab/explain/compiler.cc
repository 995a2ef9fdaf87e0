#include "lab/explain/compiler.h"

#include <algorithm>
#include <optional>

#include "lab/catalogue/suggest.h"
#include "lab/explain/compiler_rules.h"
#include "lab/explain/diagnostics.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

using Kind = CompilerMessage::Kind;
using Captures = std::vector<std::string>;

// Does `text` fit `pattern`, in which % is any text? The shortest text that lets the rest fit
// first.
bool Match(std::string_view pattern, std::string_view text, Captures* captures) {
  captures->clear();
  std::size_t hole = pattern.find('%');
  if (hole == std::string_view::npos) return pattern == text;
  if (text.substr(0, hole) != pattern.substr(0, hole)) return false;
  text.remove_prefix(hole);
  pattern.remove_prefix(hole);
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the %
    hole = std::min(pattern.find('%'), pattern.size());
    const std::string_view literal = pattern.substr(0, hole);
    pattern.remove_prefix(hole);
    std::size_t at;
    if (pattern.empty()) {  // the last piece stands at the end
      if (text.size() < literal.size() || text.substr(text.size() - literal.size()) != literal)
        return false;
      at = text.size() - literal.size();
    } else {
      at = text.find(literal);
      if (at == std::string_view::npos) return false;
    }
    captures->emplace_back(text.substr(0, at));
    text.remove_prefix(at + literal.size());
  }
  return true;
}

bool SourceHas(std::string_view source, std::string_view alternatives) {
  if (alternatives.empty()) return true;
  while (!alternatives.empty()) {
    const auto end = std::min(alternatives.find('|'), alternatives.size());
    if (source.find(alternatives.substr(0, end)) != std::string_view::npos) return true;
    alternatives.remove_prefix(std::min(end + 1, alternatives.size()));
  }
  return false;
}

std::string WithoutGolab(std::string text) {
  for (const std::string_view prefix : {"golab::", "class ", "struct "}) {
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
  }
  return text;
}

// "WaitGroup" of "class golab::sync::WaitGroup", "Chan<int>" of "golab::Chan<int>&".
std::string ShortType(const std::string& type) {
  std::string text = WithoutGolab(type);
  const std::size_t end = std::min(text.find('<'), text.size());
  const std::size_t scope = text.rfind("::", end);
  if (scope != std::string::npos && scope < end) text.erase(0, scope + 2);
  return text;
}

// "Sleep" of "void golab::time::Sleep(Duration)", "RunWork" of "RunWork()".
std::string FunctionName(const std::string& declaration) {
  std::string text = declaration.substr(0, std::min(declaration.find('('), declaration.size()));
  const auto angle = text.find('<');
  if (angle != std::string::npos) text.resize(angle);
  const auto begin = text.find_last_of(" *&");
  if (begin != std::string::npos) text.erase(0, begin + 1);
  const std::string name = WithoutGolab(text);
  return name.empty() ? "the function" : name;
}

struct Answer {
  const Captures& captures;
  const Captures& note;
  std::string at;
};

// Replaces {1}, {n1}, {type:1}, {name:n2}, {at}.
std::string Fill(std::string_view pattern, const Answer& answer) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = std::min(pattern.find('{'), pattern.size());
    text += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const auto close = pattern.find('}');
    std::string_view key = close == std::string_view::npos ? "" : pattern.substr(1, close - 1);
    const auto colon = key.find(':');
    const std::string_view form = colon == std::string_view::npos ? "" : key.substr(0, colon);
    const std::string_view which = colon == std::string_view::npos ? key : key.substr(colon + 1);
    const bool of_note = which.size() == 2 && which[0] == 'n';
    const char digit = which.empty() ? ' ' : which.back();
    const bool numbered = (which.size() == 1 || of_note) && digit >= '1' && digit <= '9';
    if (key == "at") {
      text += answer.at;
    } else if (numbered) {
      const Captures& from = of_note ? answer.note : answer.captures;
      const auto index = static_cast<std::size_t>(digit - '1');
      const std::string value = index < from.size() ? from[index] : "";
      text += form == "type"   ? ShortType(value)
              : form == "name" ? FunctionName(value)
                               : WithoutGolab(value);
    } else {  // braces of code: { ... }
      text += '{';
      pattern.remove_prefix(1);
      continue;
    }
    pattern.remove_prefix(close + 1);
  }
  return text;
}

Place PlaceOf(const CompilerMessage& message, const std::string& role, const std::string& label) {
  Place place;
  place.role = role;
  place.file = message.file;
  place.line = message.line;
  place.column = message.column;
  place.label = label;
  place.source = message.source;
  return place;
}

// The first error, what belongs to it, and where the student's own code comes in.
struct FirstError {
  const CompilerMessage* error = nullptr;
  const CompilerMessage* own = nullptr;  // the error itself, or the line that led into a header
  std::vector<const CompilerMessage*> notes;
  std::optional<Place> copies;  // where the lambda around it begins, if that one copies
};

// "variable or field 'f' declared void": what is wrong in the parameters of f comes next.
bool IsConsequence(const CompilerMessage& error) {
  return error.text.rfind("variable or field '", 0) == 0;
}

FirstError FindFirst(const std::vector<CompilerMessage>& messages) {
  FirstError first;
  const CompilerMessage* required = nullptr;
  const bool others = std::any_of(messages.begin(), messages.end(), [](const auto& message) {
    return message.kind == Kind::kError && !IsConsequence(message);
  });
  for (const auto& message : messages) {
    if (message.kind == Kind::kError && others && IsConsequence(message)) continue;
    if (first.error != nullptr) {
      if (message.kind == Kind::kError || message.kind == Kind::kWarning ||
          message.kind == Kind::kRequired)
        break;
      first.notes.push_back(&message);
    } else if (message.kind == Kind::kRequired && message.own) {
      required = &message;
    } else if (message.kind == Kind::kError) {
      first.error = &message;
    } else if (message.kind == Kind::kWarning) {
      required = nullptr;
    }
  }
  if (first.error == nullptr) return first;
  if (first.error->own) {
    first.own = first.error;
  } else if (required != nullptr) {
    first.own = required;
  } else {
    const auto own = std::find_if(first.notes.begin(), first.notes.end(),
                                  [](const auto* note) { return note->own; });
    if (own != first.notes.end()) first.own = *own;
  }
  return first;
}

// Does "[=, this]" or "[mu]" make a copy? The text between the brackets.
bool MakesCopy(std::string_view list) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty() && item.front() != '&' && item != "this") return true;
  }
  return false;
}

// The innermost lambda that is open at the error, if it copies. Braces in strings and comments are
// taken for braces: then, at worst, no lambda is found.
std::optional<Place> CopyAround(const CompilerMessage& error, const SourceLine& source_line) {
  constexpr int kMostLines = 100;
  if (!source_line || !error.own || error.line <= 0) return std::nullopt;
  int closed = 0;
  for (int n = error.line; n > 0 && error.line - n < kMostLines; --n) {
    std::string line = source_line(error.file, n);
    std::string_view text = line;
    if (n == error.line && error.column > 0)
      text = text.substr(0, static_cast<std::size_t>(error.column - 1));
    while (!text.empty()) {
      const char last = text.back();
      text.remove_suffix(1);
      if (last == '}') ++closed;
      if (last != '{' || closed-- > 0) continue;
      closed = 0;
      // "go([=]", "[=]()", "[mu] () mutable": a block of its own, or of a lambda?
      const auto open = text.rfind('['), close = text.rfind(']');
      if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        continue;
      const std::string_view behind = text.substr(close + 1);
      if (behind.find_first_of(";{}=") != std::string_view::npos) continue;
      if (!MakesCopy(text.substr(open + 1, close - open - 1))) return std::nullopt;
      Place place;
      place.role = "copies";
      place.file = error.file;
      place.line = n;
      place.column = static_cast<int>(open) + 1;
      place.label = "the lambda that copies";
      place.source = line;
      return place;
    }
  }
  return std::nullopt;
}

std::string At(const CompilerMessage& message) {
  return message.line > 0 ? message.file + ":" + std::to_string(message.line) : message.file;
}

// The note that a rule asks for, with its captures; null if there is none.
const CompilerMessage* FindNote(const FirstError& first, const CompileRule& rule,
                                Captures* captures) {
  if (*rule.note == '\0') return nullptr;
  for (const auto* note : first.notes) {
    if (Match(rule.note, note->text, captures)) return note;
  }
  captures->clear();
  return nullptr;
}

// Some rules need their note: it is what tells them from the next one.
bool NeedsNote(const CompileRule& rule) {
  for (const std::string_view text : {rule.message, rule.ask}) {
    for (const std::string_view key : {"{n1}", "{n2}", ":n1}", ":n2}"}) {
      if (text.find(key) != std::string_view::npos) return true;
    }
  }
  return false;
}

// 'std::remove_reference<int&>::type' {aka 'int'} as 'int'.
std::string WithoutAliases(std::string text) {
  constexpr std::string_view kAka = "' {aka '";
  for (auto at = text.find(kAka); at != std::string::npos; at = text.find(kAka)) {
    const auto open = at > 0 ? text.rfind('\'', at - 1) : std::string::npos;
    const auto close = text.find("'}", at + kAka.size());
    if (open == std::string::npos || close == std::string::npos) break;
    text.erase(close + 1, 1);
    text.erase(open + 1, at + kAka.size() - open - 1);
  }
  return text;
}

bool InHeader(const CompilerMessage& error, std::string_view header) {
  if (header.empty()) return true;
  const std::string end = "golab/" + std::string(header);
  return error.file.size() >= end.size() &&
         error.file.substr(error.file.size() - end.size()) == end;
}

bool Apply(const CompileRule& rule, const FirstError& first, BuildExplanation* explanation) {
  Captures captures, note_captures;
  if (!InHeader(*first.error, rule.header)) return false;
  if (!Match(rule.pattern, WithoutAliases(first.error->text), &captures)) return false;
  const std::string source = first.own != nullptr ? first.own->source : "";
  if (!SourceHas(source, rule.source_has)) return false;
  if (rule.in_copy && !first.copies) return false;
  const CompilerMessage* note = FindNote(first, rule, &note_captures);
  if (note == nullptr && NeedsNote(rule)) return false;
  const Answer answer{captures, note_captures, first.own != nullptr ? At(*first.own) : ""};
  explanation->kind = rule.kind;
  explanation->message = Fill(rule.message, answer);
  explanation->rule = Fill(rule.rule, answer);
  explanation->ask = Fill(rule.ask, answer);
  const bool has_label = *rule.note_label != '\0';
  if (first.own != nullptr)
    explanation->places.push_back(PlaceOf(*first.own, "error", Fill(rule.label, answer)));
  if (note != nullptr && note->own && has_label && note != first.own) {
    explanation->places.push_back(PlaceOf(*note, "note", Fill(rule.note_label, answer)));
  }
  if (rule.in_copy && first.own != nullptr && first.copies->line != first.own->line)
    explanation->places.push_back(*first.copies);
  return true;
}

// A name that the compiler does not know and has no suggestion for: one of the API may be near.
void SuggestApi(BuildExplanation* explanation, const CompilerMessage& error) {
  if (explanation->kind != "undeclared" || !explanation->ask.empty() ||
      error.text.find("did you mean") != std::string::npos)
    return;
  const auto open = error.text.find('\''), close = error.text.find('\'', open + 1);
  if (open == std::string::npos || close == std::string::npos) return;
  const std::string name = error.text.substr(open + 1, close - open - 1);
  std::vector<std::string> names;
  for (const auto& api : ApiNames()) names.emplace_back(api.name);
  const std::string nearest = Nearest(name, names);
  for (const auto& api : ApiNames()) {
    if (nearest == api.name) explanation->ask = api.written;
  }
}

std::string OwnLine(const CompilerMessage& error, int errors) {
  std::string line;
  if (!error.file.empty()) {
    line = error.own ? error.file : error.file.substr(error.file.rfind('/') + 1);
    if (error.own && error.line > 0) line += ":" + std::to_string(error.line);
    if (error.own && error.column > 0) line += ":" + std::to_string(error.column);
    line += ": ";
  }
  line += "error: " + error.text;
  const std::string all = errors > 1 ? "  (all " + std::to_string(errors) + " messages: -v)" : "";
  return CutText(line, 300) + all;
}

}  // namespace

BuildExplanation ExplainBuild(std::string_view output, const SourceLine& source_line) {
  BuildExplanation explanation;
  std::vector<CompilerMessage> messages = ReadCompilerOutput(output);
  for (auto& message : messages) {
    if (message.own && message.line > 0 && message.source.empty() && source_line) {
      message.source = source_line(message.file, message.line);
    }
  }
  explanation.errors = static_cast<int>(std::count_if(
      messages.begin(), messages.end(), [](const auto& m) { return m.kind == Kind::kError; }));
  FirstError first = FindFirst(messages);
  if (first.error == nullptr) {
    explanation.kind = "other";
    explanation.message = "the compiler failed and named no error";
    return explanation;
  }
  first.copies = CopyAround(*first.error, source_line);
  explanation.compiler = OwnLine(*first.error, explanation.errors);
  for (const auto& rule : CompileRules()) {
    if (Apply(rule, first, &explanation)) {
      SuggestApi(&explanation, *first.error);
      return explanation;
    }
  }
  explanation.kind = "other";
  explanation.message = CutText(WithoutGolab(first.error->text), 200);
  if (first.own != nullptr) explanation.places.push_back(PlaceOf(*first.own, "error", ""));
  return explanation;
}

CheckReport BuildReport(const std::string& task_id, const BuildExplanation& explanation) {
  CheckReport check;
  check.id = task_id + ".builds";
  check.outcome = Outcome::kError;
  check.message = explanation.message;
  check.cause = explanation.kind;
  check.places = explanation.places;
  check.rule = explanation.rule;
  check.ask = explanation.ask;
  check.compiler = explanation.compiler;
  return check;
}

std::vector<std::string> BuildErrorKinds() {
  std::vector<std::string> kinds;
  for (const auto& rule : CompileRules()) {
    if (std::find(kinds.begin(), kinds.end(), rule.kind) == kinds.end())
      kinds.emplace_back(rule.kind);
  }
  return kinds;
}

}  // namespace golab::lab
