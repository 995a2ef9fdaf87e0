#pragma once
// A README for a terminal.

#include <string>
#include <string_view>

namespace golab::app {

/// The text with its paragraphs and list items filled to `width`, indents of items kept. Headings,
/// code, tables and what is indented by four stay as they are.
std::string FillMarkdown(std::string_view text, int width);

}  // namespace golab::app
