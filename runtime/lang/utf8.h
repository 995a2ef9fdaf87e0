#pragma once
// Runes and bytes, as Go's unicode/utf8 tells them apart.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace golab::rt {

inline constexpr char32_t kRuneError = 0xFFFD;
inline constexpr char32_t kMaxRune = 0x10FFFF;

struct DecodedRune {
  char32_t rune;
  std::size_t size;  ///< Bytes. 1 with kRuneError: no valid encoding begins here.
};

/// `text` must not be empty.
DecodedRune DecodeRune(std::string_view text);

/// Appends the encoding of `rune`, of kRuneError if it is no valid rune.
void AppendRune(std::string& text, char32_t rune);

/// How many runes there are, each invalid byte being one.
std::size_t RuneCount(std::string_view text);

/// Whether Go prints it as itself in quotes. Differs: beyond Latin-1 all but the surrogates,
/// private and non-characters, the separators and format controls are taken for printable.
bool IsPrintRune(char32_t rune);

}  // namespace golab::rt
