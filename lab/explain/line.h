#pragma once
// Lines for a terminal: pieces of text with a meaning, coloured only when they are printed, so that
// the text is the same byte for byte without colour.

#include <string>
#include <utility>
#include <vector>

namespace golab::lab {

enum class Tint : std::uint8_t {
  kNone,
  kFail,   ///< FAIL, ERROR: bold red
  kBold,   ///< the id after them, rule: and try:
  kOk,     ///< green
  kSkip,   ///< yellow
  kCaret,  ///< a caret and its label: red
  kPlace,  ///< file:line: cyan
};

struct Span {
  std::string text;
  Tint tint = Tint::kNone;
};

/// One line, without its newline.
struct TextLine {
  TextLine() = default;

  explicit TextLine(std::string text, Tint tint = Tint::kNone) { Add(std::move(text), tint); }

  TextLine& Add(std::string text, Tint tint = Tint::kNone) {
    if (!text.empty()) spans.push_back({std::move(text), tint});
    return *this;
  }

  std::string Text() const;  ///< without colour
  int Width() const;         ///< cells

  std::vector<Span> spans;
};

using Lines = std::vector<TextLine>;

/// Each line with its newline; every colour ends on its own line, spaces at the end are dropped.
std::string Print(const Lines& lines, bool colour);

}  // namespace golab::lab
