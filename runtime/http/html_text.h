#pragma once
// Text that stands in HTML. Go: package html.

#include <string>
#include <string_view>

namespace golab::rt {

/// `text` where its characters mean themselves, also in an attribute. Go: html.EscapeString.
std::string EscapeHtml(std::string_view text);

}  // namespace golab::rt
