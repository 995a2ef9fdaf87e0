#pragma once
// Text in cells of a terminal.

#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

/// Cells of `text` (UTF-8): 2 for wide characters, 0 for marks that combine.
int CellWidth(std::string_view text);

/// `text` and spaces up to `cells`; longer text stays as it is.
std::string PadTo(std::string_view text, int cells);

/// The longest front of `text` that fits in `cells`.
std::string_view Front(std::string_view text, int cells);

/// Breaks at spaces into lines: the first of `first` cells, the others of `rest`. A word longer
/// than a line is broken. Never empty.
std::vector<std::string> Wrap(std::string_view text, int first, int rest);

/// ASCII alone: what is more becomes '?', as many as it has cells (at least one).
std::string ToAscii(std::string_view text);

}  // namespace golab::lab
