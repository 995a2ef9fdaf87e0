#include "runtime/http/url_escape.h"

#include "runtime/lang/quote.h"

namespace golab::rt {
namespace {

struct EscapeError {
  std::string text;

  String Text() const { return "invalid URL escape " + Quote(text); }
};

struct InvalidHostError {
  std::string text;

  String Text() const { return "invalid character " + Quote(text) + " in host name"; }
};

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool MustEscape(char c, UrlPart part) {
  if (IsAlphanumeric(c)) return false;
  const bool in_host = part == UrlPart::kHost || part == UrlPart::kZone;
  if (in_host && IsOneOf(c, "!$&'()*+,;=:[]<>\"")) return false;
  if (IsOneOf(c, "-_.~")) return false;
  if (IsOneOf(c, "$&+,/:;=?@")) {
    switch (part) {
      case UrlPart::kPath:
        return c == '?';
      case UrlPart::kPathSegment:
        return IsOneOf(c, "/;,?");
      case UrlPart::kUserPassword:
        return IsOneOf(c, "@/?:");
      case UrlPart::kQuery:
        return true;
      case UrlPart::kFragment:
        return false;
      case UrlPart::kHost:
      case UrlPart::kZone:
        break;
    }
  }
  return !(part == UrlPart::kFragment && IsOneOf(c, "!()*"));
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that the escape at the front of `text` stands for, -1: it is none.
int Escaped(std::string_view text) {
  if (text.size() < 3) return -1;
  const int high = HexValue(text[1]);
  const int low = HexValue(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool IsAllowedInHost(std::string_view escape, int byte, UrlPart part) {
  // Hosts have escapes for bytes beyond ASCII, zones for those and for what may stand in them.
  if (part == UrlPart::kHost) return byte >= 0x80 || escape.substr(0, 3) == "%25";
  if (part != UrlPart::kZone) return true;
  return escape.substr(0, 3) == "%25" || byte == ' ' ||
         !MustEscape(static_cast<char>(byte), UrlPart::kHost);
}

}  // namespace

std::string EscapeUrl(std::string_view text, UrlPart part) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && part == UrlPart::kQuery) {
      out += '+';
    } else if (MustEscape(c, part)) {
      constexpr char kDigits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

Error UnescapeUrl(std::string_view text, UrlPart part, std::string* out) {
  const bool in_host = part == UrlPart::kHost || part == UrlPart::kZone;
  if (!in_host && text.find_first_of("%+") == std::string_view::npos) {
    out->append(text);
    return nullptr;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const std::string_view escape = text.substr(i);
      const int byte = Escaped(escape);
      if (byte < 0 || !IsAllowedInHost(escape, byte, part)) {
        return EscapeError{std::string(escape.substr(0, 3))};
      }
      *out += static_cast<char>(byte);
      i += 2;
    } else if (c == '+' && part == UrlPart::kQuery) {
      *out += ' ';
    } else if (in_host && static_cast<unsigned char>(c) < 0x80 && MustEscape(c, part)) {
      return InvalidHostError{std::string(1, c)};
    } else {
      *out += c;
    }
  }
  return nullptr;
}

bool IsValidEncoded(std::string_view text, UrlPart part) {
  for (const char c : text) {
    if (IsOneOf(c, "!$&'()*+,;=:@[]%")) continue;
    if (MustEscape(c, part)) return false;
  }
  return true;
}

}  // namespace golab::rt
