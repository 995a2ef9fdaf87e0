#pragma once
// Near misses: which word was meant.

#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; letters
/// count without case. Stops early and returns `limit + 1` when it needs more than `limit`.
int EditDistance(std::string_view a, std::string_view b, int limit);

/// The candidate nearest to `word`, or "" when none is near: at most one edit for every three
/// letters, and never more than three. Of equals the first.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" or "".
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace golab::lab
