#pragma once
// Go's strconv.Quote and its relatives.

#include <string>
#include <string_view>

namespace golab::rt {

/// In double quotes, with Go's escapes; `ascii` escapes every rune beyond ASCII, too.
/// Go: strconv.Quote, QuoteToASCII.
std::string Quote(std::string_view text, bool ascii = false);

/// In single quotes. Go: strconv.QuoteRune, QuoteRuneToASCII.
std::string QuoteRune(char32_t rune, bool ascii = false);

/// Whether it can stand in back quotes as one line. Go: strconv.CanBackquote.
bool CanBackquote(std::string_view text);

}  // namespace golab::rt
