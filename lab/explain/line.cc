#include "lab/explain/line.h"

#include "lab/explain/width.h"

namespace golab::lab {
namespace {

const char* Code(Tint tint) {
  switch (tint) {
    case Tint::kNone:
      return "";
    case Tint::kFail:
      return "1;31";
    case Tint::kBold:
      return "1";
    case Tint::kOk:
      return "32";
    case Tint::kSkip:
      return "33";
    case Tint::kCaret:
      return "31";
    case Tint::kPlace:
      return "36";
  }
  return "";
}

}  // namespace

std::string TextLine::Text() const {
  std::string text;
  for (const auto& span : spans) text += span.text;
  return text;
}

int TextLine::Width() const {
  return CellWidth(Text());
}

std::string Print(const Lines& lines, bool colour) {
  std::string all;
  for (const auto& line : lines) {
    // Spaces at the end may belong to several spans.
    std::size_t left = line.Text().find_last_not_of(' ') + 1;
    for (const auto& span : line.spans) {
      const std::string text = span.text.substr(0, left);
      left -= text.size();
      if (text.empty()) break;
      const bool tinted = colour && span.tint != Tint::kNone;
      if (tinted) ((all += "\x1b[") += Code(span.tint)) += "m";
      all += text;
      if (tinted) all += "\x1b[0m";
    }
    all += '\n';
  }
  return all;
}

}  // namespace golab::lab
