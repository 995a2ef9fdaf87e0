#pragma once
// Writes a timeline page: one HTML file that needs nothing else, no network and no server.

#include <string>

#include "lab/page/application.h"
#include "lab/page/timeline.h"

namespace golab::lab::page {

/// The page. Merges what is too much for one (merge.h); with an application that is not there the
/// page is plain: checks, the count of goroutines and their table, without a script.
std::string WritePage(Timeline timeline, const Application& application = BuiltInApplication());

/// The page without a script. `why`: why it is so, said on it; empty: not said.
std::string WritePlainPage(const Timeline& timeline, const std::string& why);

/// `text` for HTML, also within quotes; invalid UTF-8 repaired, control and direction characters
/// shown as "[U+202E]", cut behind `most` bytes.
std::string HtmlText(std::string_view text, std::size_t most = 2'000);

}  // namespace golab::lab::page
