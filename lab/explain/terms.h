#pragma once
// The glossary behind `golab explain TERM`: each term in one sentence, a picture, what it is not,
// Go's name for it, what to run and what to read next. Data; ASCII, at most 80 columns.

#include <string>
#include <string_view>
#include <vector>

namespace golab::lab {

struct Term {
  const char* name;     ///< "park", "chan receive"
  const char* aliases;  ///< Go's and C++'s names for it, separated by '|'
  const char* text;     ///< whole lines; the first begins with the name
};

/// Terms that belong together, under a heading.
struct TermGroup {
  const char* heading;  ///< "wait reasons"
  const Term* begin;
  const Term* end;
};

/// All groups, in the order of the list.
const std::vector<TermGroup>& TermGroups();

/// By name or alias, without regard to case, quotes and brackets around it; null if there is none.
const Term* FindTerm(std::string_view word);

/// What `golab explain WORD` prints; a word that is no term gets "", and `*complaint` says what was
/// meant: "no term 'pakr'; did you mean 'park'? (golab explain lists all)".
std::string ExplainTerm(std::string_view word, std::string* complaint);

/// What `golab explain` prints: the terms by group, at most `width` columns.
std::string ListTerms(int width);

/// The terms after "next:" in a text.
std::vector<std::string> NextTerms(std::string_view text);

/// Terms that `text` refers to as (golab explain TERM), and that do not exist. For the test over
/// all registered texts of checks, hints and READMEs.
std::vector<std::string> UnknownTerms(std::string_view text);

}  // namespace golab::lab
