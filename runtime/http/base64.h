#pragma once
// Go: encoding/base64.StdEncoding.

#include <string>
#include <string_view>

namespace golab::rt {

std::string EncodeBase64(std::string_view plain);

/// Appends what `text` stands for; false if it is none.
bool DecodeBase64(std::string_view text, std::string* plain);

}  // namespace golab::rt
