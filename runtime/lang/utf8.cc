#include "runtime/lang/utf8.h"

namespace golab::rt {
namespace {

bool IsValidRune(char32_t rune) {
  return rune <= kMaxRune && (rune < 0xD800 || rune > 0xDFFF);
}

}  // namespace

DecodedRune DecodeRune(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {kRuneError, 1};
  char32_t rune = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {kRuneError, 1};
    rune = rune << 6 | (next & 0x3Fu);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (rune < kSmallest[size] || !IsValidRune(rune)) return {kRuneError, 1};
  return {rune, size};
}

void AppendRune(std::string& text, char32_t rune) {
  if (!IsValidRune(rune)) rune = kRuneError;
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((rune >> shift) & 0x3F)); };
  if (rune < 0x80) {
    text += static_cast<char>(rune);
  } else if (rune < 0x800) {
    text += static_cast<char>(0xC0 | rune >> 6);
    tail(0);
  } else if (rune < 0x10000) {
    text += static_cast<char>(0xE0 | rune >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | rune >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::size_t RuneCount(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(DecodeRune(text).size);
    ++count;
  }
  return count;
}

bool IsPrintRune(char32_t rune) {
  if (rune < 0x20 || (rune >= 0x7F && rune <= 0xA0) || rune == 0xAD) return false;
  if (rune < 0x2000) return true;
  if (rune <= 0x200F || (rune >= 0x2028 && rune <= 0x202F) || (rune >= 0x205F && rune <= 0x206F))
    return false;
  if (rune == 0x3000 || rune == 0xFEFF || (rune >= 0xD800 && rune <= 0xF8FF)) return false;
  return rune < 0xF0000 && (rune & 0xFFFE) != 0xFFFE;
}

}  // namespace golab::rt
