#pragma once
// Escapes in URLs. Go: net/url, escape and unescape.

#include <string>
#include <string_view>

#include "golab/errors.h"

namespace golab::rt {

/// The part of a URL that a text stands in: what needs an escape there.
enum class UrlPart { kPath, kPathSegment, kHost, kZone, kUserPassword, kQuery, kFragment };

std::string EscapeUrl(std::string_view text, UrlPart part);

/// Appends the text without escapes. Errors: `invalid URL escape "%zz"`, `invalid character " " in
/// host name`.
Error UnescapeUrl(std::string_view text, UrlPart part, std::string* out);

/// Whether `text` is an escaped form of that part as it stands.
bool IsValidEncoded(std::string_view text, UrlPart part);

}  // namespace golab::rt
