#pragma once
// Values as Go's encoding/json writes them, without its escapes for HTML.

#include <string>
#include <string_view>

#include "golab/arg.h"

namespace golab::rt {

/// `text` between quotes, escaped. Invalid UTF-8 becomes U+FFFD. Go: appendEscapedJSONString.
void AppendJsonString(std::string& out, std::string_view text);

/// Whether JSON has it as it is in a string.
bool IsJsonSafe(unsigned char ascii);

/// Any value. What encoding/json refuses, infinities, gives its words in `error`.
void AppendJsonValue(std::string& out, const fmt::Arg& value, std::string* error);

}  // namespace golab::rt
