#pragma once
// The table of compile errors that golab translates.

#include <vector>

namespace golab::lab {

/// One kind of error, told by the compiler's words and, where these fit several, by the source
/// line.
///
/// In `pattern` and `note`, % stands for any text, and is {1}, {2} ... in the answers; {n1} ... are
/// those of the note. {type:1} is the short name of a type ("WaitGroup"), {name:1} the name of a
/// function in a declaration ("Sleep"), {at} the place ("main.cc:12"). golab:: is left out of all.
struct CompileRule {
  const char* kind;
  const char* pattern;     ///< the whole message
  const char* source_has;  ///< alternatives separated by '|', "" = any line
  const char* note;        ///< a note that shows a second place, "" = none
  const char* note_label;
  const char* label;  ///< at the first place
  const char* message;
  const char* rule;
  const char* ask;
  const char* header = "";  ///< only where the error itself is in this header of golab
  bool in_copy = false;     ///< only inside a lambda that copies what it captures
};

const std::vector<CompileRule>& CompileRules();

/// A name of the API and how it is written: {"NumGoroutine", "runtime::NumGoroutine()"}.
struct ApiName {
  const char* name;
  const char* written;
};

const std::vector<ApiName>& ApiNames();

}  // namespace golab::lab
