#pragma once
// A README for a terminal.

#include <string>
#include <string_view>

namespace golab::app {

/// The text with its paragraphs and list items filled to `width`, indents of items kept. The cells
/// of a table stand in columns, the last one filled. A line indented by four that is too long has
/// what stands behind a gap of three blanks below it. Headings and other code stay as they are.
std::string FillMarkdown(std::string_view text, int width);

}  // namespace golab::app
