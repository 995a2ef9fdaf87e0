#include "lab/report/text.h"

#include <cmath>
#include <cstdint>
#include <cstdio>

namespace golab::lab {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Bytes of the character at the front of `text`; 0 if there is none that is valid (Unicode's table
// 3-7: no surrogates, nothing overlong, nothing above U+10FFFF).
std::size_t CharacterSize(std::string_view text, std::uint32_t* code) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
  const std::uint32_t b = at(0);
  if (b < 0x80) {
    *code = b;
    return 1;
  }
  if (b >= 0xc2 && b <= 0xdf && follows(1)) {
    *code = (b & 0x1f) << 6 | (at(1) & 0x3f);
    return 2;
  }
  if (b >= 0xe0 && b <= 0xef && follows(1) && follows(2)) {
    *code = (b & 0x0f) << 12 | (at(1) & 0x3f) << 6 | (at(2) & 0x3f);
    return *code >= 0x800 && (*code < 0xd800 || *code > 0xdfff) ? 3 : 0;
  }
  if (b >= 0xf0 && b <= 0xf4 && follows(1) && follows(2) && follows(3)) {
    *code = (b & 0x07) << 18 | (at(1) & 0x3f) << 12 | (at(2) & 0x3f) << 6 | (at(3) & 0x3f);
    return *code >= 0x10000 && *code <= 0x10ffff ? 4 : 0;
  }
  return 0;
}

// Calls f(code, bytes) for each character, U+FFFD for what is none.
template <class F>
void EachCharacter(std::string_view text, F f) {
  while (!text.empty()) {
    std::uint32_t code = 0;
    const std::size_t size = CharacterSize(text, &code);
    if (size == 0) {
      f(0xfffdu, kReplacement);
      text.remove_prefix(1);
    } else {
      f(code, text.substr(0, size));
      text.remove_prefix(size);
    }
  }
}

bool IsControl(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

// Line ends that are no control characters, and the mark that hides at the start of a file.
bool IsSeparator(std::uint32_t code) {
  return code == 0x2028 || code == 0x2029 || code == 0xfeff;
}

// Characters that turn the direction of what follows: a quoted line must not rewrite its
// neighbours.
bool IsDirection(std::uint32_t code) {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string Hex(const char* format, std::uint32_t code) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, code);
  return buffer;
}

std::string Escaped(std::uint32_t code) {
  return Hex(code > 0xff ? "\\u%04x" : "\\x%02x", code);
}

}  // namespace

std::string CleanUtf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  EachCharacter(text, [&](std::uint32_t, std::string_view bytes) { clean += bytes; });
  return clean;
}

std::string CutText(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && most - end < 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "... (" + std::to_string(text.size() - end) +
         " bytes cut)";
}

std::string XmlText(std::string_view text, bool one_line) {
  std::string xml;
  xml.reserve(text.size());
  EachCharacter(text, [&](std::uint32_t code, std::string_view bytes) {
    switch (code) {
      case '&':
        xml += "&amp;";
        return;
      case '<':
        xml += "&lt;";
        return;
      case '>':
        xml += "&gt;";  // ]]> must not stand in text
        return;
      case '"':
        xml += "&quot;";
        return;
      case '\t':
        xml += one_line ? "&#9;" : "\t";
        return;
      case '\n':
        xml += one_line ? "&#10;" : "\n";
        return;
      default:
        break;
    }
    if (IsControl(code) || code == 0xfffe || code == 0xffff) return;
    xml += bytes;
  });
  return xml;
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  json.reserve(text.size() + 2);
  EachCharacter(text, [&](std::uint32_t code, std::string_view bytes) {
    if (code == '"' || code == '\\') {
      (json += '\\') += bytes;
    } else if (code == '\n') {
      json += "\\n";
    } else if (code == '\t') {
      json += "\\t";
    } else if (IsControl(code) || IsSeparator(code) || IsDirection(code) || code == 0xfffe ||
               code == 0xffff) {
      json += Hex("\\u%04x", code);
    } else {
      json += bytes;
    }
  });
  return json + "\"";
}

std::string OneLine(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  EachCharacter(text, [&](std::uint32_t code, std::string_view bytes) {
    if (code == '\n' || code == '\t' || code == '\r' || IsSeparator(code)) {
      line += ' ';
    } else if (IsControl(code) || IsDirection(code)) {
      line += Escaped(code);
    } else {
      line += bytes;
    }
  });
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string TapText(std::string_view text) {
  std::string tap;
  for (const char c : OneLine(text)) {
    if (c == '\\' || c == '#') tap += '\\';
    tap += c;
  }
  return tap;
}

std::string Decimal(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.3f", std::isfinite(value) ? value : 0.0);
  std::string text = buffer;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Seconds(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.3f", std::isfinite(value) && value > 0 ? value : 0.0);
  return buffer;
}

}  // namespace golab::lab
