#pragma once
// The words of golab: which it never says to a person. For tests over all texts.

#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

/// Words in `text` that golab does not use, in the order they stand there. Names in '...', texts in
/// "...", names with () or :: and what follows "as Go says it:" on a line are somebody else's
/// words, and free. `allowed`: words that are right in this text ("thread" in a task about
/// threads).
std::vector<std::string> ForbiddenWords(std::string_view text,
                                        const std::vector<std::string>& allowed = {});

/// The terms of "(golab explain TERM)" in `text`; quotes around a term are dropped.
std::vector<std::string> ExplainedTerms(std::string_view text);

}  // namespace golab::lab
