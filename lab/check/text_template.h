#pragma once
// Sentences with holes: "{count} {count|goroutine|goroutines} outlived {who}".

#include <map>
#include <string>
#include <string_view>

namespace golab::lab {

struct FilledText {
  std::string text;
  std::string
      problem;  ///< the first thing wrong with the template or its values; empty if nothing is
};

/// {name}: the value. {name|one|many}: `one` if the value is 1, else `many`; the value must be a
/// number.
/// {{ is a brace. Values are put in as they are: what looks like a hole in them is none. What
/// cannot be filled stays as written.
FilledText FillText(std::string_view text, const std::map<std::string, std::string>& values);

/// What is wrong with the template itself, whatever the values; empty if nothing is.
std::string TemplateProblem(std::string_view text);

}  // namespace golab::lab
