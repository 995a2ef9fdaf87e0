#include <cctype>
#include <optional>
#include <string_view>

#include "lab/program/build.h"

namespace golab::lab {
namespace {

struct Word {
  std::string_view text;
  Diagnostic::Severity severity;
};

constexpr Word kWords[] = {
    {"fatal error: ", Diagnostic::Severity::kError},
    {"error: ", Diagnostic::Severity::kError},
    {"warning: ", Diagnostic::Severity::kWarning},
    {"note: ", Diagnostic::Severity::kNote},
};

// Takes ":12" off the end of `text`; 0 if there is none.
int TakeNumber(std::string_view* text) {
  std::size_t digits = 0;
  while (digits < text->size() &&
         std::isdigit(static_cast<unsigned char>((*text)[text->size() - 1 - digits])) != 0) {
    ++digits;
  }
  if (digits == 0 || digits > 7 || digits == text->size() ||
      (*text)[text->size() - digits - 1] != ':')
    return 0;
  int number = 0;
  for (char c : text->substr(text->size() - digits)) number = number * 10 + (c - '0');
  text->remove_suffix(digits + 1);
  return number;
}

// "main.cc:3:5", "main.cc:3", "main.cc:function Foo()", "/usr/bin/ld.gold", "main.o:main.cc:7".
void ParsePlace(std::string_view place, Diagnostic* diagnostic) {
  if (const std::size_t function = place.find(":function "); function != std::string_view::npos) {
    place = place.substr(0, function);
  }
  if (const std::size_t object = place.find(".o:"); object != std::string_view::npos) {
    place = place.substr(object + 3);
  }
  const int last = TakeNumber(&place);
  const int before = last == 0 ? 0 : TakeNumber(&place);
  diagnostic->line = before != 0 ? before : last;
  diagnostic->column = before != 0 ? last : 0;
  // What is left is a file, or a tool's name.
  const bool own = IsPlainName(place) && IsSource(place);
  const bool header =
      diagnostic->line != 0 && !place.empty() && place[0] == '/';  // golab's or the system's
  if (own || header) {
    diagnostic->file = std::string(place);
  } else {
    diagnostic->line = diagnostic->column = 0;
  }
}

std::optional<Diagnostic> ParseLine(std::string_view line) {
  // The linker's lines without a word: "main.cc:3: undefined reference to 'F()'".
  constexpr std::string_view kUndefined = "undefined reference to ";
  std::size_t first = std::string_view::npos;
  const Word* found = nullptr;
  for (const Word& word : kWords) {
    const std::size_t at = line.find(word.text);
    // At the start, or behind "place: "; not inside the text of another message.
    if (at == std::string_view::npos || at >= first) continue;
    if (at != 0 && (at < 2 || line[at - 1] != ' ' || line[at - 2] != ':')) continue;
    first = at;
    found = &word;
  }
  Diagnostic diagnostic;
  if (found != nullptr) {
    diagnostic.severity = found->severity;
    diagnostic.message = std::string(line.substr(first + found->text.size()));
  } else if (first = line.find(kUndefined); first != std::string_view::npos && first > 1) {
    diagnostic.message = std::string(line.substr(first));
  } else {
    return std::nullopt;
  }
  if (first >= 2) ParsePlace(line.substr(0, first - 2), &diagnostic);
  return diagnostic;
}

}  // namespace

std::vector<Diagnostic> ParseDiagnostics(const std::string& text) {
  std::vector<Diagnostic> messages;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line[0] == ' ') continue;  // the source line and its caret
    if (auto message = ParseLine(line)) messages.push_back(std::move(*message));
  }
  return messages;
}

}  // namespace golab::lab
