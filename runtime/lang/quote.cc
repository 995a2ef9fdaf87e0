#include "runtime/lang/quote.h"

#include <cstdio>

#include "runtime/lang/utf8.h"

namespace golab::rt {
namespace {

void AppendHex(std::string& out, const char* format, char32_t value) {
  char digits[16];
  std::snprintf(digits, sizeof digits, format, static_cast<unsigned>(value));
  out += digits;
}

void AppendEscaped(std::string& out, char32_t rune, char quote, bool ascii) {
  constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "abfnrtv";
  if (rune == static_cast<char32_t>(quote) || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
  } else if (rune < 0x80 ? IsPrintRune(rune) : !ascii && IsPrintRune(rune)) {
    AppendRune(out, rune);
  } else if (rune < 0x80 && kNamed.find(static_cast<char>(rune)) != std::string_view::npos) {
    out += '\\';
    out += kLetters[kNamed.find(static_cast<char>(rune))];
  } else if (rune < ' ' || rune == 0x7F) {
    AppendHex(out, "\\x%02x", rune);
  } else if (rune < 0x10000) {
    AppendHex(out, "\\u%04x", rune);
  } else {
    AppendHex(out, "\\U%08x", rune);
  }
}

}  // namespace

std::string Quote(std::string_view text, bool ascii) {
  std::string out = "\"";
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.rune == kRuneError && decoded.size == 1) {
      AppendHex(out, "\\x%02x", static_cast<unsigned char>(text[0]));
    } else {
      AppendEscaped(out, decoded.rune, '"', ascii);
    }
    text.remove_prefix(decoded.size);
  }
  return out + '"';
}

std::string QuoteRune(char32_t rune, bool ascii) {
  std::string out = "'";
  AppendEscaped(out, rune > kMaxRune ? kRuneError : rune, '\'', ascii);
  return out + '\'';
}

bool CanBackquote(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.size == 1 && decoded.rune == kRuneError) return false;
    if (decoded.rune == 0xFEFF || decoded.rune == '`' || decoded.rune == 0x7F) return false;
    if (decoded.rune < ' ' && decoded.rune != '\t') return false;
    text.remove_prefix(decoded.size);
  }
  return true;
}

}  // namespace golab::rt
