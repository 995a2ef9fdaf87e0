#pragma once
// GMP and BEAM, one page: prose with the numbers of this machine in it, for a terminal and as HTML.

#include <string>
#include <vector>

#include "lab/beam/measure.h"

namespace golab::lab::beam {

/// The page in Markdown, its holes filled from what was measured.
std::string PageMarkdown(const std::vector<System>& systems);

/// Markdown of headings, paragraphs, lists, tables and code as a whole HTML page: no script, no
/// address, nothing from elsewhere. Text is escaped.
std::string HtmlPage(const std::string& markdown, const std::string& title);

}  // namespace golab::lab::beam
