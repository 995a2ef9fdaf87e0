#pragma once
// Text that may quote a submission, made fit for a format. All functions take any bytes.

#include <cstddef>
#include <string>
#include <string_view>

namespace golab::lab {

/// Valid UTF-8: each byte that is not part of a character becomes U+FFFD.
std::string CleanUtf8(std::string_view text);

/// At most about `most` bytes, cut between characters of valid UTF-8, with a note that says how
/// many bytes are missing: "... (12345 bytes cut)".
std::string CutText(std::string_view text, std::size_t most);

/// For XML 1.0, attribute or element: clean UTF-8, &<>"' escaped, forbidden characters dropped.
/// In an attribute (`one_line`) a newline or tab is written as a reference, or parsers would lose
/// it.
std::string XmlText(std::string_view text, bool one_line = false);

/// A JSON string with its quotes, which is also a YAML string: clean UTF-8, control characters
/// (C1 and line separators, too) escaped.
std::string JsonString(std::string_view text);

/// A description or reason on one line of TAP: \ and # escaped, control characters as \\xNN,
/// newlines as spaces.
std::string TapText(std::string_view text);

/// One line for people: newlines as spaces, control characters as \xNN, so that nothing in it moves
/// the cursor or changes colours.
std::string OneLine(std::string_view text);

/// "3", "2.5": without trailing zeros, at most three decimals.
std::string Decimal(double value);

/// "0.412": three decimals.
std::string Seconds(double value);

}  // namespace golab::lab
