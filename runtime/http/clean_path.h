#pragma once
// Paths in their shortest form. Go: path.Clean, net/http.cleanPath.

#include <string>
#include <string_view>

namespace golab::rt {

/// Without empty pieces, "." and ".."; no slash at the end but of "/". Empty: ".".
std::string ShortPath(std::string_view path);

/// The same from the root, and a slash at the end stays.
std::string CleanPath(std::string_view path);

}  // namespace golab::rt
